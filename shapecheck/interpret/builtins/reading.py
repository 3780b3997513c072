"""Reading the arguments of a call, and making numbers: what every model of a builtin needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim
from shapecheck.interpret.builtins.ratio import is_quotient
from shapecheck.interpret.expressions import dict_key
from shapecheck.interpret.limits import fits
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.values import Instance, Int, Literal, Mapping, Sequence, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Size
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

    Model = Callable[[Interpreter, Call], Value]


def closed(model: Model) -> Model:
    """The model, but unknown where `*unknown` or `**unknown` was passed: no argument is certain then."""

    def guarded(interpreter: Interpreter, call: Call) -> Value:
        if call.open:
            return unknown(interpreter, call)
        return model(interpreter, call)

    return guarded


def unknown(interpreter: Interpreter, call: Call, kind: str = "") -> Unknown:
    """The unknown result of a call."""
    return interpreter.unknown(f"{call.name} of unknown values", call.node, kind=kind)


def number(interpreter: Interpreter, value: Value | None) -> Size | float | None:
    """A real number: a size (bool counts as 0 or 1) or a float; None where it is neither."""
    if value is None:
        return None
    if isinstance(value, Literal):
        found = value.value
        if isinstance(found, bool):
            return int(found)
        return found if isinstance(found, float) else None
    if is_quotient(value):
        return None
    return interpreter.as_size(value)


def integer(interpreter: Interpreter, value: Value | None) -> int | None:
    """An integer whose number is known, None otherwise."""
    found = number(interpreter, value)
    return found if isinstance(found, int) else None


def text(interpreter: Interpreter, value: Value | None) -> str | None:
    """A known string, None otherwise."""
    if value is not None:
        value = interpreter.resolve(value)
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def elements(interpreter: Interpreter, call: Call, value: Value | None) -> list[Value] | None:
    """The elements of an argument, None where it is absent or they are not known."""
    return None if value is None else interpreter.iterate(value, call.node, call.frame)


def computed(
    call: Call, size: Size, operands: list[Value] | tuple[Value, ...] = (), *, operator: str = ""
) -> Int:
    """The integer that a call gave, which came from the operands; `operator` is "*" for their product."""
    parts = tuple(getattr(operand, "origin", None) for operand in operands)
    kind = "computed" if operator else "call"
    trace = Trace(kind, call.node, call.frame.source, size, name=call.name, parts=parts, operator=operator)
    return Int(size, trace)


def from_number(call: Call, value: Any, operands: list[Value] | tuple[Value, ...] = ()) -> Value | None:
    """A number of Python as a value; None for one that is too large to go on with."""
    if isinstance(value, bool):
        return Literal(value)
    if isinstance(value, int):
        return computed(call, value, operands) if fits(value) else None
    return computed(call, value, operands) if isinstance(value, Dim) else Literal(value)


def key_of(interpreter: Interpreter, value: Value) -> Any:
    """The key of a dict or set that a value makes; the Value itself where its hash is not known."""
    known, key = dict_key(interpreter, value)
    return key if known else value


def certain_key(key: Any) -> bool:
    """True for a key that equals another exactly when the program's keys do: nothing unknown, no symbol."""
    if isinstance(key, tuple):
        return all(certain_key(part) for part in key)
    return not isinstance(key, Unknown | Sequence | Dim)


def forget(interpreter: Interpreter, value: Value | None) -> None:
    """Something not understood may have changed a container: its contents are unknown from here on."""
    if isinstance(value, Sequence) and value.kind not in ("tuple", "size", "range"):
        interpreter.touch(value)
        value.items = None
    elif isinstance(value, Mapping):
        interpreter.touch(value)
        value.entries = None
    elif isinstance(value, Instance) and value.native is not None:
        forget(interpreter, value.native)
