"""The math module: exact on known numbers, on symbolic sizes where the answer is an integer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shapecheck.algebra import Dim, product
from shapecheck.interpret.builtins import ratio
from shapecheck.interpret.builtins.numbers import raised, to_int
from shapecheck.interpret.builtins.reading import (
    closed,
    computed,
    elements,
    from_number,
    integer,
    number,
    unknown,
)
from shapecheck.interpret.values import Int, Literal, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Size
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

_FLOATS = [
    "sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "hypot", "fabs", "fmod", "degrees", "radians", "erf", "erfc",
    "gamma", "lgamma", "copysign", "dist", "cbrt", "isclose", "isfinite", "isinf", "isnan",
]  # fmt: skip
MOST_FACTORIAL = 200


def float_function(name: str) -> Callable[[Interpreter, Call], Value]:
    """The model of a function of math on floats."""
    function = getattr(math, name)

    def model(interpreter: Interpreter, call: Call) -> Value:
        numbers = [number(interpreter, value) for value in call.arguments]
        if call.keywords or not all(isinstance(found, int | float) for found in numbers):
            return unknown(interpreter, call, "float")
        try:
            return Literal(function(*numbers))
        except (ValueError, OverflowError, TypeError):
            return unknown(interpreter, call, "float")

    return model


def floor(interpreter: Interpreter, call: Call) -> Value:
    """`math.floor(x)`."""
    return _rounded(interpreter, call, math.floor, ratio.floor)


def ceiling(interpreter: Interpreter, call: Call) -> Value:
    """`math.ceil(x)`."""
    return _rounded(interpreter, call, math.ceil, ratio.ceiling)


def _rounded(
    interpreter: Interpreter,
    call: Call,
    function: Callable[[float], int],
    of_quotient: Callable[[Value], Size | None],
) -> Value:
    value = call.argument(0)
    if value is None:
        return unknown(interpreter, call, "int")
    value = interpreter.resolve(value)
    if isinstance(value, Int):
        return value
    if ratio.is_quotient(value):
        size = of_quotient(value)
        return unknown(interpreter, call, "int") if size is None else computed(call, size)
    found = number(interpreter, value)
    if isinstance(found, float) and math.isfinite(found):
        return computed(call, function(found))
    return unknown(interpreter, call, "int") if not isinstance(found, int | Dim) else computed(call, found)


def multiplied(interpreter: Interpreter, call: Call) -> Value:
    """`math.prod(values)`."""
    values = elements(interpreter, call, call.argument(0))
    if values is None:
        return unknown(interpreter, call)
    start = call.keywords.get("start")
    return product_of(interpreter, call, values if start is None else [start, *values]) or unknown(
        interpreter, call
    )


def product_of(interpreter: Interpreter, call: Call, values: list[Value]) -> Value | None:
    """The product of numbers, which keeps the factors that it came from; None where one is not known."""
    if not values:
        return Int(1)
    numbers = [number(interpreter, value) for value in values]
    sizes = [found for found in numbers if isinstance(found, int | Dim)]
    if len(sizes) == len(numbers):
        if sum(size.bit_length() for size in sizes if isinstance(size, int)) > 4096:
            return None
        return computed(call, product(sizes), values, operator="*")
    plain = [found for found in numbers if isinstance(found, int | float)]
    return from_number(call, math.prod(plain)) if len(plain) == len(numbers) else None


def power(interpreter: Interpreter, call: Call) -> Value:
    """`math.pow(x, y)`: always a float."""
    base, exponent = (number(interpreter, call.argument(index)) for index in range(2))
    if isinstance(base, int | float) and isinstance(exponent, int | float):
        try:
            return Literal(math.pow(base, exponent))
        except (ValueError, OverflowError):
            return unknown(interpreter, call, "float")
    found = raised(call, base, exponent)
    return ratio.quotient(found.size, 1) if isinstance(found, Int) else unknown(interpreter, call, "float")


def integer_function(name: str) -> Callable[[Interpreter, Call], Value]:
    """The model of a function of math on integers."""
    function = getattr(math, name)

    def model(interpreter: Interpreter, call: Call) -> Value:
        numbers = [integer(interpreter, value) for value in call.arguments]
        known = [found for found in numbers if found is not None]
        if len(known) < len(numbers) or call.keywords:
            return unknown(interpreter, call, "int")
        if name in ("factorial", "comb", "perm") and max(known, default=0) > MOST_FACTORIAL:
            return unknown(interpreter, call, "int")
        try:
            return from_number(call, function(*known), call.arguments) or unknown(interpreter, call, "int")
        except (ValueError, TypeError, OverflowError):
            return unknown(interpreter, call, "int")

    return model


def magnitude(interpreter: Interpreter, call: Call) -> Value:
    """`math.fsum(values)`."""
    values = elements(interpreter, call, call.argument(0)) or []
    numbers = [number(interpreter, value) for value in values]
    plain = [found for found in numbers if isinstance(found, int | float)]
    if not plain or len(plain) < len(numbers):
        return unknown(interpreter, call, "float")
    return Literal(math.fsum(plain))


MODELS = {
    **{f"math.{name}": closed(float_function(name)) for name in _FLOATS},
    **{
        f"math.{name}": closed(integer_function(name))
        for name in ("gcd", "lcm", "isqrt", "factorial", "comb", "perm")
    },
    "math.floor": closed(floor),
    "math.ceil": closed(ceiling),
    "math.trunc": closed(to_int),
    "math.prod": closed(multiplied),
    "math.pow": closed(power),
    "math.fsum": closed(magnitude),
    "math.pi": Literal(math.pi),
    "math.e": Literal(math.e),
    "math.tau": Literal(math.tau),
    "math.inf": Literal(math.inf),
    "math.nan": Literal(math.nan),
}
