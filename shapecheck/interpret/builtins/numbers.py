"""Builtins that compute numbers: int, float, abs, min, max, sum, round, pow, divmod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim, Proof, at_least, floordiv, maximum, minimum, mod, positive, total
from shapecheck.interpret.builtins import ratio
from shapecheck.interpret.builtins.reading import (
    closed,
    computed,
    elements,
    from_number,
    integer,
    number,
    text,
    unknown,
)
from shapecheck.interpret.limits import MOST_BITS
from shapecheck.interpret.values import External, Int, Literal, Sequence, TensorValue, Unknown, Value

if TYPE_CHECKING:
    from shapecheck.algebra import Size
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

LONGEST_NUMBER = 1_000  # digits


def to_int(interpreter: Interpreter, call: Call) -> Value:
    """`int(x)`: the same number where x is one already, else rounded towards zero."""
    value = call.argument(0)
    if value is None:
        return Int(0)
    value = interpreter.resolve(value)
    if isinstance(value, Int):
        return value
    if ratio.is_quotient(value):
        size = ratio.truncated(value)
        return unknown(interpreter, call, "int") if size is None else computed(call, size)
    if isinstance(value, Unknown):
        # An argument keeps its key, and with it the symbol that it is as a size.
        return Unknown(value.reason, value.key, kind="int")
    if not isinstance(value, Literal):
        return unknown(interpreter, call, "int")
    base = integer(interpreter, call.argument(1, "base"))
    try:
        if isinstance(value.value, str):
            if len(value.value) > LONGEST_NUMBER:
                return unknown(interpreter, call, "int")
            found = int(value.value, 10 if base is None else base)
        else:
            found = int(value.value)
    except (ValueError, TypeError, OverflowError):
        return unknown(interpreter, call, "int")
    return from_number(call, found) or unknown(interpreter, call, "int")


def to_float(interpreter: Interpreter, call: Call) -> Value:
    """`float(x)`."""
    value = call.argument(0)
    if value is None:
        return Literal(0.0)
    value = interpreter.resolve(value)
    if ratio.is_quotient(value):
        return value
    if isinstance(value, Int):
        if isinstance(value.size, int):
            return _plain_float(interpreter, call, value.size)
        return ratio.quotient(value.size, 1)
    if isinstance(value, Literal) and isinstance(value.value, str | int | float):
        return _plain_float(interpreter, call, value.value)
    return unknown(interpreter, call, "float")


def _plain_float(interpreter: Interpreter, call: Call, value: str | float) -> Value:
    try:
        return Literal(float(value))
    except (ValueError, OverflowError):
        return unknown(interpreter, call, "float")


def to_bool(interpreter: Interpreter, call: Call) -> Value:
    """`bool(x)`."""
    value = call.argument(0)
    if value is None:
        return Literal(False)
    known = interpreter.known_truth(value)
    if known is not None:
        return Literal(known)
    value = interpreter.resolve(value)
    if isinstance(value, Unknown):
        # The same condition as the value itself: `if bool(x)` and `if x` are answered together.
        return Unknown(value.reason, value.key, kind="bool")
    return interpreter.unknown("the truth of an unknown value", call.node, kind="bool")


def absolute(interpreter: Interpreter, call: Call) -> Value:
    """`abs(x)`."""
    value = call.argument(0)
    if isinstance(value, TensorValue):
        home = {"torch.Tensor": "torch.abs", "numpy.ndarray": "numpy.abs", "tf.Tensor": "tf.abs"}
        function = External(home.get(value.family, "keras.ops.abs"))
        return interpreter.call(function, [value], {}, call.node, call.frame)
    found = number(interpreter, value)
    if isinstance(found, int | float):
        return from_number(call, abs(found), [value] if value else []) or unknown(interpreter, call)
    if isinstance(found, Dim) and value is not None and at_least(found, 0) is Proof.YES:
        return value
    return unknown(interpreter, call)


def smallest(interpreter: Interpreter, call: Call) -> Value:
    """`min(…)`."""
    return _extreme(interpreter, call, largest=False)


def largest(interpreter: Interpreter, call: Call) -> Value:
    """`max(…)`."""
    return _extreme(interpreter, call, largest=True)


def _extreme(interpreter: Interpreter, call: Call, *, largest: bool) -> Value:
    values = (
        list(call.arguments) if len(call.arguments) > 1 else elements(interpreter, call, call.argument(0))
    )
    if values is None:
        return unknown(interpreter, call)
    if not values:
        return call.keywords.get("default") or unknown(interpreter, call)
    marks = values
    key = call.keywords.get("key")
    if key is not None and not (isinstance(key, Literal) and key.value is None):
        marks = [interpreter.call(key, [value], {}, call.node, call.frame) for value in values]
    if len(values) == 1:
        return values[0]
    texts = [text(interpreter, mark) for mark in marks]
    known = [found for found in texts if found is not None]
    if len(known) == len(texts):
        return values[known.index(max(known) if largest else min(known))]
    return _extreme_number(interpreter, call, values, marks, largest=largest)


def _extreme_number(
    interpreter: Interpreter, call: Call, values: list[Value], marks: list[Value], *, largest: bool
) -> Value:
    sizes: list[Size] = []
    floats: list[float] = []
    for mark in marks:
        found = number(interpreter, mark)
        if found is None or found != found:
            return unknown(interpreter, call)
        if isinstance(found, int | Dim):
            sizes.append(found)
        if isinstance(found, int | float):
            floats.append(found)
    if len(floats) == len(marks):
        return values[floats.index(max(floats) if largest else min(floats))]
    if len(sizes) < len(marks):
        return unknown(interpreter, call)
    best = maximum(*sizes) if largest else minimum(*sizes)
    for value, size in zip(values, sizes, strict=True):
        if size == best:
            return value if marks is not values or isinstance(value, Int) else computed(call, best, [value])
    return computed(call, best, values) if marks is values else unknown(interpreter, call)


def summed(interpreter: Interpreter, call: Call) -> Value:
    """`sum(values, start)`: of sizes, of floats, or by adding whatever they are."""
    values = elements(interpreter, call, call.argument(0))
    if values is None:
        return unknown(interpreter, call)
    start = call.argument(1, "start")
    if start is not None:
        values = [start, *values]
    elif not values:
        return Int(0)
    sizes = [interpreter.as_size(value) for value in values]
    known = [size for size in sizes if size is not None]
    if len(known) == len(values):
        return from_number(call, total(known), values) or unknown(interpreter, call)
    result = values[0] if start is not None else added(interpreter, call, Int(0), values[0])
    for value in values[1:]:
        result = added(interpreter, call, result, value)
    return result


def added(interpreter: Interpreter, call: Call, left: Value, right: Value) -> Value:
    """`left + right` as the language does it, for a call that adds."""
    from shapecheck.interpret.arithmetic import combine

    if isinstance(left, Int) and left.size == 0 and isinstance(right, TensorValue):
        return right
    return combine(interpreter, "+", left, right, call.node, call.frame)


def rounded(interpreter: Interpreter, call: Call) -> Value:
    """`round(x, digits)`."""
    value = call.argument(0)
    digits = call.argument(1, "ndigits")
    found = number(interpreter, value)
    if value is not None and isinstance(found, int | Dim) and digits is None:
        return value
    if value is not None and ratio.is_quotient(value) and digits is None:
        size = ratio.exact_integer(value)
        return unknown(interpreter, call, "int") if size is None else computed(call, size)
    places = integer(interpreter, digits)
    if not isinstance(found, float) or (digits is not None and places is None):
        return unknown(interpreter, call)
    try:
        result = round(found) if places is None else round(found, places)
    except (ValueError, OverflowError):
        return unknown(interpreter, call)
    return from_number(call, result) or unknown(interpreter, call)


def power(interpreter: Interpreter, call: Call) -> Value:
    """`pow(x, y)`, and with three arguments modulo the last."""
    base, exponent = number(interpreter, call.argument(0)), number(interpreter, call.argument(1, "exp"))
    modulus = call.argument(2, "mod")
    if modulus is not None:
        by = integer(interpreter, modulus)
        if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0 and by:
            return computed(call, pow(base, exponent, by))
        return unknown(interpreter, call, "int")
    return raised(call, base, exponent) or unknown(interpreter, call)


def raised(call: Call, base: Size | float | None, exponent: Size | float | None) -> Value | None:
    """`base ** exponent`, None where it is not known or would be enormous."""
    if isinstance(base, Dim) and isinstance(exponent, int) and 0 <= exponent <= 8:
        return from_number(call, base**exponent)
    if not isinstance(base, int | float) or not isinstance(exponent, int | float):
        return None
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        if max(base.bit_length(), 1) * exponent > MOST_BITS:
            return None
        return from_number(call, base**exponent)
    try:
        result = base**exponent
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return from_number(call, result) if isinstance(result, int | float) else None


def quotient_and_rest(interpreter: Interpreter, call: Call) -> Value:
    """`divmod(x, y)`."""
    above, below = number(interpreter, call.argument(0)), number(interpreter, call.argument(1))
    if not isinstance(above, int | Dim) or not isinstance(below, int | Dim):
        return unknown(interpreter, call)
    if below == 0 or (isinstance(below, Dim) and positive(below) is not Proof.YES):
        return unknown(interpreter, call)
    operands = call.arguments[:2]
    parts = (floordiv(above, below), mod(above, below))
    return Sequence("tuple", [computed(call, part, operands) for part in parts])


MODELS = {
    f"builtins.{name}": closed(model)
    for name, model in {
        "int": to_int,
        "float": to_float,
        "bool": to_bool,
        "abs": absolute,
        "min": smallest,
        "max": largest,
        "sum": summed,
        "round": rounded,
        "pow": power,
        "divmod": quotient_and_rest,
    }.items()
}
