"""One example of every operator, on symbols: what `docs/ops.md` runs to print its formulas.

An entry is an operator with symbolic or literal attributes and the patterns of its inputs. `tests/docs` fails, and
names what is missing, when an operator that a dialect can spell has no entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecheck.algebra import Shape, parse_size, symbols
from shapecheck.ops import (
    activation,
    adaptive,
    attention,
    conv,
    conv_transpose,
    convlstm,
    einsum,
    einsum_dense,
    elementwise,
    gathering,
    indexing,
    joining,
    linear,
    linear_algebra,
    losses,
    matmul,
    merge,
    narrowing,
    norm,
    padding,
    pool,
    reading,
    rearrange,
    rearranging,
    recurrent,
    reductions,
    repeating,
    reshaping,
    resize,
    sampling,
    shape_moves,
    spectrum,
    splitting,
    transformer,
    unfold,
    wrappers,
)

if TYPE_CHECKING:
    from shapecheck.ops.base import Op


class Entry(NamedTuple):
    """An operator and the patterns of its inputs."""

    op: Op
    inputs: tuple[str, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The inputs as shapes over symbols."""
        return tuple(Shape.of(parse_size(axis) for axis in pattern.split()) for pattern in self.inputs)


k, s, p, d, f, u = symbols("k s p d f u")
IMAGE, SIGNAL, VOLUME, SEQUENCE = "n c h w", "n c l", "n c d h w", "n t f"
MATRIX = "n a a"

FAMILIES: dict[str, tuple[Entry, ...]] = {
    "Convolutions": (
        Entry(conv.Conv1d(f, k, stride=s, padding=p, dilation=d), (SIGNAL,)),
        Entry(conv.Conv2d(f, 3, padding=1), (IMAGE,)),
        Entry(conv.Conv3d(f, 3, stride=2), (VOLUME,)),
        Entry(conv.DepthwiseConv1d(3, padding="same"), (SIGNAL,)),
        Entry(conv.DepthwiseConv2d(3, padding="same"), (IMAGE,)),
        Entry(conv.SeparableConv1d(f, 3), (SIGNAL,)),
        Entry(conv.SeparableConv2d(f, 3), (IMAGE,)),
        Entry(conv_transpose.ConvTranspose1d(f, k, stride=s, padding=p), (SIGNAL,)),
        Entry(conv_transpose.ConvTranspose2d(f, 2, stride=2), (IMAGE,)),
        Entry(conv_transpose.ConvTranspose3d(f, 2, stride=2), (VOLUME,)),
    ),
    "Pools": (
        Entry(pool.MaxPool1d(k, stride=s), (SIGNAL,)),
        Entry(pool.MaxPool2d(2), (IMAGE,)),
        Entry(pool.MaxPool3d(2), (VOLUME,)),
        Entry(pool.AvgPool1d(3, stride=2, padding=1), (SIGNAL,)),
        Entry(pool.AvgPool2d(2, ceil=True), (IMAGE,)),
        Entry(pool.AvgPool3d(2), (VOLUME,)),
        Entry(pool.LPPool1d(2), (SIGNAL,)),
        Entry(pool.LPPool2d(2), (IMAGE,)),
        Entry(pool.LPPool3d(2), (VOLUME,)),
        Entry(adaptive.AdaptiveAvgPool1d(s), (SIGNAL,)),
        Entry(adaptive.AdaptiveAvgPool2d((1, None)), (IMAGE,)),
        Entry(adaptive.AdaptiveAvgPool3d(1), (VOLUME,)),
        Entry(adaptive.AdaptiveMaxPool1d(s), (SIGNAL,)),
        Entry(adaptive.AdaptiveMaxPool2d(7), (IMAGE,)),
        Entry(adaptive.AdaptiveMaxPool3d(1), (VOLUME,)),
        Entry(adaptive.GlobalAvgPool1d(), (SIGNAL,)),
        Entry(adaptive.GlobalAvgPool2d(), (IMAGE,)),
        Entry(adaptive.GlobalAvgPool3d(), (VOLUME,)),
        Entry(adaptive.GlobalMaxPool1d(), (SIGNAL,)),
        Entry(adaptive.GlobalMaxPool2d(keep=True), (IMAGE,)),
        Entry(adaptive.GlobalMaxPool3d(), (VOLUME,)),
    ),
    "Normalisations": (
        Entry(norm.BatchNorm(axis=-1), (SEQUENCE,)),
        Entry(norm.BatchNorm1d(), (SIGNAL,)),
        Entry(norm.BatchNorm2d(), (IMAGE,)),
        Entry(norm.BatchNorm3d(), (VOLUME,)),
        Entry(norm.InstanceNorm1d(), (SIGNAL,)),
        Entry(norm.InstanceNorm2d(), (IMAGE,)),
        Entry(norm.InstanceNorm3d(), (VOLUME,)),
        Entry(norm.GroupNorm(4), (IMAGE,)),
        Entry(norm.LayerNorm(), (SEQUENCE,)),
        Entry(norm.LocalResponseNorm(5), (IMAGE,)),
    ),
    "Activations and dropout": (
        Entry(activation.Activation("relu"), (IMAGE,)),
        Entry(activation.Softmax(axis=-1), (SEQUENCE,)),
        Entry(activation.GatedLinear(axis=1), ("n 2*c h w",)),
        Entry(activation.PReLU(), (IMAGE,)),
        Entry(activation.SharedPReLU((2, 3)), (IMAGE,)),
        Entry(activation.Dropout(0.5), (SEQUENCE,)),
        Entry(activation.Noise(0.1), (SEQUENCE,)),
        Entry(activation.Identity(), (SEQUENCE,)),
    ),
    "Linear maps and lookups": (
        Entry(linear.Linear(u), (SEQUENCE,)),
        Entry(linear.Bilinear(u, 3, 4), ("n 3", "n 4")),
        Entry(linear.Embedding(1000, u), ("n t",)),
    ),
    "Recurrent layers": (
        Entry(recurrent.RNN(u), (SEQUENCE,)),
        Entry(recurrent.LSTM(u, bidirectional=True, layers=2, return_states=True, stacked=True), (SEQUENCE,)),
        Entry(recurrent.GRU(u, sequences=False), (SEQUENCE,)),
        Entry(recurrent.RNNCell(u), ("n f",)),
        Entry(recurrent.LSTMCell(u), ("n f",)),
        Entry(recurrent.GRUCell(u), ("n f",)),
        Entry(convlstm.ConvLSTM1d(f, 3, padding="same"), ("n t c w",)),
        Entry(convlstm.ConvLSTM2d(f, 3, padding="same"), ("n t c h w",)),
        Entry(convlstm.ConvLSTM3d(f, 3, sequences=False), ("n t c d h w",)),
        Entry(wrappers.TimeDistributed(conv.Conv2d(f, 3)), ("n t c h w",)),
        Entry(wrappers.Bidirectional(recurrent.LSTM(u)), (SEQUENCE,)),
    ),
    "Moving, merging and splitting axes": (
        Entry(reshaping.Reshape((-1, 4)), ("n t 8",)),
        Entry(reshaping.Flatten(1), (IMAGE,)),
        Entry(reshaping.Unflatten(1, (3, -1)), ("n 3*c",)),
        Entry(shape_moves.Permute((0, 2, 3, 1)), (IMAGE,)),
        Entry(shape_moves.Transpose(1, 2), (SIGNAL,)),
        Entry(shape_moves.MoveAxis((1,), (-1,)), (IMAGE,)),
        Entry(shape_moves.Squeeze((1,)), ("n 1 l",)),
        Entry(shape_moves.Unsqueeze((1,)), ("n l",)),
        Entry(shape_moves.Expand((-1, 5, -1)), ("n 1 l",)),
        Entry(shape_moves.Tile((1, 2, 3)), (SIGNAL,)),
        Entry(shape_moves.RepeatInterleave(2, axis=1), (SIGNAL,)),
        Entry(splitting.Chunk(axis=1, count=2), ("n 2*c l",)),
        Entry(splitting.Split(axis=1, sizes=(3, 5)), ("n 8 l",)),
        Entry(splitting.SplitEvery(axis=1, size=4), ("n 8 l",)),
        Entry(splitting.SplitInto(axis=1, count=2), ("n 2*c l",)),
        Entry(splitting.Unbind(axis=0), ("3 n",)),
        Entry(joining.Concat(axis=1), ("n a h w", "n b h w")),
        Entry(joining.Stack(axis=0), ("n f", "n f")),
    ),
    "Attention": (
        Entry(attention.Attention(), ("n l e", "n s e", "n s v")),
        Entry(attention.MultiheadAttention(64, 8), ("n l 64", "n s 64", "n s 64")),
        Entry(attention.HeadedAttention(8, 16), ("n l e", "n s e")),
        Entry(transformer.TransformerLayer(64, 8), ("n t 64",)),
        Entry(
            transformer.Transformer(
                transformer.TransformerLayer(64, 8), transformer.TransformerLayer(64, 8, decoder=True)
            ),
            ("n s 64", "n t 64"),
        ),
    ),
    "Padding, resizing and windows": (
        Entry(padding.Pad(((1, 1), (2, 2))), (IMAGE,)),
        Entry(resize.Resize(factor=2), (IMAGE,)),
        Entry(resize.PixelShuffle(2), ("n 4*c h w",)),
        Entry(resize.PixelUnshuffle(2), ("n c 2*h 2*w",)),
        Entry(resize.ChannelShuffle(2), ("n 2*c h w",)),
        Entry(resize.RepeatVector(k), ("n f",)),
        Entry(unfold.Unfold(3), (IMAGE,)),
        Entry(unfold.Fold((8, 8), 2, stride=2), ("n 4*c 16",)),
        Entry(sampling.GridSample(), (IMAGE, "n a b 2")),
        Entry(sampling.AffineGrid((2, 3, 8, 8)), ("2 2 3",)),
    ),
    "Indexing and gathering": (
        Entry(indexing.Index((0, indexing.Cut(1, -1), ...)), (IMAGE,)),
        Entry(narrowing.Block((0, 1), (2, 3)), ("8 8",)),
        Entry(gathering.Take(axis=1), (SEQUENCE, "k")),
        Entry(gathering.TakeMany(), ("a b c", "k 2")),
        Entry(gathering.Gather(axis=1), (SEQUENCE, "n k f")),
        Entry(gathering.TakeAlong(axis=1), (SEQUENCE, "n k f")),
        Entry(gathering.Scatter("scatter", 1), (SEQUENCE, SEQUENCE, SEQUENCE)),
        Entry(gathering.OneHot(10), ("n t",)),
        Entry(gathering.Filter(k), ("n", "n")),
        Entry(reading.ReadSize(1), (SEQUENCE,)),
        Entry(reading.EnsureShape((None, 3)), ("n 3",)),
        Entry(reading.Draw(k), ("n f",)),
        Entry(reading.PairToComplex(), ("n 2",)),
    ),
    "Losses": (
        Entry(losses.ElementLoss("mse_loss"), ("n k", "n k")),
        Entry(losses.ClassLoss("cross_entropy"), ("n k", "n")),
        Entry(losses.LastAxisLoss("mean_squared_error"), ("n k", "n k")),
        Entry(losses.SoftmaxLoss(), ("n k", "n k")),
        Entry(losses.TripletLoss("triplet_margin_loss"), ("n f", "n f", "n f")),
        Entry(losses.CtcLoss(), ("t n c", "n s", "n", "n")),
    ),
    "Arithmetic, products and reductions": (
        Entry(elementwise.Elementwise("add"), ("n 1 f", "t f")),
        Entry(elementwise.Broadcast(), ("n 1", "1 f")),
        Entry(elementwise.SameShape("addcmul"), ("n f", "n f")),
        Entry(merge.Merge("add"), ("n t f", "n t f")),
        Entry(merge.Dot(axes=-1), ("n f", "n f")),
        Entry(matmul.MatMul(), ("n a b", "b c")),
        Entry(matmul.StrictProduct("bmm", 3, 3), ("n a b", "n b c")),
        Entry(matmul.Tensordot((1,), (0,)), ("a b", "b c")),
        Entry(matmul.Outer(), ("a", "b")),
        Entry(einsum.Einsum("nij,njk->nik"), ("n a b", "n b c")),
        Entry(einsum_dense.EinsumDense("abc,cd->abd", (None, 8)), (SEQUENCE,)),
        Entry(rearrange.Rearrange("n c h w -> n (h w) c"), (IMAGE,)),
        Entry(rearranging.MeshGrid(), ("a", "b")),
        Entry(rearranging.CartesianProduct(), ("a", "b")),
        Entry(linear_algebra.SquareMatrix("inverse"), (MATRIX,)),
        Entry(linear_algebra.Triangle(), ("n a b",)),
        Entry(linear_algebra.Decomposition("qr"), (MATRIX,)),
        Entry(linear_algebra.Solve(), (MATRIX, "n a k")),
        Entry(linear_algebra.DiagonalMatrix(), ("n a",)),
        Entry(reductions.Diagonal(), (MATRIX,)),
        Entry(repeating.Along("cumsum", axes=(1,)), (SEQUENCE,)),
        Entry(spectrum.HalfSpectrum(), ("n l",)),
        Entry(reductions.Reduce("mean", axes=(2, 3)), (IMAGE,)),
        Entry(reductions.Select("topk", count=k, axis=-1), ("n f",)),
    ),
}
