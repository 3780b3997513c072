"""Cyclic garbage collected between files instead of during them: a sixth of the time, and memory stays
bounded.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# About fifteen thousand lines: what their analysis leaves behind is some thirty megabytes.
_WORTH_COLLECTING = 500_000


class Garbage:
    """Counts the bytes of source since the last collection."""

    def __init__(self) -> None:
        self._bytes = 0

    def after(self, size: int) -> None:
        """Collect when enough source has been analysed."""
        self._bytes += size
        if self._bytes > _WORTH_COLLECTING:
            self._bytes = 0
            gc.collect()


@contextmanager
def uncollected() -> Iterator[None]:
    """No automatic collection inside."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
