"""Attention: every query is answered by a mix of values, weighted by how well their keys match it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AllOf, Divides, Equal, Shape, product, total
from shapecheck.ops.axes import kept
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_needs, stretches
from shapecheck.ops.linear import at_least_axes, feature_need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


def same_size(
    op: Op, one: Size, other: Size, words: str, *, subject: int, code: str = "SHP106"
) -> Iterator[Need]:
    """Two axes of different inputs have equal sizes; `words` is a template with {one} and {other}."""
    if one != other:
        yield Need(
            Equal(one, other), code, "{label} " + words, subject=subject, label=op.label, one=one, other=other
        )


def mask_need(op: Op, name: str, given: Shape, allowed: tuple[Shape, ...], subject: int) -> Iterator[Need]:
    """A mask has one of the allowed shapes, chosen by its rank."""
    fitting = [shape for shape in allowed if len(shape) == len(given)]
    claim = AllOf(*(Equal(a, b) for a, b in zip(given, fitting[0], strict=True))) if fitting else NEVER
    yield Need(
        claim,
        "SHP106",
        "{label} expects {name} of shape {expected}, got {given}",
        subject=subject,
        label=op.label,
        name=name,
        expected=fitting[0] if fitting else " or ".join(map(str, allowed)),
        given=given,
    )


class Attention(Op):
    """Attention by products: queries (…, l, e), keys (…, s, e), values (…, s, v) give (…, l, v).

    The axes before broadcast. With `grouped` the heads, on axis -3, of keys and values may be fewer and are
    shared by several of the queries'. With `additive` queries and keys are added, so that one feature
    stretches. With `scores` the weights come out too.
    """

    additive: bool = attr(False)
    grouped: bool = attr(False)
    scores: bool = attr(False)
    name: str = attr("scaled_dot_product_attention")
    codes = ("SHP101", "SHP103", "SHP106", "SHP117")

    @property
    def label(self) -> str:
        return self.name

    @property
    def structure(self) -> Any:
        return ("out", "scores") if self.scores else "out"

    def _spread(self, inputs: tuple[Shape, ...]) -> tuple[Shape, Shape, Shape]:
        """Queries, keys and values, with the heads of the latter repeated for all queries' heads."""
        query, key, value, *_ = inputs
        if not self.grouped:
            return query, key, value
        heads = query[-3]
        return query, Shape(*key[:-3], heads, *key[-2:]), Shape(*value[:-3], heads, *value[-2:])

    def _lead(self, inputs: tuple[Shape, ...]) -> Shape:
        return broadcast([shape[:-2] for shape in self._spread(inputs)])

    def out(self, *inputs: Shape) -> Any:
        query, key, value, *_ = inputs
        lead = self._lead(inputs)
        out = Shape(*lead, query[-2], value[-1])
        if not self.scores:
            return out
        return out, Shape(*broadcast([shape[:-2] for shape in self._spread(inputs)[:2]]), query[-2], key[-2])

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        query, key, value, *rest = inputs
        least = 3 if self.grouped else 2
        for index, shape in enumerate((query, key, value)):
            yield from at_least_axes(self, shape, least, subject=index)
        if not self.additive or (query[-1] != 1 and key[-1] != 1):
            words = "matches queries of {one} features with keys of {other}"
            yield from same_size(self, query[-1], key[-1], words, subject=1, code="SHP101")
        yield from same_size(self, key[-2], value[-2], "has {one} keys for {other} values", subject=2)
        if self.grouped:
            yield from self._head_needs(query, key, value)
        spread = self._spread(inputs)
        yield from broadcast_needs(self.name, [shape[:-2] for shape in spread])
        if rest and rest[0] is not None:
            lead = broadcast([shape[:-2] for shape in spread[:2]])
            yield from self._mask_needs(rest[0], Shape(*lead, query[-2], key[-2]))

    def _head_needs(self, query: Shape, key: Shape, value: Shape) -> Iterator[Need]:
        for index, shape in ((1, key), (2, value)):
            yield Need(
                Divides(shape[-3], query[-3]),
                "SHP117",
                "{label} cannot share {heads} heads among {queries} query heads",
                subject=index,
                label=self.label,
                heads=shape[-3],
                queries=query[-3],
            )

    def _mask_needs(self, mask: Shape, scores: Shape) -> Iterator[Need]:
        yield Need(
            stretches(mask, scores),
            "SHP106",
            "{label} expects a mask that stretches to {scores}, got {mask}",
            subject=3,
            label=self.label,
            scores=scores,
            mask=mask,
        )

    def macs(self, *inputs: Shape) -> Size:
        query, key, value, *_ = inputs
        pairs: Size = product(self._lead(inputs)) * query[-2] * key[-2]
        return pairs * total((query[-1], value[-1]))


class MultiheadAttention(Op):
    """`heads` attentions side by side over learned projections of queries, keys and values.

    Inputs are queries, keys, values, then optional masks: of keys (n, s), of scores (l, s) or (n*heads, l,
    s). `extra` counts the keys that are added beside those of the input. `scores` are the weights that come
    out with the result: "none", "averaged" over heads, or "each" head's.
    """

    width: Size = attr(low=1)
    heads: Size = attr(low=1)
    key_size: Size | None = attr(None)
    value_size: Size | None = attr(None)
    batch_first: bool = attr(True)
    bias: bool = attr(True)
    extra: int = attr(0)
    scores: str = attr("averaged", choices=("none", "averaged", "each"))
    unbatched: bool = attr(False)
    codes = ("SHP101", "SHP103", "SHP106", "SHP117", "SHP120")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((3, 2) if self.unbatched else (3,), None)

    @property
    def structure(self) -> Any:
        return "out" if self.scores == "none" else ("out", "scores")

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "t", "d")[-rank:] if self.batch_first or rank == 2 else ("t", "n", "d")

    def _steps(self, x: Shape) -> Size:
        steps: Size = x[0] if len(x) == 2 or not self.batch_first else x[1]
        return steps

    def _batch(self, x: Shape) -> Shape:
        return Shape() if len(x) == 2 else Shape(x[0] if self.batch_first else x[1])

    def out(self, *inputs: Shape) -> Any:
        query, key, *_ = inputs
        if self.scores == "none":
            return query
        heads = (self.heads,) if self.scores == "each" else ()
        return (query, Shape(*self._batch(query), *heads, self._steps(query), self._steps(key) + self.extra))

    def settings(self) -> Iterator[Need]:
        yield Need(
            Divides(self.heads, self.width),
            "SHP117",
            "{label} cannot split {width} features among {heads} heads",
            attribute="heads",
            label=self.label,
            width=self.width,
            heads=self.heads,
        )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        query, key, value, *masks = inputs
        for index, (shape, name) in enumerate(((key, "key"), (value, "value")), 1):
            if len(shape) != len(query):
                yield Need(
                    NEVER,
                    "SHP103",
                    "{label} expects as many axes in its {name} as in its query, {query}, got {shape}",
                    subject=index,
                    label=self.label,
                    name=name,
                    query=query,
                    shape=shape,
                )
        yield from feature_need(self, query[-1], "width", words="query features")
        yield from self._width_need(1, key[-1], "key_size", "key features")
        yield from self._width_need(2, value[-1], "value_size", "value features")
        yield from same_size(
            self, self._steps(key), self._steps(value), "has {one} keys for {other} values", subject=2
        )
        if len(query) == 3:
            for index, shape in ((1, key), (2, value)):
                words = "cannot match batches of {one} queries and {other} keys"
                yield from same_size(self, self._batch(query)[0], self._batch(shape)[0], words, subject=index)
        yield from self._mask_needs(query, key, masks)

    def _width_need(self, subject: int, got: Size, attribute: str, words: str) -> Iterator[Need]:
        if self.__dict__[attribute] is not None:
            yield from feature_need(self, got, attribute, subject=subject, words=words)
        else:
            yield from feature_need(self, got, "width", subject=subject, words=words)

    def _mask_needs(self, query: Shape, key: Shape, masks: list[Shape]) -> Iterator[Need]:
        batch, steps, source = self._batch(query), self._steps(query), self._steps(key)
        padding, scores, *_ = (*masks, None, None)
        if scores is not None:
            lead = product(batch) * self.heads
            allowed = (Shape(steps, source), Shape(lead, steps, source))
            yield from mask_need(self, "attn_mask", scores, allowed, 4)
        if padding is not None:
            yield from mask_need(self, "key_padding_mask", padding, (Shape(*batch, source),), 3)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        key_size = self.width if self.key_size is None else self.key_size
        value_size = self.width if self.value_size is None else self.value_size
        found = {
            "query": Shape(self.width, self.width),
            "key": Shape(self.width, key_size),
            "value": Shape(self.width, value_size),
            "out": Shape(self.width, self.width),
        }
        if self.bias:
            found.update({f"{name}.bias": Shape(self.width) for name in ("query", "key", "value", "out")})
        return found

    def macs(self, *inputs: Shape) -> Size:
        query, key, *_ = inputs
        weights = self.weights(*inputs)
        positions, sources = product(query[:-1]), product(key[:-1])
        projected = positions * (product(weights["query"]) + product(weights["out"]))
        mixed = sources * (product(weights["key"]) + product(weights["value"]))
        return projected + mixed + 2 * positions * self._steps(key) * self.width

    def moves_each(self, *inputs: Shape) -> tuple[Moves | None, ...] | None:
        own = (*kept(len(inputs[0]) - 1), ())
        return (own,) if self.scores == "none" else (own, None)


class HeadedAttention(Op):
    """Keras's multi-head attention: heads of `key_size` and `value_size` features, whatever the inputs have.

    Inputs are queries (n, …, d), values and keys; the result has the queries' shape with `out_size` or their
    own features. With `scores` the weights of each head come out too.
    """

    heads: Size = attr(low=1)
    key_size: Size = attr(low=1)
    value_size: Size | None = attr(None, low=1)
    out_size: Any = attr(None)
    bias: bool = attr(True)
    scores: bool = attr(False)
    sizes: Any = attr(None)
    title = "MultiHeadAttention"
    codes = ("SHP101", "SHP103", "SHP106", "SHP120")

    @property
    def structure(self) -> Any:
        return ("out", "scores") if self.scores else "out"

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "t", "d") if rank == 3 else None

    def _out_sizes(self, query: Shape) -> tuple[Size, ...]:
        if self.out_size is None:
            return (query[-1],)
        return self.out_size if isinstance(self.out_size, tuple) else (self.out_size,)

    def out(self, *inputs: Shape) -> Any:
        query, value, *_ = inputs
        out = Shape(*query[:-1], *self._out_sizes(query))
        return (out, Shape(query[0], self.heads, *query[1:-1], *value[1:-1])) if self.scores else out

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        query, value, *rest = inputs
        key = rest[0] if rest and rest[0] is not None else value
        for index, shape in enumerate((query, value, key)):
            yield from at_least_axes(self, shape, 3, subject=index)
            if len(shape) != len(query):
                yield Need(
                    NEVER,
                    "SHP103",
                    "{label} expects as many axes as in its query, {query}, got {shape}",
                    subject=index,
                    label=self.label,
                    query=query,
                    shape=shape,
                )
        yield from same_size(self, query[0], value[0], "cannot match batches of {one} and {other}", subject=1)
        if key is not value:
            yield from same_size(
                self, value[0], key[0], "cannot match batches of {one} and {other}", subject=2
            )
            for one, other in zip(value[1:-1], key[1:-1], strict=True):
                yield from same_size(self, one, other, "has {one} values for {other} keys", subject=2)
        names = ("query", "value", "key")
        for index, (shape, expected) in enumerate(zip((query, value, key), self.sizes or (), strict=False)):
            yield Need(
                Equal(shape[-1], expected),
                "SHP101",
                "{label} expects {expected} {name} features, got {got}",
                subject=index if index < len(inputs) else 1,
                label=self.label,
                expected=expected,
                name=names[index],
                got=shape[-1],
            )

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        query, value, *rest = inputs
        key = rest[0] if rest and rest[0] is not None else value
        width = self.key_size if self.value_size is None else self.value_size
        found = {
            "query": Shape(query[-1], self.heads, self.key_size),
            "key": Shape(key[-1], self.heads, self.key_size),
            "value": Shape(value[-1], self.heads, width),
            "out": Shape(self.heads, width, *self._out_sizes(query)),
        }
        if self.bias:
            found.update({f"{name}.bias": Shape(*found[name][1:]) for name in ("query", "key", "value")})
            found["out.bias"] = Shape(*self._out_sizes(query))
        return found

    def built_for(self, *inputs: Shape | None) -> Op:
        query, value, *rest = inputs
        if query is None or value is None or self.sizes is not None:
            return self
        key = rest[0] if rest and rest[0] is not None else value
        return self.replace(sizes=(query[-1], value[-1], key[-1]))

    def moves_each(self, *inputs: Shape) -> tuple[Moves | None, ...] | None:
        query = inputs[0]
        own: Moves = (*kept(len(query) - 1), *((),) * len(self._out_sizes(query)))
        return (own, None) if self.scores else (own,)
