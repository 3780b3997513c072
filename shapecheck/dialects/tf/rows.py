"""A table of TensorFlow rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.dialects.rows import Table

if TYPE_CHECKING:
    from shapecheck.dialects.rows import Call


class TensorflowTable(Table):
    """Rows of TensorFlow names."""

    __slots__ = ()

    def functions(
        self, names: str, signature: str, call: Call, attributes: dict[str, str] | None = None
    ) -> None:
        """`tf.NAME(…)` for each of the names."""
        for name in names.split():
            self.function(f"tf.{name}", signature, call, attributes)
