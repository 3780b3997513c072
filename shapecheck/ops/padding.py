"""Adding cells around a tensor, or cutting them off with negative widths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AnyOf, AtLeast, Shape, minimum
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves

# By how much the wall may exceed the tensor: mirroring without the edge needs one cell more than it adds.
_MIRRORS = {"reflect": 1, "symmetric": 0, "circular": 0, "wrap": 0}


class Pad(Op):
    """Add `widths` cells before and behind the last axes, one pair for each of them.

    `whole` says that every axis needs its pair (TensorFlow, numpy, Keras). `mode` is "constant", "reflect"
    (mirrored without the edge), "symmetric" (with it), "replicate" or "circular". `limited` says that what
    mirrors must fit in the tensor at once (all but numpy), and `lead` how many axes must be left in front of
    the padded ones.
    """

    widths: tuple[tuple[Size, Size], ...] = attr()
    mode: str = attr("constant")
    whole: bool = attr(False)
    limited: bool = attr(True)
    lead: tuple[int, ...] | None = attr(None)

    codes = ("SHP122", "SHP103")

    @property
    def label(self) -> str:
        return "pad"

    def _pairs(self, rank: int) -> list[tuple[Size, Size]]:
        return [(0, 0)] * (rank - len(self.widths)) + list(self.widths)

    def out(self, x: Shape) -> Shape:
        pairs = self._pairs(len(x))
        return Shape(*(size + before + behind for size, (before, behind) in zip(x, pairs, strict=True)))

    def needs(self, x: Shape) -> Iterator[Need]:
        count = len(self.widths)
        if count > len(x) or (self.whole and count != len(x)):
            yield self._need(
                NEVER, x, "cannot pad {shape}: {count} pairs of widths for {rank} axes", count=count
            )
            return
        if self.lead is not None and len(x) - count not in self.lead:
            wanted = " or ".join(str(count + lead) for lead in self.lead)
            yield Need(
                NEVER,
                "SHP103",
                "{mode} padding of {count} axes expects {wanted} axes, got {shape}",
                mode=self.mode,
                count=count,
                wanted=wanted,
                shape=x,
            )
        for axis, (size, (before, behind)) in enumerate(zip(x, self._pairs(len(x)), strict=True)):
            if before == 0 and behind == 0:
                continue
            yield from self._axis_needs(x, axis, size, before, behind)
        if self.mode in ("reflect", "replicate") and not self.whole:
            padded = self.out(x)[len(x) - count :]
            yield self._need(
                AnyOf(*(AtLeast(size, 1) for size in padded)),
                x,
                "cannot pad {shape} by {widths} ({mode}): nothing is left",
                widths=self.widths,
                mode=self.mode,
            )

    def _axis_needs(self, x: Shape, axis: int, size: Size, before: Size, behind: Size) -> Iterator[Need]:
        claims: list[Claim] = [AtLeast(size + before + behind, 0)]
        if not (isinstance(before, int) and isinstance(behind, int) and before >= 0 and behind >= 0):
            # What is cut off must be there before anything is added at the other end.
            claims.append(AtLeast(size + minimum(before, 0) + minimum(behind, 0), 0))
        for width in (before, behind):
            if self.limited and self.mode in _MIRRORS:
                claims.append(AtLeast(size, width + _MIRRORS[self.mode]))
            if self.whole:
                claims.append(AtLeast(width, 0))
        for claim in claims:
            yield self._need(
                claim,
                x,
                "cannot pad axis {axis} of {shape} by {before} and {behind} ({mode}): its size is {size}",
                axis=axis,
                before=before,
                behind=behind,
                mode=self.mode,
                size=size,
            )

    def _need(self, claim: Claim, x: Shape, template: str, **values: Any) -> Need:
        return Need(claim, "SHP122", template, attribute="widths", shape=x, rank=len(x), **values)

    def moves(self, x: Shape) -> Moves:
        pairs = self._pairs(len(x))
        return tuple(((0, axis),) if pair == (0, 0) else () for axis, pair in enumerate(pairs))
