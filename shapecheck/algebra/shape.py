"""Shapes: tuples of sizes that know their rank and their number of elements."""

from __future__ import annotations

from .dim import Size
from .evaluation import evaluate, substitute
from .naming import product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, SupportsIndex, overload


class Shape(tuple[Size, ...]):
    """The sizes of a tensor's axes, outermost first; plain ints where known, Dims elsewhere."""

    __slots__ = ()

    def __new__(cls, *sizes: Size) -> Shape:
        return tuple.__new__(cls, sizes)

    @classmethod
    def of(cls, sizes: Iterable[Size]) -> Shape:
        """The shape of these sizes."""
        return tuple.__new__(cls, sizes)

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self)

    @property
    def size(self) -> Size:
        """The number of elements: the product of all axes, 1 for a scalar."""
        return product(self)

    def substitute(self, values: Mapping[str, Size]) -> Shape:
        """The shape with symbols replaced by name."""
        return Shape.of(substitute(size, values) for size in self)

    def evaluate(self, values: Mapping[str, int]) -> tuple[int, ...]:
        """The shape in numbers; raises MissingSymbolError for a symbol without a value."""
        return tuple(evaluate(size, values) for size in self)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: SupportsIndex) -> Size: ...

        @overload
        def __getitem__(self, index: slice) -> Shape: ...

        def __getitem__(self, index: Any) -> Any: ...

    else:

        def __getitem__(self, index):
            found = tuple.__getitem__(self, index)
            return Shape.of(found) if isinstance(index, slice) else found

    def __add__(self, other: tuple[Any, ...]) -> Shape:
        return Shape.of((*self, *other)) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: tuple[Any, ...]) -> Shape:
        return Shape.of((*other, *self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, times: SupportsIndex) -> Shape:
        return Shape.of(tuple.__mul__(self, times))

    __rmul__ = __mul__

    def __getnewargs__(self) -> tuple[Size, ...]:
        return tuple(self)

    def __str__(self) -> str:
        return f"({self[0]},)" if len(self) == 1 else f"({', '.join(map(str, self))})"

    def __repr__(self) -> str:
        return f"Shape{self}" if len(self) != 1 else f"Shape({self[0]})"
