"""Text of the pattern language to patterns and contracts."""

from __future__ import annotations

from .claims import Claim
from .dim import Size
from .expressions import claims_of, operand, parenthesised, sum_of
from .pattern import (
    AnyAxis,
    Axis,
    BoundAxis,
    BroadcastAxis,
    Contract,
    GroupAxis,
    OptionalAxis,
    Pattern,
    ProductAxis,
    SizeAxis,
)
from .tokens import Reader

_LIST_HINT = "axes are separated by spaces: '{}'; commas separate tensors"


def parse_pattern(text: str, *, low: int = 1) -> Pattern:
    """The pattern of one tensor, e.g. "n c h w", "... d", "n (c h w):float32 | h%4==0".

    Names are sizes of at least `low`. The empty text is a scalar. Raises PatternError.
    """
    reader = Reader(text, low)
    pattern = _tensor(reader)
    if reader.kind == ",":
        reader.fail("a comma in the pattern of one tensor", _LIST_HINT.format(_without_commas(text)))
    if reader.kind == "->":
        reader.fail("an arrow in the pattern of one tensor", "contracts are read by parse_contract")
    constraints = _constraints(reader)
    return Pattern(pattern.axes, dtype=pattern.dtype, constraints=constraints, low=low)


def parse_contract(text: str, *, low: int = 1) -> Contract:
    """The contract of a function, e.g. "n t c h w -> n k | h%4==0, w<=512"; several tensors by commas.

    Raises PatternError.
    """
    reader = Reader(text, low)
    inputs = _tensors(reader)
    outputs = None
    if reader.kind == "->":
        reader.take()
        outputs = _tensors(reader)
        if reader.kind == "->":
            reader.fail("a second arrow", "a contract reads: inputs -> outputs | constraints")
    return Contract(inputs, outputs, _constraints(reader))


def _without_commas(text: str) -> str:
    return " ".join(text.replace(",", " ").split())


def _constraints(reader: Reader) -> tuple[Claim, ...]:
    if reader.kind == "end":
        return ()
    if reader.kind != "|":
        reader.fail(f"{reader.describe()} cannot follow an axis")
    bar = reader.take()
    if any(token.kind == "->" for token in reader.tokens[reader.index :]):
        hint = "they come last: inputs -> outputs | constraints"
        reader.fail("constraints before the arrow", hint, at=bar)
    return claims_of(reader)


def _tensors(reader: Reader) -> list[Pattern]:
    found = [_tensor(reader)]
    while reader.kind == ",":
        reader.take()
        found.append(_tensor(reader))
    return found


def _tensor(reader: Reader) -> Pattern:
    axes: list[Axis] = []
    dtype = None
    groups = 0
    reader.skip_space()
    while reader.kind not in ("end", ",", "->", "|"):
        start = reader.now
        if reader.kind == ":":
            dtype = _dtype(reader)
            continue
        if dtype is not None:
            reader.fail("an axis after the dtype", "the dtype comes last: n t c:float32")
        axis = _axis(reader)
        groups += isinstance(axis, GroupAxis)
        if groups > 1 and isinstance(axis, GroupAxis) and axis in axes:
            reader.fail(f"the group {axis} twice in one tensor", at=start)
        axes.append(axis)
        if not reader.skip_space() and reader.kind not in ("end", ",", "->", "|", ":"):
            reader.fail(f"{reader.describe()} cannot follow an axis", "axes are separated by spaces")
    return Pattern(axes, dtype=dtype, low=reader.low)


def _dtype(reader: Reader) -> str:
    reader.take()
    token = reader.take()
    if token.kind != "name":
        reader.fail("a dtype is expected after the colon", "write n t c:float32", at=token)
    reader.skip_space()
    return token.text


def _axis(reader: Reader) -> Axis:
    token = reader.now
    if token.kind == "...":
        reader.take()
        return GroupAxis("...")
    if token.kind == "*":
        reader.take()
        if reader.kind != "name":
            reader.fail("a name is expected after *", "write *batch for a named group of axes")
        return GroupAxis(reader.take().text)
    if token.kind == "#":
        reader.take()
        return BroadcastAxis(operand(reader))
    if token.kind == "name" and token.text.startswith("_") and reader.peek() not in _ARITHMETIC:
        reader.take()
        return AnyAxis(token.text)
    if token.kind == "name" and reader.peek() == "=":
        symbol = operand(reader)
        reader.take()
        return BoundAxis(token.text, symbol, sum_of(reader))
    size = _size_or_product(reader)
    if isinstance(size, ProductAxis):
        return size
    if reader.kind == "?":
        reader.take()
        return OptionalAxis(size)
    if reader.kind == "=":
        reader.fail("only a name can be bound with =", "write c=3; conditions come after a bar: n h | h%4=0")
    return SizeAxis(size)


def _size_or_product(reader: Reader) -> Size | ProductAxis:
    """`(c h w)` standing alone as a ProductAxis, anything else as its size."""
    start = reader.index
    if reader.kind == "(":
        factors = parenthesised(reader)
        if len(factors) != 1 and reader.kind not in _ARITHMETIC:
            return ProductAxis(factors)
        reader.index = start
    return sum_of(reader)


_ARITHMETIC = ("+", "-", "*", "//", "%", "=", "?", "(")
