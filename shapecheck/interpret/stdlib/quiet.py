"""Names of typing and abc that stand for themselves, and calls that no shape depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.reading import unknown
from shapecheck.interpret.values import FALSE, NONE, Value

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def second_argument(interpreter: Interpreter, call: Call) -> Value:
    """`typing.cast(kind, value)`."""
    return call.argument(1, "val") or unknown(interpreter, call)


def first_argument(interpreter: Interpreter, call: Call) -> Value:
    """A call that gives back what it got."""
    return call.argument(0) or unknown(interpreter, call)


def nothing(interpreter: Interpreter, call: Call) -> Value:
    """A call with an effect only."""
    return NONE


MODELS = {
    "typing.cast": second_argument,
    "typing.TYPE_CHECKING": FALSE,
    "typing.overload": first_argument,
    "typing.final": first_argument,
    "typing.runtime_checkable": first_argument,
    "abc.abstractmethod": first_argument,
    "tqdm.tqdm": first_argument,
    "tqdm.auto.tqdm": first_argument,
    "tqdm.notebook.tqdm": first_argument,
    "warnings.warn": nothing,
    "warnings.filterwarnings": nothing,
    "warnings.simplefilter": nothing,
    "random.seed": nothing,
    "numpy.random.seed": nothing,
    "time.sleep": nothing,
    "os.makedirs": nothing,
    "gc.collect": nothing,
    "logging.basicConfig": nothing,
}
