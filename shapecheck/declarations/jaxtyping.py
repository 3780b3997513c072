"""The axis strings of jaxtyping, read into patterns: `Float[Tensor, "*batch n c=3"]`.

Three things mean something else there than in our own language: `...` is any axes, not one shared group;
`c=3` is the number 3 with a remark; a name may carry several marks (`*#batch`, `_*rest`).
"""

from __future__ import annotations

from itertools import count

from shapecheck.algebra import AnyAxis, Axis, GroupAxis, Pattern, PatternError, parse_pattern

# Groups of which nothing is shared get names that no other axis string can have.
_FRESH = count()

# The dtype classes of jaxtyping; the pattern language knows them by the same words in lower case.
_CLASSES = """
    Shaped Bool Key Num Inexact Real Integer Float Complex Int UInt Complex64 Complex128
    BFloat16 Float16 Float32 Float64 Float4e2m1fn Float8e3m4 Float8e4m3 Float8e4m3b11fnuz Float8e4m3fn
    Float8e4m3fnuz Float8e5m2 Float8e5m2fnuz Float8e8m0fnu
    Int2 Int4 Int8 Int16 Int32 Int64 UInt2 UInt4 UInt8 UInt16 UInt32 UInt64
"""
DTYPES = frozenset(_CLASSES.split())


class UnreadableAnnotationError(ValueError):
    """An annotation that says something about shapes which cannot be taken over; its text is the message."""


def read_axes(text: str, dtype: str | None, *, low: int = 1) -> Pattern:
    """The pattern of one jaxtyping array type, from its axis string and the name of its dtype class.

    Raises UnreadableAnnotationError for what the pattern language cannot say.
    """
    axes = [_axis(word, low) for word in text.split()]
    kind = None if dtype is None or dtype == "Shaped" else dtype.lower()
    return Pattern(axes, dtype=kind, low=low)


def _axis(word: str, low: int) -> Axis:
    marks = ""
    rest = word
    while rest[:1] in ("*", "#", "_", "?") and rest != "_" * len(rest):
        marks += rest[0]
        rest = rest[1:]
    if word == "..." or ("*" in marks and ("_" in marks or "#" in marks)):
        # Any axes, or axes that broadcast against a group: of these nothing is checked but their place.
        return GroupAxis(f"...{next(_FRESH)}")
    if "*" in marks:
        return GroupAxis(rest)
    if "_" in marks or rest.strip("_") == "":
        return AnyAxis("_")
    if "?" in marks:
        return AnyAxis("_")  # one size for each leaf of a tree: nothing is shared within one call
    name, equals, size = rest.partition("=")
    written = size if equals and name.isidentifier() and not size.startswith("=") else rest
    pattern = _parsed(("#" if "#" in marks else "") + written, word, low)
    return pattern.axes[0]


def _parsed(text: str, word: str, low: int) -> Pattern:
    try:
        pattern = parse_pattern(text, low=low)
    except PatternError:
        raise UnreadableAnnotationError(word) from None
    if len(pattern.axes) != 1:
        raise UnreadableAnnotationError(word)
    return pattern
