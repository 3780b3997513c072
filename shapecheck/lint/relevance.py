"""Whether a file can have anything to do with tensors, asked of its bytes before it is parsed."""

from __future__ import annotations

# Conventional names are listed beside the frameworks: a pasted snippet uses them without importing anything.
_MARKS = (
    b"torch",
    b"keras",
    b"tensorflow",
    b"numpy",
    b"einops",
    b"jax",
    b"shapecheck",
    b"reveal_shape",
    b"nn.",
    b"tf.",
    b"np.",
    b"F.",
    b"K.",
    b"layers.",
)


def mentions_framework(data: bytes) -> bool:
    """True when any framework's name, or what snippets call it, occurs anywhere."""
    return any(mark in data for mark in _MARKS)
