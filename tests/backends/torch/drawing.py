"""Operators of the vocabulary with drawn attributes, and shapes to feed them: one strategy for each class.

Whether a draw can work is asked of the graph, which refuses what cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from shapecheck import ops
from shapecheck.model.errors import ModelError
from shapecheck.model.graph import Graph
from shapecheck.ops.base import Op

Case = tuple[Op, tuple[tuple[int, ...], ...]]
SMALL = st.integers(1, 3)
SPACE = st.integers(3, 9)
Draw = Callable[[st.SearchStrategy[Any]], Any]


def per_axis(rank: int, entry: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One value for all axes, or one for each."""
    return st.one_of(entry, st.tuples(*[entry] * rank))


def maps(draw: Draw, rank: int, channels: int) -> tuple[int, ...]:
    """A batch of maps."""
    return (draw(SMALL), channels, *(draw(SPACE) for _ in range(rank)))


def paddings(rank: int, *, causal: bool = True) -> st.SearchStrategy[Any]:
    """Numbers, uneven ends, and the named rules."""
    ends = st.integers(0, 2)
    names = ["same", "valid", *(["causal"] if causal and rank == 1 else [])]
    return st.one_of(
        per_axis(rank, ends),
        st.tuples(*[st.tuples(ends, ends)] * rank),
        st.sampled_from(names),
    )


def convolution(kind: type[Op], rank: int) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        groups = draw(st.sampled_from([1, 1, 2, 3]))
        channels = groups * draw(st.integers(1, 2))
        mode = draw(st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"]))
        op = kind(
            filters=groups * draw(SMALL),
            kernel=draw(per_axis(rank, SMALL)),
            stride=draw(per_axis(rank, SMALL)),
            dilation=draw(per_axis(rank, st.integers(1, 2))),
            padding=draw(paddings(rank)),
            groups=groups,
            bias=draw(st.booleans()),
            mode=mode,
        )
        return op, (maps(draw, rank, channels),)

    return drawn()


def transposed(kind: type[Op], rank: int) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        groups = draw(st.sampled_from([1, 1, 2]))
        op = kind(
            filters=groups * draw(SMALL),
            kernel=draw(per_axis(rank, SMALL)),
            stride=draw(per_axis(rank, SMALL)),
            dilation=draw(per_axis(rank, st.integers(1, 2))),
            padding=draw(paddings(rank, causal=False)),
            groups=groups,
            bias=draw(st.booleans()),
        )
        if not isinstance(op.padding, str):
            op = op.replace(extra=draw(st.integers(0, 1)))
        return op, (maps(draw, rank, groups * draw(SMALL)),)

    return drawn()


def depthwise(kind: type[Op], rank: int) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        rest = {"filters": draw(SMALL)} if "Separable" in kind.__name__ else {}
        op = kind(
            kernel=draw(per_axis(rank, SMALL)),
            stride=draw(per_axis(rank, SMALL)),
            padding=draw(paddings(rank)),
            dilation=draw(per_axis(rank, st.integers(1, 2))),
            multiplier=draw(SMALL),
            bias=draw(st.booleans()),
            **rest,
        )
        return op, (maps(draw, rank, draw(SMALL)),)

    return drawn()


def pool(kind: type[Op], rank: int) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        average = "Avg" in kind.__name__
        op = kind(
            kernel=draw(per_axis(rank, st.integers(1, 4))),
            stride=draw(st.one_of(st.none(), per_axis(rank, SMALL))),
            padding=draw(paddings(rank, causal=False)),
            ceil=draw(st.booleans()),
            **(
                {"count_padding": draw(st.booleans())}
                if average
                else {"dilation": draw(per_axis(rank, st.integers(1, 2)))}
            ),
        )
        return op, (maps(draw, rank, draw(SMALL)),)

    return drawn()


def adaptive(kind: type[Op], rank: int) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        return kind(draw(per_axis(rank, st.integers(1, 6)))), (maps(draw, rank, draw(SMALL)),)

    return drawn()


def pooled_whole(kind: type[Op], rank: int) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        return kind(keep=draw(st.booleans())), (maps(draw, rank, draw(SMALL)),)

    return drawn()


SIZES = st.integers(2, 5)
EPSILON = st.sampled_from([1e-5, 1e-3])


def batch_norm(kind: type[Op], ranks: tuple[int, ...]) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        op = kind(epsilon=draw(EPSILON), affine=draw(st.booleans()), bias=draw(st.booleans()))
        shape = tuple(draw(SIZES) for _ in range(draw(st.sampled_from(ranks))))
        if kind is ops.BatchNorm:
            op = op.replace(axis=draw(st.integers(1, len(shape) - 1)))
        return op, (shape,)

    return drawn()


def instance_norm(kind: type[Op], rank: int) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        op = kind(epsilon=draw(EPSILON), affine=draw(st.booleans()), tracked=draw(st.booleans()))
        return op, (tuple(draw(SIZES) for _ in range(rank + 2)),)

    return drawn()


@st.composite
def layer_norm(draw: Draw) -> Case:
    rank = draw(st.integers(2, 4))
    axes = draw(st.sampled_from([(-1,), (1,), (-2, -1)] if rank == 2 else [(-1,), (1,), (-2, -1), (-1, 1)]))
    affine, bias = draw(st.booleans()), draw(st.booleans())
    op = ops.LayerNorm(axes=axes, affine=affine, bias=bias, epsilon=draw(EPSILON), centre=draw(st.booleans()))
    return op, (tuple(draw(SIZES) for _ in range(rank)),)


@st.composite
def group_norm(draw: Draw) -> Case:
    groups, rank = draw(SMALL), draw(st.integers(2, 5))
    axis = draw(st.integers(1, rank - 1))
    shape = [draw(SIZES) for _ in range(rank)]
    shape[axis] = groups * draw(st.integers(2, 3))
    op = ops.GroupNorm(groups, axis=axis, affine=draw(st.booleans()), epsilon=draw(EPSILON))
    return op, (tuple(shape),)


def any_shape(draw: Draw, low: int = 2, high: int = 4) -> tuple[int, ...]:
    return tuple(draw(SIZES) for _ in range(draw(st.integers(low, high))))


@st.composite
def activation(draw: Draw) -> Case:
    from shapecheck.model.vocabulary import NAMES

    name = draw(st.sampled_from(NAMES[ops.Activation, "name"]))
    slope: Any = None
    if name in ("leaky_relu", "elu", "celu", "softplus"):
        slope = draw(st.sampled_from([None, 0.3, 1.0]))
    elif name == "gelu":
        slope = draw(st.sampled_from([None, "none", "tanh"]))
    return ops.Activation(name, slope), (any_shape(draw),)


@st.composite
def prelu(draw: Draw) -> Case:
    shape = any_shape(draw)
    return ops.PReLU(draw(st.sampled_from([1, shape[1]]))), (shape,)


@st.composite
def softmax(draw: Draw) -> Case:
    shape = any_shape(draw)
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    log = draw(st.booleans())
    return ops.Softmax(axis, log=log, negate=not log and draw(st.booleans())), (shape,)


@st.composite
def dropout(draw: Draw) -> Case:
    return ops.Dropout(draw(st.sampled_from([0.0, 0.3]))), (any_shape(draw),)


@st.composite
def identity(draw: Draw) -> Case:
    return ops.Identity(), (any_shape(draw),)


@st.composite
def linear(draw: Draw) -> Case:
    return ops.Linear(draw(SIZES), bias=draw(st.booleans())), (any_shape(draw),)


@st.composite
def embedding(draw: Draw) -> Case:
    op = ops.Embedding(draw(SIZES), draw(SIZES), draw(st.sampled_from([None, 1])))
    return op, (any_shape(draw, 1, 3),)


def recurrent(kind: type[Op]) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        stacked = draw(st.booleans())
        op = kind(
            hidden=draw(st.integers(2, 4)),
            layers=draw(st.integers(1, 2)) if stacked else 1,
            bidirectional=stacked and draw(st.booleans()),
            sequences=draw(st.booleans()),
            return_states=draw(st.booleans()),
            stacked=stacked,
            bias=draw(st.booleans()),
        )
        if (
            kind is ops.LSTM and op.layers == 1
        ):  # projections of several layers need hidden states of one width
            op = op.replace(projection=draw(st.sampled_from([0, 0, 1])))
        if not op.bidirectional:
            op = op.replace(backwards=draw(st.booleans()))
        x = (draw(SMALL), draw(SIZES), draw(SIZES))
        if not draw(st.booleans()):
            return op, (x,)
        lead = (op.layers * op.directions, x[0]) if stacked else (draw(st.sampled_from([x[0], 1])),)
        states = tuple((*lead, op.width if name == "h" else op.hidden) for name in op.carried)
        return op, (x, *states)

    return drawn()


@st.composite
def convolutional_lstm(draw: Draw) -> Case:
    stride = draw(st.integers(1, 2))
    op = ops.ConvLSTM2d(
        filters=draw(SMALL),
        kernel=draw(per_axis(2, SMALL)),
        stride=stride,
        padding=draw(st.sampled_from(["same", "valid"])),
        dilation=1 if stride > 1 else draw(st.integers(1, 2)),
        bias=draw(st.booleans()),
        sequences=draw(st.booleans()),
        return_states=draw(st.booleans()),
        backwards=draw(st.booleans()),
    )
    return op, ((draw(SMALL), draw(SMALL), draw(SMALL), draw(SPACE), draw(SPACE)),)


@st.composite
def attention(draw: Draw) -> Case:
    heads = draw(st.integers(1, 2))
    width = heads * draw(st.integers(1, 3))
    sizes = [draw(st.sampled_from([None, 3])) for _ in range(2)]
    op = ops.MultiheadAttention(
        width, heads, key_size=sizes[0], value_size=sizes[1], scores="none", bias=draw(st.booleans())
    )
    batch, steps, source = draw(SMALL), draw(SIZES), draw(SIZES)
    key, value = ((batch, source, width if size is None else size) for size in sizes)
    return op, ((batch, steps, width), key, value)


@st.composite
def rearrange(draw: Draw) -> Case:
    pattern, shape, lengths = draw(
        st.sampled_from(
            [
                ("n t c h w -> n t (c h w)", (2, 3, 4, 5, 2), ()),
                ("n c h w -> n (h w) c", (2, 3, 4, 5), ()),
                ("n c h w -> n w (h c)", (2, 3, 4, 5), ()),
                ("n c l -> n l c", (2, 3, 4), ()),
                ("n (c k) l -> (n l) k c", (2, 6, 4), (("k", 3),)),
                ("n t ... -> t n ...", (2, 3, 4, 5), ()),
                ("n ... c -> n c (...)", (2, 3, 4, 5), ()),
                ("n ... -> n (...) 1", (2, 3, 4), ()),
                ("n 1 c -> c n", (2, 1, 4), ()),
                ("n (h w) c -> n c h w", (2, 12, 3), (("h", 3), ("w", 4))),
            ]
        )
    )
    return ops.Rearrange(pattern, lengths), (shape,)


@st.composite
def reduce(draw: Draw) -> Case:
    shape = any_shape(draw)
    axes = draw(st.sampled_from([None, (-1,), (0,), (1,), (-1, 0)]))
    name = draw(st.sampled_from(["mean", "sum", "max", "min"]))
    return ops.Reduce(name, axes, keep=draw(st.booleans())), (shape,)


@st.composite
def index(draw: Draw) -> Case:
    entry = st.sampled_from(
        [0, -1, None, ops.Cut(), ops.Cut(1), ops.Cut(None, -1), ops.Cut(None, None, 2), ops.Cut(1, 2)]
    )
    key = draw(st.lists(entry, min_size=1, max_size=3))
    if draw(st.booleans()):
        key.insert(draw(st.integers(0, len(key))), Ellipsis)
    return ops.Index(tuple(key)), (any_shape(draw, 3, 4),)


@st.composite
def elementwise(draw: Draw) -> Case:
    name = draw(st.sampled_from(["add", "subtract", "multiply", "divide", "maximum", "minimum"]))
    shape = any_shape(draw)
    other = tuple(draw(st.sampled_from([size, 1])) for size in shape)
    count = draw(st.integers(0, 1)) if name in ("add", "multiply", "maximum", "minimum") else 0
    return ops.Elementwise(name), (shape, other, *[shape] * count)


@st.composite
def concat(draw: Draw) -> Case:
    shape = any_shape(draw)
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    others = []
    for _ in range(draw(st.integers(1, 2))):
        other = list(shape)
        other[axis] = draw(SIZES)
        others.append(tuple(other))
    return ops.Concat(axis), (shape, *others)


@st.composite
def stack(draw: Draw) -> Case:
    shape = any_shape(draw)
    return ops.Stack(draw(st.integers(-len(shape) - 1, len(shape)))), (shape,) * draw(st.integers(1, 3))


@st.composite
def flatten(draw: Draw) -> Case:
    return ops.Flatten(draw(st.integers(-3, 2)), draw(st.integers(-3, 2))), (any_shape(draw, 3, 4),)


@st.composite
def pad(draw: Draw) -> Case:
    mode = draw(st.sampled_from(["constant", "reflect", "symmetric", "replicate", "circular"]))
    shape = any_shape(draw, 3, 5)
    count = draw(st.integers(1, len(shape)))
    low = -1 if mode == "constant" else 0
    width = st.integers(low, 2)
    return ops.Pad(tuple(draw(st.tuples(width, width)) for _ in range(count)), mode), (shape,)


def upsample(kind: type[Op], rank: int, modes: tuple[str, ...]) -> st.SearchStrategy[Case]:
    @st.composite
    def drawn(draw: Draw) -> Case:
        op = kind(draw(per_axis(rank, SMALL)), draw(st.sampled_from(modes)))
        return op, (maps(draw, rank, draw(SMALL)),)

    return drawn()


@st.composite
def permute(draw: Draw) -> Case:
    shape = any_shape(draw)
    return ops.Permute(tuple(draw(st.permutations(range(len(shape)))))), (shape,)


@st.composite
def unsqueeze(draw: Draw) -> Case:
    axes = draw(st.lists(st.integers(-3, 3), min_size=1, max_size=2, unique=True))
    return ops.Unsqueeze(tuple(axes)), (any_shape(draw, 2, 3),)


@st.composite
def squeeze(draw: Draw) -> Case:
    shape = tuple(draw(st.sampled_from([1, 2, 3])) for _ in range(draw(st.integers(2, 4))))
    ones = [axis for axis, size in enumerate(shape) if size == 1]
    axes = draw(st.sampled_from([None, tuple(ones), tuple(ones[:1])]))
    return ops.Squeeze(axes or None), (shape,)


@st.composite
def each_step(draw: Draw) -> Case:
    """A layer that sees (n, …) applied to (n, t, …)."""
    kind = draw(st.sampled_from([kind for kind in CASES if kind not in ALONE]))
    op, (first, *rest) = draw(CASES[kind])
    if rest or len(first) < 2:
        op, (first,) = ops.Linear(3), ((2, 4),)
    return ops.TimeDistributed(op), ((first[0], draw(SIZES), *first[1:]),)


CASES: dict[type[Op], st.SearchStrategy[Case]] = {
    **{kind: convolution(kind, rank) for rank, kind in enumerate((ops.Conv1d, ops.Conv2d, ops.Conv3d), 1)},
    **{
        kind: transposed(kind, rank)
        for rank, kind in enumerate((ops.ConvTranspose1d, ops.ConvTranspose2d, ops.ConvTranspose3d), 1)
    },
    **{
        kind: depthwise(kind, rank) for rank, kind in enumerate((ops.DepthwiseConv1d, ops.DepthwiseConv2d), 1)
    },
    **{
        kind: depthwise(kind, rank) for rank, kind in enumerate((ops.SeparableConv1d, ops.SeparableConv2d), 1)
    },
    **{kind: pool(kind, rank) for rank, kind in enumerate((ops.MaxPool1d, ops.MaxPool2d, ops.MaxPool3d), 1)},
    **{kind: pool(kind, rank) for rank, kind in enumerate((ops.AvgPool1d, ops.AvgPool2d, ops.AvgPool3d), 1)},
    ops.AdaptiveAvgPool1d: adaptive(ops.AdaptiveAvgPool1d, 1),
    ops.AdaptiveAvgPool2d: adaptive(ops.AdaptiveAvgPool2d, 2),
    ops.AdaptiveMaxPool1d: adaptive(ops.AdaptiveMaxPool1d, 1),
    ops.AdaptiveMaxPool2d: adaptive(ops.AdaptiveMaxPool2d, 2),
    ops.GlobalAvgPool1d: pooled_whole(ops.GlobalAvgPool1d, 1),
    ops.GlobalAvgPool2d: pooled_whole(ops.GlobalAvgPool2d, 2),
    ops.GlobalAvgPool3d: pooled_whole(ops.GlobalAvgPool3d, 3),
    ops.GlobalMaxPool1d: pooled_whole(ops.GlobalMaxPool1d, 1),
    ops.GlobalMaxPool2d: pooled_whole(ops.GlobalMaxPool2d, 2),
    ops.GlobalMaxPool3d: pooled_whole(ops.GlobalMaxPool3d, 3),
    ops.BatchNorm: batch_norm(ops.BatchNorm, (2, 3, 4, 5, 6)),
    ops.BatchNorm1d: batch_norm(ops.BatchNorm1d, (2, 3)),
    ops.BatchNorm2d: batch_norm(ops.BatchNorm2d, (4,)),
    ops.BatchNorm3d: batch_norm(ops.BatchNorm3d, (5,)),
    ops.LayerNorm: layer_norm(),
    ops.GroupNorm: group_norm(),
    ops.InstanceNorm1d: instance_norm(ops.InstanceNorm1d, 1),
    ops.InstanceNorm2d: instance_norm(ops.InstanceNorm2d, 2),
    ops.InstanceNorm3d: instance_norm(ops.InstanceNorm3d, 3),
    ops.Activation: activation(),
    ops.PReLU: prelu(),
    ops.Softmax: softmax(),
    ops.Dropout: dropout(),
    ops.Identity: identity(),
    ops.Linear: linear(),
    ops.Embedding: embedding(),
    ops.RNN: recurrent(ops.RNN),
    ops.LSTM: recurrent(ops.LSTM),
    ops.GRU: recurrent(ops.GRU),
    ops.ConvLSTM2d: convolutional_lstm(),
    ops.MultiheadAttention: attention(),
    ops.Rearrange: rearrange(),
    ops.Reduce: reduce(),
    ops.Index: index(),
    ops.Elementwise: elementwise(),
    ops.Concat: concat(),
    ops.Stack: stack(),
    ops.Flatten: flatten(),
    ops.Pad: pad(),
    ops.Upsample1d: upsample(ops.Upsample1d, 1, ("nearest", "linear")),
    ops.Upsample2d: upsample(ops.Upsample2d, 2, ("nearest", "bilinear")),
    ops.Permute: permute(),
    ops.Unsqueeze: unsqueeze(),
    ops.Squeeze: squeeze(),
}
# What is not applied to every step here: layers of several inputs, those that move or join whole tensors, and states.
ALONE = (
    *(ops.MultiheadAttention, ops.Elementwise, ops.Concat, ops.Stack, ops.RNN, ops.LSTM, ops.GRU),
    *(ops.Embedding, ops.ConvLSTM2d, ops.Index, ops.Reduce, ops.Permute, ops.Squeeze, ops.Unsqueeze),
    *(ops.Flatten, ops.Rearrange, ops.Pad, ops.Softmax, ops.LayerNorm),
)
CASES[ops.TimeDistributed] = each_step()


def graph_of(op: Op, shapes: tuple[tuple[int, ...], ...]) -> Graph | None:
    """The operator alone in a graph; None where it refuses these inputs."""
    graph = Graph()
    suffix = ":int" if isinstance(op, ops.Embedding) else ""
    names = [graph.input(" ".join(map(str, shape)) + suffix, name=f"x{i}") for i, shape in enumerate(shapes)]
    try:
        out = graph.add(op, *names, name="node")
    except ModelError:
        return None
    flat = graph.node("node").outputs
    del out
    return graph.with_outputs(*flat).bind({})
