"""What `contract`, `contract.dims`, `check` and `jaxtyped` are in source that the interpreter runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN
from shapecheck.interpret.contracts import DECORATOR, DIMS, JAXTYPED, attach, decorate_class
from shapecheck.interpret.values import Class, External, Function, Literal, Native, Sequence

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def make_decorator(interpreter: Interpreter, call: Call) -> Value:
    """`contract("…")`, `contract(x="…")`, and `contract(function)` for its annotations."""
    first = call.argument(0)
    if isinstance(first, Function):
        return _bare(interpreter, call, first)
    text = None if first is None else _plain(interpreter, first)
    named = {name: _plain(interpreter, value) for name, value in call.keywords.items()}
    open = call.open or not _is_written(text) or not all(map(_is_written, named.values()))
    return Native(DECORATOR, text=text, named=named, open=open)


def _plain(interpreter: Interpreter, value: Value) -> Any:
    value = interpreter.resolve(value)
    if isinstance(value, Sequence) and value.kind not in ("list", "tuple"):
        return UNKNOWN
    return interpreter.plain(value)


def _is_written(value: Any) -> bool:
    """Whether a contract's argument is known through and through: texts in tuples, lists and dicts, or None."""
    if isinstance(value, tuple | list):
        return all(map(_is_written, value))
    if isinstance(value, dict):
        return all(map(_is_written, value.values()))
    return value is None or isinstance(value, str)


def _bare(interpreter: Interpreter, call: Call, function: Function) -> Value:
    made = External(call.name)
    attach(interpreter, made, function, call.node, call.frame)  # type: ignore[arg-type]  # a call is an expression
    return function


def decorate(interpreter: Interpreter, call: Call) -> Value:
    """`contract("…")(function)`."""
    target = call.argument(0)
    if target is None or call.receiver is None:
        return interpreter.unknown("a contract on nothing", call.node)
    if isinstance(target, Function):
        attach(interpreter, call.receiver, target, call.node, call.frame)  # type: ignore[arg-type]  # as above
    elif isinstance(target, Class):
        decorate_class(interpreter, call.receiver, target, call.node, call.frame)  # type: ignore[arg-type]
    return target


def make_dims(interpreter: Interpreter, call: Call) -> Value:
    """`contract.dims("c k")`."""
    first = call.argument(0, "names")
    names = None
    if isinstance(first, Literal) and isinstance(first.value, str):
        names = tuple(first.value.replace(",", " ").split())
    return Native(DIMS, names=names)


def jaxtyped(interpreter: Interpreter, call: Call) -> Value:
    """`jaxtyped(typechecker=…)`, `jaxtyped(function, typechecker=…)`."""
    checker = call.keywords.get("typechecker")
    if checker is None or (isinstance(checker, Literal) and checker.value is None):
        return interpreter.unknown("jaxtyped without a type checker", call.node)
    first = call.argument(0)
    return _bare(interpreter, call, first) if isinstance(first, Function) else External(JAXTYPED)


def check(interpreter: Interpreter, call: Call) -> Value:
    """`check(x, "n t c")`."""
    from shapecheck.interpret.contracts_checks import checked

    shape = call.argument(1)
    if call.argument(0) is None or shape is None or call.open:
        return interpreter.unknown("what check gives", call.node)
    written = _plain(interpreter, shape)
    if not _is_written(written) or written is None:
        return interpreter.unknown("what check gives", call.node)
    return checked(interpreter, call, written)


MODELS: dict[str, Any] = {
    "shapecheck.contract": make_decorator,
    "shapecheck.contract.dims": make_dims,
    f"{DECORATOR}.__call__": decorate,
    "shapecheck.check": check,
    JAXTYPED: jaxtyped,
}
