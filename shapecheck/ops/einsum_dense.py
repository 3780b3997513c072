"""A learned linear map that an einsum equation describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, Equal, Shape, product
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.linear import at_least_axes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


class EinsumDense(Op):
    """`equation`, as "abc,cd->abd", with a learned second operand.

    `sizes` are those of the output axes that the equation writes, without the first where the equation
    writes all of them; None is the size that the input has there. An ellipsis stands at the left or at the
    right of input and output. `features` are the declared sizes of the letters that the kernel shares with
    the input.
    """

    equation: str = attr()
    sizes: tuple[Any, ...] = attr()
    bias_axes: str | None = attr(None)
    features: Any = attr(None)
    codes = ("SHP101", "SHP103", "SHP106", "SHP116")

    def parts(self) -> tuple[str, str, str] | None:
        """Letters of the input, the kernel and the output, or None where the equation does not read so."""
        left, arrow, output = self.equation.replace(" ", "").partition("->")
        source, comma, kernel = left.partition(",")
        letters = (source.strip("."), kernel, output.strip("."))
        dots = (
            source.startswith("..."),
            source.endswith("..."),
            output.startswith("..."),
            output.endswith("..."),
        )
        well = bool(arrow and comma) and all(part.isalpha() for part in letters)
        return letters if well and dots[:2] == dots[2:] and not (dots[0] and dots[1]) else None

    def _sides(self) -> tuple[bool, bool]:
        return self.equation.lstrip().startswith("..."), self.equation.partition(",")[0].rstrip().endswith(
            "..."
        )

    def _letters(self, x: Shape) -> tuple[dict[str, Size], Shape]:
        """The sizes of the input's letters, and the axes that the ellipsis stands for."""
        source, _, _ = self.parts() or ("", "", "")
        left, _ = self._sides()
        count = len(x) - len(source)
        named = x[count:] if left else x[: len(source)]
        rest = x[:count] if left else x[len(source) :]
        return dict(zip(source, named, strict=False)), rest

    def _output(self, x: Shape) -> tuple[tuple[str, Size], ...]:
        known, _ = self._letters(x)
        _, _, output = self.parts() or ("", "", "")
        left, _ = self._sides()
        # Without an ellipsis in front, the first axis is the batch, which `sizes` leaves out.
        given: list[Any] = list(self.sizes) if left else [None, *self.sizes]
        return tuple(
            (letter, known[letter] if size is None and letter in known else size)
            for letter, size in zip(output, given, strict=False)
        )

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        _, rest = self._letters(x)
        named = tuple(size for _, size in self._output(x))
        return Shape(*rest, *named) if self._sides()[0] else Shape(*named, *rest)

    def settings(self) -> Iterator[Need]:
        if self.parts() is None:
            yield Need(
                NEVER,
                "SHP116",
                "{label} cannot read the equation {equation!r}",
                attribute="equation",
                label=self.label,
                equation=self.equation,
            )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        source, _, output = self.parts() or ("", "", "")
        yield from at_least_axes(self, x, len(source))
        if len(x) > len(source) and not any(self._sides()):
            yield Need(
                NEVER,
                "SHP103",
                "{label} expects {count} axes, got {got} in {shape}",
                label=self.label,
                count=len(source),
                got=len(x),
                shape=x,
            )
        if len(self.sizes) < len(output) - (0 if self._sides()[0] else 1):
            yield Need(
                NEVER,
                "SHP116",
                "{label} has {count} output sizes for the axes {output!r}",
                attribute="sizes",
                label=self.label,
                count=len(self.sizes),
                output=output,
            )
        known, _ = self._letters(x)
        for letter, size in self._output(x):
            if letter in known and known[letter] != size:
                yield self._letter_need(letter, size, known[letter], "SHP106", "sizes")
        for letter, size in dict(self.features or ()).items():
            if letter in known:
                yield self._letter_need(letter, size, known[letter], "SHP101", "features")

    def _letter_need(self, letter: str, expected: Size, got: Size, code: str, attribute: str) -> Need:
        return Need(
            Equal(got, expected),
            code,
            "{label} expects {expected} along {letter!r} of {equation!r}, got {got}",
            attribute=attribute,
            label=self.label,
            expected=expected,
            letter=letter,
            equation=self.equation,
            got=got,
        )

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        (x,) = inputs
        _, kernel, output = self.parts() or ("", "", "")
        known, rest = self._letters(x)
        sizes = {**known, **dict(self._output(x))}
        found = {"kernel": Shape(*(sizes[letter] for letter in kernel))}
        if self.bias_axes:
            start = min(output.index(letter) for letter in self.bias_axes)
            bias = [sizes[letter] if letter in self.bias_axes else 1 for letter in output[start:]]
            found["bias"] = Shape(*bias, *((1,) * len(rest) if not self._sides()[0] else ()))
        return found

    def macs(self, *inputs: Shape) -> Size:
        (x,) = inputs
        _, letters, _ = self.parts() or ("", "", "")
        known, _ = self._letters(x)
        kernel = self.weights(x)["kernel"]
        return product(x) * product(
            size for letter, size in zip(letters, kernel, strict=True) if letter not in known
        )

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        if x is None or self.features is not None:
            return self
        _, kernel, _ = self.parts() or ("", "", "")
        known, _ = self._letters(x)
        return self.replace(features=tuple((letter, known[letter]) for letter in kernel if letter in known))

    def moves(self, *inputs: Shape) -> Moves | None:
        if any(self._sides()):
            return None
        source, kernel, output = self.parts() or ("", "", "")
        return tuple(
            ((0, source.index(letter)),) if letter in source and letter not in kernel else ()
            for letter in output
        )
