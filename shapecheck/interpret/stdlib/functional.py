"""functools and operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.reading import closed, elements, unknown
from shapecheck.interpret.values import Literal, Method, Native, Partial, Sequence, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def partial(interpreter: Interpreter, call: Call) -> Value:
    """`functools.partial(function, …)`."""
    if not call.arguments or call.open:
        return unknown(interpreter, call)
    return Partial(call.arguments[0], call.arguments[1:], call.keywords)


def reduce(interpreter: Interpreter, call: Call) -> Value:
    """`functools.reduce(function, values, start)`."""
    values = elements(interpreter, call, call.argument(1))
    if values is None:
        return unknown(interpreter, call)
    start = call.argument(2)
    if start is not None:
        values = [start, *values]
    if not values:
        return unknown(interpreter, call)
    result = values[0]
    for value in values[1:]:
        result = interpreter.call(call.arguments[0], [result, value], {}, call.node, call.frame)
    return result


def unchanged(interpreter: Interpreter, call: Call) -> Value:
    """A decorator that changes nothing a shape depends on: called with the function, it gives it back."""
    return call.argument(0) or unknown(interpreter, call)


def unchanging(interpreter: Interpreter, call: Call) -> Value:
    """A call that makes such a decorator: `functools.wraps(function)`, `functools.lru_cache(None)`."""
    return Native("functools.unchanging")


def cached(interpreter: Interpreter, call: Call) -> Value:
    """`lru_cache` with and without parentheses."""
    first = call.argument(0)
    if (
        first is None
        or isinstance(first, Literal)
        or (not hasattr(first, "name") and not isinstance(first, Method))
    ):
        return unchanging(interpreter, call)
    return first


def binary_operator(sign: str) -> Callable[[Interpreter, Call], Value]:
    """The model of `operator.add` and its like."""

    def model(interpreter: Interpreter, call: Call) -> Value:
        from shapecheck.interpret.arithmetic import combine

        if len(call.arguments) != 2:
            return unknown(interpreter, call)
        left, right = call.arguments
        return combine(interpreter, sign, left, right, call.node, call.frame)

    return model


def comparison_operator(name: str) -> Callable[[Interpreter, Call], Value]:
    """The model of `operator.eq` and its like."""

    def model(interpreter: Interpreter, call: Call) -> Value:
        import ast

        from shapecheck.interpret.comparing import compare

        kinds = {"eq": ast.Eq, "ne": ast.NotEq, "lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE}
        if len(call.arguments) != 2:
            return unknown(interpreter, call)
        left, right = call.arguments
        return compare(interpreter, kinds[name](), left, right, call.node, call.frame)

    return model


def item_getter(interpreter: Interpreter, call: Call) -> Value:
    """`operator.itemgetter(…)`."""
    return Native("operator.itemgetter", keys=list(call.arguments))


def get_items(interpreter: Interpreter, call: Call) -> Value:
    """What an itemgetter gives of a value."""
    getter = call.receiver
    if not isinstance(getter, Native) or not call.arguments:
        return unknown(interpreter, call)
    found = [interpreter.index(call.arguments[0], key, call.node, call.frame) for key in getter.data["keys"]]
    return found[0] if len(found) == 1 else Sequence("tuple", found)


def attribute_getter(interpreter: Interpreter, call: Call) -> Value:
    """`operator.attrgetter("name")`."""
    return Native("operator.attrgetter", names=list(call.arguments))


def get_attributes(interpreter: Interpreter, call: Call) -> Value:
    """What an attrgetter gives of a value."""
    getter = call.receiver
    names = getter.data["names"] if isinstance(getter, Native) else []
    if len(names) != 1 or not isinstance(names[0], Literal) or not call.arguments:
        return unknown(interpreter, call)
    value = call.arguments[0]
    for name in str(names[0].value).split("."):
        value = interpreter.attribute(value, name, call.node, call.frame)
    return value


def subscript(interpreter: Interpreter, call: Call) -> Value:
    """`operator.getitem(value, index)`."""
    if len(call.arguments) != 2:
        return unknown(interpreter, call)
    value, index = call.arguments
    return interpreter.index(value, index, call.node, call.frame)


def negated(interpreter: Interpreter, call: Call) -> Value:
    """`operator.not_(value)`."""
    from shapecheck.interpret.arithmetic import negation

    value = call.argument(0)
    return Unknown("nothing", call.name) if value is None else negation(interpreter, value, call.node)


_SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "matmul": "@",
    "concat": "+", "iadd": "+", "imul": "*",
}  # fmt: skip

MODELS = {
    "functools.partial": partial,
    "functools.reduce": closed(reduce),
    "functools.unchanging.__call__": unchanged,
    "functools.wraps": unchanging,
    "functools.lru_cache": cached,
    "functools.cache": cached,
    "functools.total_ordering": unchanged,
    "functools.update_wrapper": unchanged,
    "operator.itemgetter": closed(item_getter),
    "operator.itemgetter.__call__": closed(get_items),
    "operator.attrgetter": closed(attribute_getter),
    "operator.attrgetter.__call__": closed(get_attributes),
    "operator.getitem": closed(subscript),
    "operator.not_": closed(negated),
    **{f"operator.{name}": closed(binary_operator(sign)) for name, sign in _SIGNS.items()},
    **{
        f"operator.{name}": closed(comparison_operator(name)) for name in ("eq", "ne", "lt", "le", "gt", "ge")
    },
}
