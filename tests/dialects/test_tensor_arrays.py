"""numpy, TensorFlow and Keras: what we say of their functions is what they do."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from hypothesis import strategies as st

from shapecheck.dialects.base import Arguments, bind
from shapecheck.dialects.registry import spelling
from tests.dialects import in_arrays
from tests.ops import test_tensor_joining as joining
from tests.ops import test_tensor_moves as moves
from tests.ops import test_tensor_products as products
from tests.ops import test_tensor_reductions as reductions
from tests.ops.calling import REFUSED, T, fresh, hold
from tests.ops.drawing import SIZE, axis_for, bare, case, nudged, sizes, spoiled, stretchable, tensors
from tests.ops.test_tensor_elementwise import two


@st.composite
def squeezings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 4))
    if draw(st.booleans()):
        return case(T(drawn), draw(axis_for(len(drawn))))
    ones = [axis for axis, size in enumerate(drawn) if size == 1]
    axes = [axis - len(drawn) if draw(st.booleans()) else axis for axis in ones]
    if draw(st.integers(0, 2)) == 0:
        axes.append(draw(st.integers(-4, 4)))
    return case(T(drawn), tuple(axes))


@st.composite
def insertions(draw: st.DrawFn, *, several: bool) -> Any:
    drawn = draw(sizes(0, 3))
    if not several or draw(st.booleans()):
        return case(T(drawn), draw(axis_for(len(drawn), extra=1)))
    rank = len(drawn) + 2
    return case(T(drawn), tuple(draw(st.lists(st.integers(-rank, rank - 1), min_size=2, max_size=2))))


@st.composite
def expansions(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    target = tuple(draw(st.sampled_from([2, 3, 1])) if size == 1 else size for size in drawn)
    target = (*draw(st.lists(SIZE, max_size=2)), *target)
    return case(T(drawn), draw(nudged(target)))


@st.composite
def tilings(draw: st.DrawFn, *, exact: bool = False) -> Any:
    drawn = draw(sizes(0, 3, zero=False))
    count = len(drawn) if exact and draw(st.integers(0, 2)) else draw(st.integers(1, 4))
    times = [draw(st.integers(0, 3)) for _ in range(count)]
    if draw(st.integers(0, 2)) == 0 and times:
        times[0] = -1
    return case(T(drawn), tuple(times))


@st.composite
def repetitions(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), draw(st.sampled_from([0, 1, 2, 3, -1])), draw(axis_for(len(drawn))))


@st.composite
def flips(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 4))
    return case(T(drawn), draw(axis_for(len(drawn))))


@st.composite
def rolls(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 4, zero=False))
    return case(T(drawn), 1, draw(axis_for(len(drawn))))


@st.composite
def concatenations(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    axis = draw(axis_for(len(drawn)))
    parts = []
    for _ in range(draw(st.integers(2, 3))):
        part = list(drawn)
        if -len(drawn) <= axis < len(drawn):
            part[axis] = draw(SIZE)
        parts.append(T(tuple(part)))
    if draw(st.integers(0, 4)) == 0:
        parts[-1] = T(draw(nudged(parts[-1].sizes)))
    return case(parts, axis)


@st.composite
def splittings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    where = st.one_of(st.integers(1, 4), st.lists(st.integers(0, 5), min_size=1, max_size=3).map(sorted))
    return case(T(drawn), draw(where), draw(axis_for(len(drawn))))


@st.composite
def sized_splittings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    axis = draw(axis_for(len(drawn)))
    if draw(st.booleans()):
        return case(T(drawn), draw(st.integers(1, 4)), axis)
    size = drawn[axis] if -len(drawn) <= axis < len(drawn) else 3
    first = draw(st.integers(0, size))
    pieces = [first, size - first]
    how = draw(st.integers(0, 3))
    if how == 0:
        pieces[1] = -1
    elif how == 1:
        pieces[1] += 1
    return case(T(drawn), pieces, axis)


@st.composite
def takings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), T(draw(sizes(0, 2, zero=False)), "int64"), draw(axis_for(len(drawn))))


@st.composite
def takings_along(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    axis = draw(axis_for(len(drawn)))
    index = [1 if draw(st.booleans()) else size for size in drawn]
    if -len(drawn) <= axis < len(drawn):
        index[axis] = draw(SIZE)
    return case(T(drawn), T(tuple(index), "int64"), axis)


@st.composite
def reduced(draw: st.DrawFn, *, several: bool = True, keep: str = "keepdims") -> Any:
    drawn = draw(sizes(1, 4, zero=False))
    axis: Any = draw(axis_for(len(drawn)))
    if several and draw(st.booleans()):
        axes = draw(st.permutations(range(len(drawn))))[: draw(st.integers(1, 2))]
        if draw(st.integers(0, 2)) == 0:
            axes[0] = draw(axis_for(len(drawn)))
        axis = tuple(axes)
    return case(T(drawn), axis=axis, **({keep: draw(st.booleans())} if keep else {}))


@st.composite
def along(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 4, zero=False))
    return case(T(drawn), axis=draw(axis_for(len(drawn))))


@st.composite
def selected(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), draw(st.integers(1, 5)))


@st.composite
def paddings(draw: st.DrawFn, mode: str, *, exact: bool = False) -> Any:
    drawn = tuple(draw(st.lists(st.sampled_from([2, 3, 4, 1]), min_size=1, max_size=3)))
    count = len(drawn) if draw(st.integers(0, 3)) else len(drawn) + 1
    high = 1 if mode in ("reflect", "REFLECT") else 3
    pairs = [[draw(st.integers(0, high)), draw(st.integers(0, high))] for _ in range(count)]
    if draw(st.integers(0, 4)) == 0:
        pairs[0] = [-1, 2]
    return case(T(drawn), pairs, mode=mode)


@st.composite
def hot(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3, zero=False))
    # Axes counted from the end are known to some engines of Keras only.
    axis = draw(axis_for(len(drawn), extra=1))
    return case(T(drawn, "int32"), draw(st.integers(1, 5)), axis=axis if axis >= -1 else len(drawn) + 2)


@st.composite
def blocks(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    starts = [draw(st.integers(0, max(size - 1, 0))) for size in drawn]
    lengths = [draw(st.integers(0, size - start)) for size, start in zip(drawn, starts, strict=True)]
    if draw(st.integers(0, 1)):
        lengths[0] = draw(st.sampled_from([-1, 7, 0, 5]))
    return case(T(drawn), starts, lengths)


@st.composite
def batched_gathers(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(2, 3, zero=False))
    batch = draw(st.integers(0, 1))
    index = drawn[:batch] + draw(sizes(0, 2, zero=False))
    if draw(st.integers(0, 1)):
        index = draw(nudged(index))
    return case(T(drawn), T(index, "int32"), batch_dims=batch)


@st.composite
def many_indices(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), T((*draw(sizes(0, 2, zero=False)), draw(st.integers(1, 4))), "int32"))


@st.composite
def least_two(draw: st.DrawFn) -> Any:
    return draw(spoiled(products.matrices()))


def no_empty(strategy: Any) -> Any:
    """Cases without empty tensors."""
    return strategy.filter(
        lambda drawn: all(0 not in value.sizes for value in drawn[0] if isinstance(value, T))
    )


def distinct(places: Any) -> bool:
    """Whether no place is named twice."""
    return not isinstance(places, tuple) or len({place % 5 for place in places}) == len(places)


def near(drawn: Any) -> Any:
    """The diagonal itself: TensorFlow refuses one that lies outside the matrix,
    other engines of Keras do not.
    """
    tensor, _, *axes = drawn[0]
    return case(tensor, 0, *axes)


CASES: dict[str, Any] = {
    "numpy.reshape": moves.reshapes(),
    "numpy.ndarray.reshape": moves.spread_reshapes(),
    "tf.reshape": no_empty(
        moves.reshapes()
    ),  # of an empty tensor, it takes a -1 that could be anything for 1
    "keras.ops.reshape": no_empty(moves.reshapes()),
    "numpy.transpose": moves.permutations(),
    "numpy.ndarray.transpose": moves.permutations(),
    "tf.transpose": moves.permutations(),
    "keras.ops.transpose": moves.permutations(),
    "numpy.swapaxes": moves.pairs_of_axes(),
    "numpy.ndarray.swapaxes": moves.pairs_of_axes(),
    "numpy.moveaxis": moves.axis_moves(),
    # On TensorFlow two axes may move to one place, or a cut may lie behind the end; on other engines not.
    "keras.ops.moveaxis": moves.axis_moves().filter(lambda drawn: distinct(drawn[0][2])),
    "keras.ops.swapaxes": moves.pairs_of_axes(),
    "numpy.squeeze": squeezings(),
    "numpy.ndarray.squeeze": squeezings(),
    "tf.squeeze": squeezings(),
    "keras.ops.squeeze": squeezings(),
    "numpy.expand_dims": insertions(several=True),
    "tf.expand_dims": insertions(several=False),
    "keras.ops.expand_dims": insertions(several=False),
    "numpy.broadcast_to": expansions(),
    "tf.broadcast_to": expansions(),
    "keras.ops.broadcast_to": expansions(),
    "numpy.tile": tilings(),
    "tf.tile": tilings(exact=True),
    "keras.ops.tile": tilings(),
    "numpy.repeat": repetitions(),
    "tf.repeat": repetitions(),
    "keras.ops.repeat": repetitions(),
    "numpy.flip": flips(),
    "keras.ops.flip": flips(),
    "numpy.roll": rolls(),
    "tf.roll": rolls(),
    "keras.ops.roll": rolls(),
    "numpy.rot90": no_empty(moves.turns()),
    "numpy.concatenate": concatenations(),
    "tf.concat": concatenations(),
    "keras.ops.concatenate": concatenations(),
    "numpy.stack": joining.stackings(),
    "tf.stack": no_empty(joining.stackings()),
    "keras.ops.stack": no_empty(joining.stackings()),
    "numpy.vstack": joining.gluings(),
    "numpy.hstack": joining.gluings(),
    "numpy.dstack": joining.gluings(),
    "numpy.column_stack": joining.gluings(),
    "numpy.split": splittings(),
    "numpy.array_split": splittings(),
    "keras.ops.split": splittings().filter(
        lambda drawn: isinstance(drawn[0][1], int) or max(drawn[0][1]) <= 1
    ),
    "tf.split": sized_splittings(),
    "tf.unstack": joining.unbindings().map(lambda drawn: case(drawn[0][0], axis=drawn[0][1])),
    "keras.ops.unstack": flips().map(lambda drawn: case(drawn[0][0], None, drawn[0][1])),
    "numpy.take": takings(),
    "keras.ops.take": takings(),
    "numpy.take_along_axis": takings_along(),
    "keras.ops.take_along_axis": takings_along(),
    "tf.gather": batched_gathers(),
    "tf.gather_nd": many_indices(),
    "tf.slice": blocks(),
    "tf.one_hot": hot(),
    "keras.ops.one_hot": hot(),
    "numpy.sum": reduced(),
    "numpy.ndarray.mean": reduced(),
    "numpy.max": reduced(),
    "numpy.std": reduced(),
    "numpy.argmax": reduced(several=False),
    "tf.reduce_sum": reduced(),
    "tf.reduce_mean": reduced(),
    "tf.reduce_max": reduced(),
    "tf.math.reduce_std": reduced(),
    "tf.argmax": reduced(several=False, keep=""),
    "keras.ops.sum": reduced(),
    "keras.ops.mean": reduced(),
    "keras.ops.max": reduced(),
    "keras.ops.var": reduced(),
    "keras.ops.argmax": reduced(several=False),
    "keras.ops.logsumexp": reduced(),
    "numpy.cumsum": along(),
    "tf.cumsum": along(),
    "keras.ops.cumsum": along(),
    "numpy.sort": along(),
    "keras.ops.sort": along(),
    "tf.nn.softmax": along(),
    "keras.ops.softmax": along(),
    "keras.ops.log_softmax": along(),
    "tf.math.l2_normalize": along(),
    "tf.math.top_k": selected(),
    "keras.ops.top_k": selected(),
    "numpy.add": two(),
    "numpy.multiply": two(),
    "numpy.equal": two(),
    "numpy.maximum": two(),
    "tf.add": two(),
    "tf.multiply": two(),
    "tf.maximum": two(),
    "tf.math.squared_difference": two(),
    # keras.ops.add is not here: on TensorFlow it takes a second tensor of one axis for a bias, and then
    # (1, 3, 1) + (3, 1, 1) is (1, 3, 1).
    "keras.ops.subtract": two(),
    "keras.ops.divide": two(),
    "keras.ops.minimum": two(),
    "keras.ops.greater": two(),
    "numpy.where": two("bool").map(lambda drawn: case(*drawn[0], 0.0)),
    "tf.where": two("bool").map(lambda drawn: case(*drawn[0], 0.0)),
    "keras.ops.where": two("bool").map(lambda drawn: case(*drawn[0], 0.0)),
    "numpy.matmul": spoiled(products.matrices()),
    "tf.matmul": spoiled(products.matrices()),
    "keras.ops.matmul": spoiled(products.matrices()),
    "numpy.dot": spoiled(products.matrices()),
    "keras.ops.dot": spoiled(products.matrices()),
    "numpy.tensordot": spoiled(products.contractions()),
    "tf.tensordot": spoiled(products.contractions()),
    "keras.ops.tensordot": spoiled(products.contractions()),
    "numpy.einsum": products.equations(),
    "tf.einsum": products.equations(stretch=False),
    # Keras' own einsum on TensorFlow refuses a term whose ... covers less than that of another, and without
    # an arrow keeps the order of the letters.
    "keras.ops.einsum": products.equations(stretch=False).filter(
        lambda drawn: "..." not in drawn[0][0] and "->" in drawn[0][0]
    ),
    "numpy.diagonal": reductions.diagonals(),
    "numpy.trace": reductions.diagonals(),
    "keras.ops.diagonal": no_empty(reductions.diagonals()).map(near),
    "numpy.linalg.det": products.squares(),
    "tf.linalg.det": products.squares(),
    "keras.ops.det": products.squares(),
}


@pytest.mark.parametrize("name", CASES)
def test_says_what_the_framework_does(name: str) -> None:
    hold(name, CASES[name], in_arrays.ask, factor=0.7)


MODES = {
    "numpy.pad": ("constant", "reflect", "symmetric", "edge", "wrap"),
    "keras.ops.pad": ("constant", "reflect", "symmetric"),
    "tf.pad": ("CONSTANT", "REFLECT", "SYMMETRIC"),
}


@pytest.mark.parametrize(("name", "mode"), [(name, mode) for name, modes in MODES.items() for mode in modes])
def test_padding(name: str, mode: str) -> None:
    hold(name, paddings(mode), in_arrays.ask, least=0.15)


NEUTRAL = {
    "numpy": "exp sqrt abs tanh floor isnan negative square sign rint log1p",
    "tf": "exp sqrt abs tanh floor negative square sign sigmoid math.log nn.relu nn.gelu identity",
    "keras.ops": "exp sqrt abs tanh floor negative square sign sigmoid log rsqrt relu gelu softplus silu erf",
    "keras.activations": "relu sigmoid tanh gelu selu softsign elu linear hard_sigmoid",
    "keras.backend": "exp sqrt abs tanh square sigmoid relu softplus",
}


@pytest.mark.parametrize(
    "name", [f"{root}.{name}" for root, names in NEUTRAL.items() for name in names.split()]
)
def test_functions_of_each_element_keep_the_shape(name: str) -> None:
    hold(name, bare(st.tuples(tensors(0, 4))), in_arrays.ask, least=0)


def one_of(*cases: Any) -> Any:
    return st.sampled_from(cases)


FIXED: dict[str, Any] = {
    "numpy.zeros": one_of(case((2, 3)), case(4), case([2]), case(())),
    "numpy.full": one_of(case((2, 3), 7), case(4, 1.0)),
    "numpy.arange": one_of(case(5), case(2, 7), case(0, 10, 3), case(0.0, 1.0, 0.25), case(5, 0, -2)),
    "numpy.linspace": one_of(case(0, 1, 5), case(0, 1), case(0, 1, num=3)),
    "numpy.eye": one_of(case(3), case(2, 4), case(3, M=2)),
    "numpy.array": one_of(case([[1, 2], [3, 4]]), case(3), case([1.0])),
    "numpy.zeros_like": one_of(case(T((2, 3))), case(T(()))),
    "numpy.random.rand": one_of(case(2, 3), case(4)),
    "numpy.random.randn": one_of(case(2, 3), case(4)),
    "numpy.random.random": one_of(case((2, 3)), case(4), case(size=(1, 2))),
    "numpy.random.normal": one_of(case(0, 1, (2, 3)), case(size=4), case(T((3,)), T((2, 1), fill=1))),
    "numpy.random.randint": one_of(case(0, 5, (2, 3)), case(5, size=4)),
    "numpy.random.uniform": one_of(case(0, 1, (2, 3)), case(size=(4, 1))),
    "numpy.random.choice": one_of(case(5, 3), case([1, 2, 3], size=(2, 2))),
    "numpy.random.permutation": one_of(case(5), case(T((3, 2)))),
    "numpy.meshgrid": one_of(case(T((2,)), T((3,))), case(T((2,)), T((3,)), indexing="ij")),
    "numpy.indices": one_of(case((2, 3))),
    "numpy.outer": one_of(case(T((2, 2)), T((3,)))),
    "numpy.append": one_of(case(T((2, 3)), T((1, 3)), axis=0), case(T((2,)), T((3,)))),
    "numpy.diff": one_of(case(T((4, 3))), case(T((4, 3)), axis=0), case(T((4,)), n=2)),
    "numpy.ravel": one_of(case(T((2, 3)))),
    "numpy.ndarray.flatten": one_of(case(T((2, 3)))),
    "numpy.ndarray.astype": one_of(case(T((2, 3)), "int64")),
    "numpy.atleast_3d": one_of(case(T(())), case(T((2,))), case(T((2, 3))), case(T((2, 3, 4)))),
    "numpy.shape": one_of(case(T((2, 3)))),
    "numpy.ndim": one_of(case(T((2, 3)))),
    "numpy.size": one_of(case(T((2, 3))), case(T((2, 3)), 1)),
    "numpy.clip": one_of(case(T((2, 3)), 0, 1), case(T((2, 3)), a_min=0, a_max=None)),
    "tf.zeros": one_of(case((2, 3)), case([4]), case([])),
    "tf.fill": one_of(case((2, 3), 7)),
    "tf.range": one_of(case(5), case(2, 7), case(0, 10, 3)),
    "tf.linspace": one_of(case(0.0, 1.0, 5)),
    "tf.eye": one_of(case(3), case(2, 4), case(2, batch_shape=[3])),
    "tf.constant": one_of(case([[1, 2], [3, 4]]), case(3), case(0, shape=(2, 3))),
    "tf.Variable": one_of(case([[1.0, 2.0]]), case(T((2, 3)))),
    "tf.convert_to_tensor": one_of(case(T((2, 3))), case([1, 2])),
    "tf.random.normal": one_of(case((2, 3)), case([4])),
    "tf.random.uniform": one_of(case((2, 3), 0, 1), case([4], maxval=2)),
    "tf.zeros_like": one_of(case(T((2, 3)))),
    "tf.ones_like": one_of(case(T(()))),
    "tf.meshgrid": one_of(case(T((2,)), T((3,))), case(T((2,)), T((3,)), indexing="ij")),
    "tf.cast": one_of(case(T((2, 3)), "int32")),
    "tf.sequence_mask": one_of(case(T((3,), "int32"), 5), case(T((2, 2), "int32"), maxlen=4)),
    "tf.clip_by_value": one_of(case(T((2, 3)), 0.0, 1.0)),
    "tf.nn.bias_add": one_of(case(T((2, 3, 4)), T((4,)))),
    "tf.nn.moments": one_of(case(T((2, 3, 4)), [0, 1]), case(T((2, 3)), axes=[1], keepdims=True)),
    "tf.nn.embedding_lookup": one_of(case(T((7, 3)), T((2, 2), "int32"))),
    "tf.nn.dropout": one_of(case(T((2, 3)), 0.5)),
    "tf.linalg.matrix_transpose": one_of(case(T((2, 3, 4)))),
    "tf.linalg.band_part": one_of(case(T((2, 3)), -1, 0)),
    "tf.add_n": one_of(case([T((2, 3)), T((2, 3))])),
    "tf.norm": one_of(case(T((2, 3))), case(T((2, 3)), axis=1), case(T((2, 3)), axis=-1, keepdims=True)),
    "tf.math.scalar_mul": one_of(case(2.0, T((2, 3)))),
    "tf.reverse": one_of(case(T((2, 3)), [1]), case(T((2, 3)), axis=[0, 1])),
    "tf.random.shuffle": one_of(case(T((2, 3)))),
    "tf.boolean_mask": one_of(case(T((2, 3)), T((2,), "bool")), case(T((2, 3)), T((3,), "bool"), axis=1)),
    "tf.ensure_shape": one_of(case(T((2, 3)), (2, 3)), case(T((2, 3)), (None, 3))),
    "keras.ops.zeros": one_of(case((2, 3))),
    "keras.ops.arange": one_of(case(5), case(2, 7), case(0, 10, 3)),
    "keras.ops.full": one_of(case((2, 3), 7)),
    "keras.ops.eye": one_of(case(3), case(2, 4)),
    "keras.ops.linspace": one_of(case(0.0, 1.0, 5)),
    "keras.ops.array": one_of(case([[1, 2], [3, 4]])),
    "keras.ops.convert_to_tensor": one_of(case([[1, 2], [3, 4]]), case(T((2,)))),
    "keras.ops.zeros_like": one_of(case(T((2, 3)))),
    "keras.ops.meshgrid": one_of(case(T((2,)), T((3,))), case(T((2,)), T((3,)), indexing="ij")),
    "keras.ops.clip": one_of(case(T((2, 3)), 0.0, 1.0)),
    "keras.ops.cast": one_of(case(T((2, 3)), "int32")),
    "keras.ops.shape": one_of(case(T((2, 3)))),
    "keras.ops.ndim": one_of(case(T((2, 3)))),
    "keras.ops.outer": one_of(case(T((2,)), T((3,)))),
    "keras.ops.tril": one_of(case(T((2, 3)))),
    "keras.ops.diag": one_of(case(T((3,))), case(T((2, 3)))),
    "keras.ops.ravel": one_of(case(T((2, 3)))),
    "keras.ops.slice": one_of(case(T((4, 5)), [1, 2], [2, 3])),
    "keras.ops.slice_update": one_of(case(T((4, 5)), [1, 2], T((2, 2)))),
    "keras.ops.norm": one_of(case(T((2, 3))), case(T((2, 3)), axis=1)),
    "keras.ops.moments": one_of(case(T((2, 3)), axes=[1])),
    "keras.ops.normalize": one_of(case(T((2, 3)), axis=1)),
    "keras.ops.stop_gradient": one_of(case(T((2, 3)))),
    "keras.ops.image.resize": one_of(case(T((2, 3, 4, 5)), (6, 7)), case(T((3, 4, 5)), size=(6, 7))),
    "keras.ops.dot_product_attention": one_of(
        case(T((2, 3, 4, 5)), T((2, 6, 4, 5)), T((2, 6, 4, 5))),
        case(T((2, 3, 4, 5)), T((2, 6, 4, 5)), T((2, 6, 4, 5)), mask=T((2, 1, 3, 6), "bool", 1)),
    ),
    "tf.image.resize": one_of(case(T((2, 3, 4, 5)), (6, 7)), case(T((3, 4, 5)), size=[6, 7])),
    "keras.random.normal": one_of(case((2, 3))),
    "keras.random.uniform": one_of(case((2, 3))),
    "keras.random.randint": one_of(case((2, 3), 0, 5)),
    "keras.random.dropout": one_of(case(T((2, 3)), 0.5)),
    "keras.random.categorical": one_of(case(T((2, 3)), 4)),
    "keras.activations.softmax": one_of(case(T((2, 3))), case(T((2, 3)), axis=0)),
    "keras.activations.glu": one_of(case(T((2, 4)))),
    "keras.backend.reshape": one_of(case(T((2, 6)), (2, 3, -1)), case(T((4,)), (2, 2))),
    "keras.backend.flatten": one_of(case(T((2, 3, 4)))),
    "keras.backend.batch_flatten": one_of(case(T((2, 3, 4)))),
    "keras.backend.permute_dimensions": one_of(case(T((2, 3, 4)), (0, 2, 1))),
    "keras.backend.expand_dims": one_of(case(T((2, 3))), case(T((2, 3)), 0), case(T((2, 3)), axis=1)),
    "keras.backend.squeeze": one_of(case(T((2, 1, 3)), 1)),
    "keras.backend.concatenate": one_of(case([T((2, 3)), T((2, 4))]), case([T((2, 3)), T((1, 3))], axis=0)),
    "keras.backend.stack": one_of(case([T((2, 3)), T((2, 3))]), case([T((2,)), T((2,))], axis=1)),
    "keras.backend.mean": one_of(case(T((2, 3))), case(T((2, 3)), axis=1), case(T((2, 3)), 0, True)),
    "keras.backend.sum": one_of(case(T((2, 3)), axis=-1, keepdims=True)),
    "keras.backend.max": one_of(case(T((2, 3)), axis=[0, 1])),
    "keras.backend.argmax": one_of(case(T((2, 3)))),
    "keras.backend.dot": one_of(case(T((2, 3)), T((3, 4))), case(T((5, 2, 3)), T((3, 4)))),
    "keras.backend.repeat": one_of(case(T((2, 3)), 4)),
    "keras.backend.repeat_elements": one_of(case(T((2, 3)), 4, axis=1)),
    "keras.backend.tile": one_of(case(T((2, 3)), (2, 1))),
    "keras.backend.transpose": one_of(case(T((2, 3, 4)))),
    "keras.backend.gather": one_of(case(T((7, 3)), T((2, 2), "int32"))),
    "keras.backend.int_shape": one_of(case(T((2, 3)))),
    "keras.backend.ndim": one_of(case(T((2, 3)))),
    "keras.backend.clip": one_of(case(T((2, 3)), 0.0, 1.0)),
    "keras.backend.cast": one_of(case(T((2, 3)), "int32")),
    "keras.backend.l2_normalize": one_of(case(T((2, 3)), axis=1)),
    "keras.backend.softmax": one_of(case(T((2, 3)))),
    "keras.backend.one_hot": one_of(case(T((2, 3), "int32"), 5)),
    "keras.backend.zeros": one_of(case((2, 3))),
    "keras.backend.random_normal": one_of(case((2, 3))),
    "keras.backend.zeros_like": one_of(case(T((2, 3)))),
    "keras.backend.arange": one_of(case(5), case(1, 4)),
    "keras.backend.temporal_padding": one_of(case(T((2, 3, 4))), case(T((2, 3, 4)), (2, 0))),
    "keras.backend.spatial_2d_padding": one_of(case(T((2, 3, 4, 5)), ((1, 0), (2, 2)))),
    "keras.backend.binary_crossentropy": one_of(case(T((2, 3)), T((2, 3)))),
    "keras.backend.categorical_crossentropy": one_of(case(T((2, 3)), T((2, 3)))),
    "keras.backend.sparse_categorical_crossentropy": one_of(case(T((2,), "int32"), T((2, 3)))),
    "keras.backend.floatx": one_of(case()),
    "keras.backend.image_data_format": one_of(case()),
    "keras.backend.epsilon": one_of(case()),
}


@pytest.mark.parametrize("name", FIXED)
def test_calls_as_they_are_written(name: str) -> None:
    hold(name, FIXED[name], in_arrays.ask, least=0, missed=0)


@st.composite
def losses(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), T(draw(stretchable(drawn))))


@st.composite
def class_losses(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    wanted = drawn[:-1] if draw(st.booleans()) else (*drawn[:-1], 1)
    if draw(st.integers(0, 1)):
        wanted = draw(nudged(wanted))
    return case(T(wanted, "int32"), T(drawn))


@st.composite
def equal_losses(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), T(draw(nudged(drawn))))


LOSSES = {
    "keras.losses.mean_squared_error": losses(),
    "keras.losses.mean_absolute_error": losses(),
    "keras.losses.huber": losses(),
    "keras.losses.binary_crossentropy": equal_losses(),
    "keras.losses.categorical_crossentropy": equal_losses(),
    "keras.losses.sparse_categorical_crossentropy": class_losses(),
    "tf.nn.sparse_softmax_cross_entropy_with_logits": class_losses(),
    "tf.nn.softmax_cross_entropy_with_logits": equal_losses(),
    "tf.nn.sigmoid_cross_entropy_with_logits": equal_losses(),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str) -> None:
    hold(name, LOSSES[name], in_arrays.ask)


CLASSES = {
    "MeanSquaredError": losses(),
    "BinaryCrossentropy": equal_losses(),
    "CategoricalCrossentropy": equal_losses(),
    # One class alone is taken for an axis too many.
    "SparseCategoricalCrossentropy": class_losses().filter(lambda drawn: drawn[0][1].sizes[-1] != 1),
}


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", None])
def test_classes_of_losses(name: str, reduction: str | None) -> None:
    row = spelling(f"keras.losses.{name}")
    assert row is not None and row.build is not None and row.call is not None
    build, call = row.build, row.call

    def run(target: Any, output: Any) -> Any:
        values, given = bind(row.signature, [], {"reduction": reduction})
        op = build(Arguments(row, values, given, fresh))
        values, given = bind(row.call_signature, [target, output], {})
        return call(op, Arguments(row, values, given, fresh))

    def ask(_: str, positional: Any, named: Any) -> Any:
        made = getattr(keras.losses, name)(reduction=reduction)
        try:
            return in_arrays.shapes(made(*(in_arrays.real(value, "keras") for value in positional)))
        except in_arrays.REFUSALS:
            return REFUSED

    hold(f"keras.losses.{name}", CLASSES[name], ask, run=run, factor=0.7)
