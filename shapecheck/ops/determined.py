"""A size of which only this is known: that certain other values determine it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim, unknown

if TYPE_CHECKING:
    from shapecheck.algebra import Size

# Longer tags are replaced by a digest: a tag is part of the name of what is computed from it, again and again.
LONGEST_TAG = 200


def determined(what: str, *values: object) -> Size:
    """The unknown result of the function `what` on `values`: the same values always give the same unknown."""
    keys = (repr(value.key) if isinstance(value, Dim) else repr(value) for value in values)
    tag = f"{what} {' '.join(keys)}"
    return unknown(tag if len(tag) <= LONGEST_TAG else f"{what} {_digest(tag)}")


def _digest(text: str) -> str:
    from hashlib import blake2b  # only code with many unknown sizes pays for the import

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
