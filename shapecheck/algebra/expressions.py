"""Arithmetic of the pattern language: text to sizes and claims.

Precedence is Python's. Outside parentheses an expression holds no whitespace; inside, whitespace stands on
both sides of an operator or on neither, and whitespace without an operator multiplies: `(c h w)`.
"""

from __future__ import annotations

from .claims import AllOf, AtLeast, Claim, Differs, Divides, Equal
from .dim import Dim, Size
from .division import floordiv, maximum, minimum, mod
from .naming import product, symbol
from .tokens import Reader, Token

MAX_DEPTH = 60
_START = ("name", "int", "attribute", "(")
_OPERATORS = ("+", "-", "*", "//", "%")


def parse_size(text: str, *, low: int = 1) -> Size:
    """The size written in the pattern language's arithmetic, e.g. "64*(h//4)*(w//4)" or "(c h w)".

    Symbols are at least `low`. Raises PatternError. `parse_size(str(size)) == size` for every size of
    symbols with that bound.
    """
    reader = Reader(text, low)
    reader.skip_space()
    reader.depth += 1  # a lone size cannot be mistaken for several axes, so it may be spaced out
    if reader.kind == "end":
        reader.fail("a size is missing", "write a number, a name or arithmetic such as h//2")
    size = sum_of(reader)
    reader.depth -= 1
    reader.skip_space()
    if reader.kind != "end":
        reader.fail(f"{reader.describe()} cannot follow a size", "a product of axes is written (c h w)")
    return size


def sum_of(reader: Reader) -> Size:
    """A sum of products."""
    reader.depth += 1
    if reader.depth > MAX_DEPTH:
        reader.fail("this expression is nested too deeply")
    size = _product_of(reader)
    while (operator := _operator(reader, ("+", "-"))) is not None:
        right = _product_of(reader)
        size = size + right if operator.kind == "+" else size - right
    reader.depth -= 1
    return size


def _product_of(reader: Reader) -> Size:
    size = _signed(reader)
    while (operator := _operator(reader, ("*", "//", "%"))) is not None:
        right = _signed(reader)
        if operator.kind == "*":
            size = size * right
        elif not isinstance(right, Dim) and right == 0:
            reader.fail("division by zero", at=operator)
        else:
            size = floordiv(size, right) if operator.kind == "//" else mod(size, right)
    return size


def _operator(reader: Reader, kinds: tuple[str, ...]) -> Token | None:
    """The next operator if it is one of these, read with the whitespace around it."""
    spaced = reader.kind == "space"
    if (reader.peek() if spaced else reader.kind) not in kinds:
        return None
    if spaced and reader.depth < 2:
        return None
    if spaced:
        reader.take()
    operator = reader.take()
    after = reader.skip_space()
    if spaced != after:
        hint = "inside parentheses write (n*b) or (n * b), or (n b) for a product; outside, no whitespace"
        reader.fail(f"whitespace on one side of {operator.text!r} only", hint, at=operator)
    return operator


def _signed(reader: Reader) -> Size:
    negative = False
    while reader.kind == "-":
        reader.take()
        negative = not negative
    size = operand(reader)
    return -size if negative else size


def operand(reader: Reader) -> Size:
    """A number, a name, an attribute, max(…), min(…) or a parenthesised expression or product."""
    token = reader.now
    if token.kind == "int":
        reader.take()
        if reader.kind == "name":
            hint = f"write {token.text}*{reader.now.text}"
            reader.fail(f"{token.text}{reader.now.text} is neither a number nor a name", hint, at=token)
        return int(token.text)
    if token.kind == "attribute":
        reader.take()
        return symbol(token.text, low=reader.low)
    if token.kind == "name":
        reader.take()
        if reader.kind == "(" and token.text in ("max", "min"):
            return _call(reader, token.text)
        if reader.kind == "(":
            reader.fail(f"{token.text}(…) is no function here", "only max(…) and min(…) are")
        return symbol(token.text, low=reader.low)
    if token.kind == "(":
        return _parenthesised(reader)
    if token.kind == "**":
        reader.fail("** is not part of patterns", "write h*h")
    return reader.fail(f"a size is expected, not {reader.describe()}")


def _call(reader: Reader, name: str) -> Size:
    reader.take()
    sizes = []
    while True:
        reader.skip_space()
        reader.depth += 1
        sizes.append(sum_of(reader))
        reader.depth -= 1
        reader.skip_space()
        if reader.kind == ")":
            reader.take()
            return maximum(*sizes) if name == "max" else minimum(*sizes)
        if reader.kind != ",":
            reader.fail(f"{name}(…) is not closed", "write max(a,b)")
        reader.take()


def _parenthesised(reader: Reader) -> Size:
    return product(parenthesised(reader))


def parenthesised(reader: Reader) -> list[Size]:
    """One whole parenthesis: its factors in the order written, or its one size; none for `()`."""
    opening = reader.take()
    reader.skip_space()
    if reader.kind == ")":
        reader.take()
        return []  # the empty product
    reader.depth += 1
    start = reader.index
    sizes = _factor(reader)
    arithmetic = not _single(reader, start)
    while reader.kind == "space" and reader.peek() in _START:
        reader.take()
        start = reader.index
        if arithmetic:
            _refuse_mix(reader)
        sizes += _factor(reader)
        if not _single(reader, start):
            _refuse_mix(reader)
    reader.depth -= 1
    reader.skip_space()
    if reader.kind == ",":
        reader.fail("a comma inside parentheses", "axes of a product are separated by spaces: (c h w)")
    if reader.kind != ")":
        if reader.kind == "end":
            reader.fail("this parenthesis is never closed", at=opening)
        reader.fail(f"{reader.describe()} cannot stand inside parentheses")
    reader.take()
    return sizes


def _factor(reader: Reader) -> list[Size]:
    """A size in parentheses; one that is itself a product in parentheses gives its own factors."""
    start = reader.index
    if reader.kind == "(":
        nested = parenthesised(reader)
        following = reader.peek() if reader.kind == "space" else reader.kind
        if following not in _OPERATORS:
            return nested
        reader.index = start
    return [sum_of(reader)]


def _single(reader: Reader, start: int) -> bool:
    """Whether what was read since `start` is one operand: a word or one whole parenthesis."""
    read = [token for token in reader.tokens[start : reader.index] if token.kind != "space"]
    if len(read) == 1:
        return True
    depth = 0
    for index, token in enumerate(read):
        depth += (token.kind == "(") - (token.kind == ")")
        if depth == 0 and index < len(read) - 1 and not (index == 0 and token.text in ("max", "min")):
            return False
    return True


def _refuse_mix(reader: Reader) -> None:
    hint = "parentheses hold either a product of axes, (c h w), or arithmetic, ((h-1)//2+1)"
    reader.fail("arithmetic and juxtaposition are mixed in one parenthesis", hint)


_COMPARE = ("==", "=", "!=", "<=", ">=", "<", ">")


def claims_of(reader: Reader) -> tuple[Claim, ...]:
    """Constraints separated by commas: `h%4==0, w<=512, 3<=h<=9`; read to the end."""
    claims: list[Claim] = []
    while True:
        reader.skip_space()
        if reader.kind == "end":
            reader.fail("a constraint is missing", "write h%4==0 or w<=512")
        claims.append(_claim_of(reader))
        reader.skip_space()
        if reader.kind == "end":
            return tuple(claims)
        if reader.kind != ",":
            reader.fail(
                f"{reader.describe()} cannot follow a constraint", "separate constraints with a comma"
            )
        reader.take()


def _claim_of(reader: Reader) -> Claim:
    reader.depth += 1
    left = sum_of(reader)
    found: list[Claim] = []
    while True:
        reader.skip_space()
        if reader.kind == "name" and reader.now.text == "divides" and not found:
            reader.take()
            reader.skip_space()
            found.append(Divides(left, sum_of(reader)))
            break
        if reader.kind not in _COMPARE:
            break
        sign = reader.take().kind
        reader.skip_space()
        right = sum_of(reader)
        found.append(_compare(left, sign, right))
        left = right
    if not found:
        reader.fail(f"a comparison is expected, not {reader.describe()}", "write h%4==0 or w<=512")
    reader.depth -= 1
    claim: Claim = AllOf(*found) if len(found) > 1 else found[0]
    return claim


def _compare(left: Size, sign: str, right: Size) -> Claim:
    if sign in ("==", "="):
        return Equal(left, right)
    if sign == "!=":
        return Differs(left, right)
    if sign == ">=":
        return AtLeast(left, right)
    if sign == ">":
        return AtLeast(left, right + 1)
    if sign == "<=":
        return AtLeast(right, left)
    return AtLeast(right, left + 1)


def parse_claim(text: str, *, low: int = 1) -> Claim:
    """The claim written as a constraint, e.g. "h%4==0" or "3<=h<=9"; several, by commas, hold together."""
    reader = Reader(text, low)
    claim: Claim = AllOf(*claims_of(reader))
    return claim
