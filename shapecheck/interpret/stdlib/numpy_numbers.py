"""numpy on plain numbers: products of sizes, roundings, logarithms. On arrays the dialect is asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shapecheck.algebra import Dim
from shapecheck.dialects.registry import spelling
from shapecheck.interpret.builtins import ratio
from shapecheck.interpret.builtins.numbers import largest, smallest, summed, to_float, to_int
from shapecheck.interpret.builtins.reading import number
from shapecheck.interpret.stdlib.mathematics import product_of
from shapecheck.interpret.values import Int, Literal, Sequence, TensorValue, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

    Model = Callable[[Interpreter, Call], Value]


def on_arrays(interpreter: Interpreter, call: Call) -> Value:
    """The call as the dialect understands it."""
    from shapecheck.interpret.applying import call_spelled
    from shapecheck.interpret.calls import unknown_call

    spelled = spelling(call.name)
    return (
        unknown_call(interpreter, call.name, call)
        if spelled is None
        else call_spelled(interpreter, spelled, call)
    )


def _numbers(interpreter: Interpreter, call: Call) -> list[Value] | None:
    """The plain numbers of a list or tuple that is the call's one argument; None for anything else."""
    if len(call.arguments) != 1 or call.keywords or call.open:
        return None
    value = interpreter.resolve(call.arguments[0])
    if not isinstance(value, Sequence) or value.items is None or not value.items:
        return None
    return value.items if all(_is_number(interpreter, item) for item in value.items) else None


def _is_number(interpreter: Interpreter, value: Value) -> bool:
    return not isinstance(value, TensorValue) and number(interpreter, value) is not None


def product(interpreter: Interpreter, call: Call) -> Value:
    """`np.prod(sizes)`."""
    values = _numbers(interpreter, call)
    found = None if values is None else product_of(interpreter, call, values)
    return found or on_arrays(interpreter, call)


def of_numbers(model: Model) -> Model:
    """A model of Python's for the same function on a list of numbers."""

    def run(interpreter: Interpreter, call: Call) -> Value:
        if _numbers(interpreter, call) is None:
            return on_arrays(interpreter, call)
        return model(interpreter, call)

    return run


def rounding(of_quotient: Callable[[Value], object], function: Callable[[float], int]) -> Model:
    """`np.ceil` or `np.floor` of a number: a float that is whole."""

    def run(interpreter: Interpreter, call: Call) -> Value:
        value = (
            interpreter.resolve(call.arguments[0]) if len(call.arguments) == 1 and not call.keywords else None
        )
        if value is None:
            return on_arrays(interpreter, call)
        if ratio.is_quotient(value):
            size = of_quotient(value)
            if isinstance(size, Dim):
                return ratio.quotient(size, 1)
            return (
                Literal(float(size))
                if isinstance(size, int)
                else interpreter.unknown("a rounded number", call.node)
            )
        found = None if isinstance(value, TensorValue) else number(interpreter, value)
        if isinstance(found, Dim):
            return ratio.quotient(found, 1)
        if found is None or not math.isfinite(found) or abs(found) > 1 << 53:
            return on_arrays(interpreter, call)
        return Literal(float(function(found)))

    return run


def of_float(function: Callable[[float], float]) -> Model:
    """A function of one number."""

    def run(interpreter: Interpreter, call: Call) -> Value:
        plain = (
            len(call.arguments) == 1 and not call.keywords and not isinstance(call.arguments[0], TensorValue)
        )
        found = number(interpreter, call.arguments[0]) if plain else None
        if not isinstance(found, int | float):
            return on_arrays(interpreter, call)
        try:
            return Literal(function(found))
        except (ValueError, OverflowError):
            return interpreter.unknown("a function outside of its domain", call.node, kind="float")

    return run


def scalar(model: Model) -> Model:
    """`np.int64(x)`, `np.float32(x)` of a number."""

    def run(interpreter: Interpreter, call: Call) -> Value:
        value = interpreter.resolve(call.arguments[0]) if len(call.arguments) == 1 else None
        if isinstance(value, Int | Literal) or ratio.is_quotient(value):
            return model(interpreter, call)
        return on_arrays(interpreter, call)

    return run


MODELS = {
    "numpy.prod": product,
    "numpy.product": product,
    "numpy.sum": of_numbers(summed),
    "numpy.max": of_numbers(largest),
    "numpy.min": of_numbers(smallest),
    "numpy.ceil": rounding(ratio.ceiling, math.ceil),
    "numpy.floor": rounding(ratio.floor, math.floor),
    "numpy.sqrt": of_float(math.sqrt),
    "numpy.log": of_float(math.log),
    "numpy.log2": of_float(math.log2),
    "numpy.log10": of_float(math.log10),
    "numpy.exp": of_float(math.exp),
    **{
        f"numpy.{name}": scalar(to_int)
        for name in ("int32", "int64", "int_", "intp", "uint8", "int8", "int16")
    },
    **{f"numpy.{name}": scalar(to_float) for name in ("float32", "float64", "float16", "float_")},
    "numpy.pi": Literal(math.pi),
    "numpy.e": Literal(math.e),
    "numpy.inf": Literal(math.inf),
}
