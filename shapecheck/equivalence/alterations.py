"""The usual ways in which a layer comes out wrong with the right shape, each planted in an operator or its weights."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck import ops
from shapecheck.algebra import Shape
from shapecheck.ops.conv import Windowed
from shapecheck.ops.conv_transpose import ConvTranspose
from shapecheck.ops.pool import Pool
from shapecheck.ops.window import margins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shapecheck.backend import Array, Arrays
    from shapecheck.ops.base import Op

GATES: dict[type[Op], tuple[str, ...]] = {
    ops.LSTM: ("input", "forget", "cell", "output"),
    ops.ConvLSTM2d: ("input", "forget", "cell", "output"),
    ops.GRU: ("reset", "update", "new"),
}
EPSILONS = (1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-12, 0.0)
# What an activation may be taken for, by name: the other values of `slope` that frameworks have as defaults.
SLOPES: dict[str, tuple[Any, ...]] = {
    "leaky_relu": (0.01, 0.2, 0.3),
    "elu": (1.0,),
    "gelu": ("tanh", "none"),
}
LONGEST_ORDER = 4


class Alteration(NamedTuple):
    """What is suspected, in words, and the operator, weights and inputs with which the reference would do the same.

    `after` changes what comes out.
    """

    words: str
    op: Any
    weights: Arrays
    inputs: Sequence[Array]
    training: bool
    after: Callable[[Array], Array] | None = None


class Site(NamedTuple):
    """A layer as the reference runs it; `merged` are the sizes of the axes that its features were merged from."""

    op: Any
    weights: Arrays
    inputs: Sequence[Array]
    training: bool
    merged: tuple[int, ...] = ()

    @property
    def inner(self) -> Any:
        """The operator that is applied, at every step where there are steps."""
        return self.op.inner if isinstance(self.op, ops.TimeDistributed) else self.op

    def given(self) -> tuple[int, ...]:
        """The shape that the inner operator is given."""
        shape = self.inputs[0].shape
        return (shape[0], *shape[2:]) if self.inner is not self.op else shape

    def with_op(self, words: str, inner: Any) -> Alteration:
        """The same with another operator."""
        op = self.op.replace(inner=inner) if self.inner is not self.op else inner
        return Alteration(words, op, self.weights, self.inputs, self.training)

    def with_weights(self, words: str, **changes: Array) -> Alteration:
        """The same with other weights."""
        return Alteration(words, self.op, {**self.weights, **changes}, self.inputs, self.training)


def alterations(site: Site) -> Iterator[Alteration]:
    """Everything that is suspected of a layer, the likelier first."""
    for suspicion in (_biases, _gates, _orders, _paddings, _epsilons, _settings, _kernels, _features, _modes):
        yield from suspicion(site)


def _biases(site: Site) -> Iterator[Alteration]:
    for name, value in site.weights.items():
        if name.startswith("bias") or name.endswith(("bias", "shift")) or ".bias" in name:
            yield site.with_weights(f"the {name} is dropped", **{name: 0 * value})
    for name, value in site.weights.items():
        if name in ("scale", "slope"):
            yield site.with_weights(f"the {name} is dropped", **{name: 0 * value + 1})


def _gates(site: Site) -> Iterator[Alteration]:
    names = GATES.get(type(site.inner))
    if names is None:
        return
    held = [
        name for name in site.weights if name.split(".")[0].split("_")[0] in ("input", "recurrent", "bias")
    ]
    orders = [order for order in permutations(range(len(names))) if order != tuple(range(len(names)))]
    for order in sorted(orders, key=lambda order: sum(a != b for a, b in enumerate(order))):
        moved = {name: _reordered(site.weights[name], order) for name in held}
        yield site.with_weights(_gate_words(names, order), **moved)
        kernels = {name: value for name, value in moved.items() if not name.startswith("bias")}
        yield site.with_weights(f"{_gate_words(names, order)}, in the kernels only", **kernels)


def _reordered(rows: Array, order: Sequence[int]) -> Array:
    parts = rows.reshape(len(order), -1, *rows.shape[1:])
    return parts[list(order)].reshape(rows.shape)


def _gate_words(names: Sequence[str], order: Sequence[int]) -> str:
    wrong = [place for place, gate in enumerate(order) if place != gate]
    if len(wrong) == 2:
        return f"the gates {names[wrong[0]]} and {names[wrong[1]]} are exchanged"
    return f"the gates are taken in the order {', '.join(names[gate] for gate in order)}"


def _orders(site: Site) -> Iterator[Alteration]:
    """Merged axes in another order, as a flatten under channels_last gives them."""
    op, (x, *_) = site.inner, site.inputs
    if isinstance(op, ops.Rearrange):
        left, _, right = op.pattern.partition("->")
        for group in _groups(right):
            for order in _other_orders(group):
                pattern = f"{left}->{right.replace(f'({group})', f'({order})')}"
                yield site.with_op(
                    f"the axes are merged as ({order}), not ({group})", op.replace(pattern=pattern)
                )
    if isinstance(op, ops.Flatten) and site.inner is site.op:
        rank = x.ndim
        start, end = op.start % rank, op.end % rank
        merged = range(start, end + 1)
        for places in permutations(merged) if len(merged) <= LONGEST_ORDER else ():
            if places != tuple(merged):
                axes = (*range(start), *places, *range(end + 1, rank))
                words = f"axes {tuple(merged)} are flattened in the order {places}"
                yield Alteration(words, op, site.weights, [x.transpose(axes)], site.training)


def _groups(side: str) -> list[str]:
    return [part.split(")")[0] for part in side.split("(")[1:]]


def _other_orders(group: str) -> list[str]:
    names = group.split()
    if not 2 <= len(names) <= LONGEST_ORDER:
        return []
    return [" ".join(order) for order in permutations(names) if list(order) != names]


def _paddings(site: Site) -> Iterator[Alteration]:
    op = site.inner
    if not isinstance(op, Windowed | Pool) or isinstance(op, ConvTranspose):
        return
    columns = list(op.each("kernel", "stride", "padding", "dilation", rank=op.rank))
    ends: list[tuple[int, int]] = []
    for size, (kernel, stride, padding, dilation) in zip(site.given()[2:], columns, strict=True):
        step = kernel if stride is None else stride
        low, high = Shape(*margins(size, kernel, step, padding, dilation)).evaluate({})
        ends.append((low, high))
    shape = op.out(Shape(*site.given()))
    suspected = {
        "symmetric": [(max(pair), max(pair)) for pair in ends],
        "at the other end": [(high, low) for low, high in ends],
        "all at the low end": [(low + high, 0) for low, high in ends],
    }
    for words, padding in suspected.items():
        altered = op.replace(padding=tuple(padding))
        if padding != ends and altered.out(Shape(*site.given())) == shape:
            yield site.with_op(f"the padding is {words}, {_pairs(padding)}, not {_pairs(ends)}", altered)


def _pairs(ends: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"({low}, {high})" for low, high in ends)


def _epsilons(site: Site) -> Iterator[Alteration]:
    own = getattr(site.inner, "epsilon", None)
    for epsilon in EPSILONS if own is not None else ():
        if epsilon != own:
            words = f"epsilon is {epsilon:g}, not {own:g}"
            yield site.with_op(words, site.inner.replace(epsilon=epsilon))


def _settings(site: Site) -> Iterator[Alteration]:
    op = site.inner
    if isinstance(op, ops.GRU) and op.reset_after and op.bias:
        fused = {name: value for name, value in site.weights.items() if not name.startswith("bias")}
        for name, value in site.weights.items():
            if name.startswith("bias_input"):
                place = name.removeprefix("bias_input")
                fused[f"bias{place}"] = value + site.weights[f"bias_recurrent{place}"]
        altered = site.with_op(
            "the reset gate is applied before the product (reset_after=False)", op.replace(reset_after=False)
        )
        yield altered._replace(weights=fused)
    if isinstance(op, ops.Activation):
        for slope in SLOPES.get(op.name, ()):
            if slope != op.slope:
                yield site.with_op(f"{op.name} is taken with {slope}", op.replace(slope=slope))
    if isinstance(op, ops.AvgPool1d | ops.AvgPool2d | ops.AvgPool3d):
        words = (
            "padded cells are left out of the mean" if op.count_padding else "padded cells count in the mean"
        )
        yield site.with_op(words, op.replace(count_padding=not op.count_padding))
    if isinstance(op, ops.Softmax):
        for axis in range(len(site.given())):
            yield site.with_op(f"the softmax is over axis {axis}", op.replace(axis=axis))
    if isinstance(op, ops.RNN | ops.LSTM | ops.GRU) and op.bidirectional:
        yield from _directions(site, op)


def _directions(site: Site, op: Any) -> Iterator[Alteration]:
    width = op.directions * op.width
    half = slice(width // 2, width)
    if op.sequences:

        def turned(out: Array) -> Array:
            found = out.copy()
            if out.ndim == len(site.inputs[0].shape):
                found[..., half] = out[:, ::-1, half]
            return found

        yield site.with_op("the backward direction's outputs stay in the order of its steps", op)._replace(
            after=turned
        )
    else:
        words = "the backward direction gives its output at the last step, not its last output"
        whole = site.with_op(words, op.replace(sequences=True))
        yield whole._replace(after=lambda out: out[:, -1] if out.ndim == 3 else out)


def _kernels(site: Site) -> Iterator[Alteration]:
    """Weights with axes exchanged that are equally large, mirrored, or never taken."""
    for name, value in site.weights.items():
        for first, second in combinations(range(value.ndim), 2):
            if value.shape[first] == value.shape[second] and value.shape[first] > 1:
                words = f"axes {first} and {second} of the {name}, both of size {value.shape[first]}, are exchanged"
                yield site.with_weights(words, **{name: value.swapaxes(first, second)})
        if value.ndim > 2:
            key: tuple[Any, ...] = (..., *(slice(None, None, -1),) * (value.ndim - 2))
            mirrored = value[key]
            yield site.with_weights(f"the {name} is mirrored", **{name: mirrored})
    for name, value in site.weights.items():
        yield site.with_weights(f"the {name} is zero", **{name: 0 * value})


def _features(site: Site) -> Iterator[Alteration]:
    """Columns of a kernel in the order of features that were merged otherwise."""
    import numpy as np

    if not 2 <= len(site.merged) <= LONGEST_ORDER:
        return
    count = int(np.prod(site.merged))
    for order in permutations(range(len(site.merged))):
        columns = np.arange(count).reshape(site.merged).transpose(order).ravel()
        for places in (columns, np.argsort(columns)):
            changed = {
                name: value[:, places]
                for name, value in site.weights.items()
                if value.ndim == 2
                and value.shape[1] == count
                and (name == "kernel" or name.startswith("input"))
            }
            if changed and order != tuple(range(len(order))):
                words = f"its features were merged in another order of the axes {site.merged}"
                yield site.with_weights(words, **changed)


def _modes(site: Site) -> Iterator[Alteration]:
    if "mean" in site.weights or hasattr(site.inner, "tracked"):
        words = (
            "the running statistics are used in training"
            if site.training
            else "the batch's statistics are used"
        )
        yield Alteration(words, site.op, site.weights, site.inputs, not site.training)
    if site.inputs[0].ndim >= 4 and site.inputs[0].shape[-1] == site.inputs[0].shape[-2]:
        turned = [site.inputs[0].swapaxes(-1, -2), *site.inputs[1:]]
        yield Alteration("height and width are exchanged", site.op, site.weights, turned, site.training)
    yield Alteration("it hands on its input", ops.Identity(), {}, site.inputs[:1], site.training)
