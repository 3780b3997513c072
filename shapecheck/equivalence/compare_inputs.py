"""The inputs on which two models are compared: patterns, sizes at the edge, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import PatternError, free_symbols, parse_pattern
from shapecheck.model.dtypes import checked_dtype
from shapecheck.model.errors import ModelError
from shapecheck.model.inputs import concrete_sizes, input_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.algebra import Pattern, Shape
    from shapecheck.backend import Array

# Ordinary sizes by the usual names of axes; what has another name gets the next of OTHERS. Even sizes come first: where
# a stride meets "same" padding an odd size hides which end is padded more. No two are equal, so that axes that were
# exchanged show.
USUAL = {"n": 2, "b": 2, "batch": 2, "t": 5, "time": 5, "h": 32, "w": 40, "height": 32, "width": 40, "l": 48}
OTHERS = (6, 10, 12, 14, 18, 22)
SHIFTS = (0, 0, 1, 3, 2, 5)


class Case(NamedTuple):
    """One set of inputs: the number of every symbol, and the seed of the numbers."""

    sizes: dict[str, int]
    seed: int

    def __str__(self) -> str:
        return ", ".join(f"{name} = {size}" for name, size in self.sizes.items()) or "fixed sizes"


class Inputs:
    """The declared inputs of both models, in order."""

    def __init__(self, declared: str | Sequence[str] | Mapping[str, str]) -> None:
        texts = [declared] if isinstance(declared, str) else list(_values(declared))
        names = list(declared) if hasattr(declared, "keys") else _numbered(len(texts))
        if not texts:
            raise ModelError("models are compared on at least one input, such as 'n 3 64 64'")
        self.patterns: dict[str, Pattern] = {}
        self.shapes: dict[str, Shape] = {}
        self.kinds: dict[str, str] = {}
        for name, text in zip(names, texts, strict=True):
            try:
                pattern = parse_pattern(text)
            except PatternError as error:
                raise ModelError(str(error)) from None
            self.patterns[name] = pattern
            self.shapes[name] = input_shape(pattern)
            self.kinds[name] = checked_dtype(pattern.dtype, text)

    @property
    def symbols(self) -> list[str]:
        """The names of open sizes, in the order in which they stand."""
        found: dict[str, None] = {}
        for shape in self.shapes.values():
            for size in shape:
                found.update(dict.fromkeys(sorted(free_symbols(size))))
        return list(found)

    def cases(self, dims: Mapping[str, int], count: int, seed: int) -> list[Case]:
        """Ordinary sizes, then a batch of 1, then others; `dims` hold in all but that the batch may be 1."""
        symbols = self.symbols
        for name in dims:
            if name not in symbols:
                raise ModelError(
                    f"the inputs have no symbol {name!r}; theirs are {', '.join(symbols) or 'none'}"
                )
        others = iter(OTHERS)
        ordinary = {name: USUAL.get(name) or next(others, 26) for name in symbols}
        batch = next(
            (name for shape in self.shapes.values() for name in sorted(free_symbols(shape[0]))), None
        )
        found: dict[tuple[int, ...], Case] = {}
        for number in range(count):
            sizes = {
                name: dims[name] if name in dims else size + SHIFTS[number % len(SHIFTS)]
                for name, size in ordinary.items()
            }
            if batch is not None and number == 1:
                sizes[batch] = 1
            if batch is not None and number > 1 and batch not in dims:
                sizes[batch] = 3
            found.setdefault((*sizes.values(), number if not symbols else 0), Case(sizes, seed + number))
        return list(found.values())

    def arrays(self, case: Case, high: int) -> dict[str, Array]:
        """Normal numbers, and whole ones below `high` for indices; ModelError for sizes that do not fit."""
        import numpy as np

        rng = np.random.default_rng(case.seed)
        shapes = {name: shape.evaluate(case.sizes) for name, shape in self.shapes.items()}
        concrete_sizes(self.patterns, self.shapes, shapes)
        return {
            name: rng.integers(0, high, shape) if self.kinds[name] == "int" else rng.normal(size=shape)
            for name, shape in shapes.items()
        }


def _values(declared: Any) -> list[str]:
    return list(declared.values()) if hasattr(declared, "values") else list(declared)


def _numbered(count: int) -> list[str]:
    return ["x"] if count == 1 else [f"x{number}" for number in range(1, count + 1)]
