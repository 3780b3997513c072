"""The error that a broken contract raises."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class ShapeError(AssertionError):
    """A value does not have the shape, dtype or structure that its contract promises.

    An AssertionError, because that is what compilers of tensor code carry through to the caller. `str` is
    the message, whatever a compiler adds to `args` on the way.
    """

    message: str

    if not TYPE_CHECKING:
        # AutoGraph rebuilds an error under its own type only if it is made as every Exception is.
        __init__ = Exception.__init__

    def __new__(cls, message: str = "") -> Self:
        self = super().__new__(cls, message)
        self.message = message
        return self

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[type[ShapeError], tuple[str]]:
        return type(self), (self.message,)
