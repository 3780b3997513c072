"""A table of numpy rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import NotUnderstood
from shapecheck.dialects.rows import Table

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call


class NumpyTable(Table):
    """Rows of numpy names."""

    __slots__ = ()

    def functions(
        self, names: str, signature: str, call: Call, attributes: dict[str, str] | None = None
    ) -> None:
        """`numpy.NAME(…)` for each of the names."""
        for name in names.split():
            self.function(f"numpy.{name}", signature, call, attributes)

    def both(
        self,
        name: str,
        params: str,
        call: Call,
        attributes: dict[str, str] | None = None,
        *,
        method: str | None = None,
    ) -> None:
        """`numpy.NAME(a, …)`, and `array.NAME(…)` with the same parameters or those of `method`."""
        self.function(f"numpy.{name}", f"a, {params}" if params else "a", call, attributes)
        own = params if method is None else method
        self.method(f"numpy.ndarray.{name}", f"self, /, {own}" if own else "self, /", call, attributes)


def data_dependent(_: Any, arguments: Arguments) -> Any:
    """A function whose result has as many elements as the data decides."""
    raise NotUnderstood("the shape depends on the data")
