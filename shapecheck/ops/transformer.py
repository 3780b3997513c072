"""Transformer layers: attention and a small network at every step, the shape stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, Shape
from shapecheck.ops.attention import MultiheadAttention, same_size
from shapecheck.ops.axes import kept
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.linear import Linear, feature_need
from shapecheck.ops.norm import LayerNorm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


class TransformerLayer(Op):
    """Self-attention and a feed-forward network; a `decoder` also attends to a second input, the memory.

    Inputs are the sequence, for a decoder the memory, then the mask of its scores and that of its keys.
    """

    width: Size = attr(low=1)
    heads: Size = attr(low=1)
    inner: Any = attr(2048, low=0)
    decoder: bool = attr(False)
    batch_first: bool = attr(True)
    bias: bool = attr(True)
    unbatched: bool = attr(False)
    codes = ("SHP101", "SHP103", "SHP106", "SHP117", "SHP120")

    @property
    def label(self) -> str:
        return "TransformerDecoderLayer" if self.decoder else "TransformerEncoderLayer"

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        allowed = (3, 2) if self.unbatched else (3,)
        return (allowed, allowed if self.decoder else None, None)

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "t", "d")[-rank:] if self.batch_first or rank == 2 else ("t", "n", "d")

    def _attention(self) -> MultiheadAttention:
        return MultiheadAttention(
            width=self.width,
            heads=self.heads,
            batch_first=self.batch_first,
            bias=self.bias,
            scores="none",
            unbatched=self.unbatched,
        )

    def out(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def settings(self) -> Iterator[Need]:
        return self._attention().settings()

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        x, *rest = inputs
        yield from feature_need(self, x[-1], "width")
        if self.decoder:
            memory, *rest = rest
            yield from self._memory_needs(x, memory)
        scores, padding, *_ = (*rest, None, None)
        if scores is not None or padding is not None:
            yield from self._attention().needs(x, x, x, padding, scores)  # type: ignore[arg-type]

    def _memory_needs(self, x: Shape, memory: Shape) -> Iterator[Need]:
        if len(memory) != len(x):
            yield Need(
                NEVER,
                "SHP103",
                "{label} expects as many axes in memory as in its input, {x}, got {memory}",
                subject=1,
                label=self.label,
                x=x,
                memory=memory,
            )
        yield from feature_need(self, memory[-1], "width", subject=1, words="features in memory")
        if len(x) == 3:
            axis = 0 if self.batch_first else 1
            words = "cannot match batches of {one} and {other}"
            yield from same_size(self, x[axis], memory[axis], words, subject=1)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        wide, narrow = Linear(self.inner, bias=self.bias), Linear(self.width, bias=self.bias)
        x = Shape(self.width)
        parts: dict[str, dict[str, Shape]] = {"attention": self._attention().weights()}
        if self.decoder:
            parts["memory"] = self._attention().weights()
        parts["wide"], parts["narrow"] = wide.weights(x), narrow.weights(Shape(self.inner))
        for index in range(3 if self.decoder else 2):
            parts[f"norm{index}"] = LayerNorm(bias=self.bias).weights(x)
        return {f"{part}.{name}": shape for part, weights in parts.items() for name, shape in weights.items()}

    def macs(self, *inputs: Shape) -> Size:
        x = inputs[0]
        wide = Linear(self.inner).macs(x)
        attention = self._attention()
        total = attention.macs(x, x, x) + 2 * wide
        return total + attention.macs(x, inputs[1], inputs[1]) if self.decoder else total

    def moves(self, *inputs: Shape) -> Moves | None:
        return kept(len(inputs[0]))


class Repeated(Op):
    """`count` operators like `inner`, each giving the next its first input; the other inputs are shared."""

    inner: Op = attr()
    count: Size = attr(low=0)

    @property
    def label(self) -> str:
        return self.inner.label

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return self.inner.ranks

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return self.inner.axis_names(rank)

    def out(self, *inputs: Shape) -> Any:
        return self.inner.out(*inputs)

    def settings(self) -> Iterator[Need]:
        return self.inner.construction_needs()

    def needs(self, *inputs: Shape) -> Any:
        return self.inner.needs(*inputs)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        each = self.inner.weights(*inputs).items()
        return {f"{index}.{name}": shape for index in range(self.count) for name, shape in each}

    def macs(self, *inputs: Shape) -> Size:
        return self.count * self.inner.macs(*inputs)

    def moves(self, *inputs: Shape) -> Moves | None:
        return self.inner.moves(*inputs)


class Transformer(Op):
    """An encoder over the first input whose result a decoder over the second attends to."""

    encoder: Op = attr()
    decoder: Op = attr()
    codes = ("SHP101", "SHP103", "SHP106", "SHP117", "SHP120")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return (self.encoder.ranks[0], self.decoder.ranks[0], None)

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return self.encoder.axis_names(rank)

    def out(self, *inputs: Shape) -> Shape:
        return inputs[1]

    def settings(self) -> Iterator[Need]:
        yield from self.encoder.construction_needs()
        yield from self.decoder.construction_needs()

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        source, target, *_ = inputs
        yield from self.encoder.needs(source)
        for need in self.decoder.needs(target, source):
            need.subject = 1 - need.subject
            yield need

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        parts = (("encoder", self.encoder), ("decoder", self.decoder))
        return {
            f"{name}.{each}": shape for name, op in parts for each, shape in op.weights(*inputs[:2]).items()
        }

    def macs(self, *inputs: Shape) -> Size:
        source, target, *_ = inputs
        return self.encoder.macs(source) + self.decoder.macs(target, source)

    def moves(self, *inputs: Shape) -> Moves | None:
        return tuple(((1, axis),) for axis in range(len(inputs[1])))
