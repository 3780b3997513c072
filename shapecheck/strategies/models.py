"""Valid models: sizes are drawn first, then layers that fit them, then which of the sizes are symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from shapecheck import ops
from shapecheck.model.bridge import bridge
from shapecheck.model.graph import Graph
from shapecheck.model.layers import Spot, extend
from shapecheck.model.model import Model
from shapecheck.strategies import sequences, spatial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Shape

# Sizes from which no two axes of a drawn input get the same, so that exchanged axes cannot hide; even ones first,
# where padding "same" with a stride is not symmetric.
_BATCH = (2, 3)
_STEPS = (4, 3, 5)
_CHANNELS = (3, 1, 4, 6)
_SPACE = (6, 8, 10, 5, 7, 9)
_KINDS = {
    "sequence": "n t d",
    "signal": "n c l",
    "image": "n c h w",
    "video": "n t c h w",
    "tokens": "n t:int",
    "volume": "n c d h w",
}
_VOCABULARY = 7
Ways = list[list[Any]]


class Case(NamedTuple):
    """A model, and numbers for its symbols that meet all that it requires."""

    model: Model
    dims: dict[str, int]


class Draft:
    """A model while it is drawn: once with symbols and once in numbers, by which layers are chosen."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.kind = draw(st.sampled_from((*_KINDS, "signal", "image", "image", "volume")))
        pattern, _, dtype = _KINDS[self.kind].partition(":")
        names = pattern.split()
        self.dims = self._sizes(names)
        symbolic = {name: name in "n t" or not (draw(st.booleans()) or name == "c") for name in names}
        tail = f":{dtype}" if dtype else ""
        self.symbols, self.numbers = Graph(), Graph()
        written = " ".join(name if symbolic[name] else str(self.dims[name]) for name in names)
        self.reference = self._input(written + tail, " ".join(str(self.dims[name]) for name in names) + tail)
        self.dims = {name: size for name, size in self.dims.items() if symbolic[name]}
        self.outputs: list[Any] = []

    def _sizes(self, names: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for name in names:
            pool = {"n": _BATCH, "t": _STEPS, "c": _CHANNELS}.get(name, _SPACE)
            if self.kind == "volume" and pool is _SPACE:
                pool = (4, 6, 5, 7)
            found[name] = self.draw(st.sampled_from([size for size in pool if size not in found.values()]))
        return found

    def _input(self, written: str, numbers: str) -> str:
        reference = self.symbols.input(written)
        self.numbers.input(numbers, name=reference)
        return str(reference)

    @property
    def shape(self) -> Shape:
        """The shape of what the last layer gives, in numbers."""
        return self.numbers.shapes[self.reference]

    def extend(self, layer: Any) -> None:
        """Add a layer, or a list of them."""
        for graph in (self.numbers, self.symbols):
            after = extend(Spot(graph, "drawn"), layer, self.reference)
        self.reference = after

    def add(self, op: Any, *references: str) -> Any:
        """Add one operator on several tensors."""
        self.numbers.add(op, *map(str, references))  # names are the same in both
        return self.symbols.add(op, *references)

    def more(self) -> bool:
        """Whether there is another layer; it shrinks to none."""
        return self.draw(st.integers(0, 3)) > 0

    def several(self, most: int) -> Iterator[None]:
        """One turn for each further layer. The last one is asked for more too: any turn can then be left out alone."""
        for turn in range(most + 1):
            if not self.more() or turn == most:
                return
            yield

    def one_of(self, layers: list[Any], x: Shape) -> Any:
        """One of the layers that fit `x`."""
        return self.draw(st.sampled_from(layers))(self.draw, x)


@st.composite
def cases(draw: st.DrawFn, *, most: int = 3) -> Case:
    """A valid model with sizes for its symbols: at most `most` layers of maps, and as many of sequences."""
    draft = Draft(draw)
    if draft.kind == "tokens":
        draft.extend(ops.Embedding(_VOCABULARY, draw(st.integers(1, 4))))
    if draft.kind in ("signal", "image", "video", "volume"):
        _maps(draft, most)
    if len(draft.shape) == 3:
        _steps(draft, most)
    if len(draft.shape) == 2:
        _vector(draft)
    if not draft.symbols.nodes:
        draft.extend(draft.one_of([spatial.activation], draft.shape))
    model = Model.of(draft.symbols, draft.reference, *draft.outputs)
    return Case(model, draft.dims)


def models(*, most: int = 3) -> st.SearchStrategy[Model]:
    """Valid models: `cases` without the sizes."""
    return cases(most=most).map(lambda case: case.model)


def _maps(draft: Draft, most: int) -> None:
    """Layers of maps, each step by itself where there are steps; then the bridge to a sequence or a vector."""
    video = draft.kind == "video"
    for _ in draft.several(most):
        x = draft.shape
        if video and draft.draw(st.integers(0, 4)) == 4:
            draft.extend(_map_recurrence(draft))
            video = len(draft.shape) == 5
            continue
        one = spatial_step(x) if video else x
        layer = draft.one_of(spatial.layers_for(one), one)
        draft.extend(ops.TimeDistributed([layer]) if video else layer)
    if draft.more():
        for layer in draft.draw(st.sampled_from(_bridges(draft, video))):
            draft.extend(layer)


def spatial_step(x: Shape) -> Shape:
    """What one step of a video sees."""
    return x[:1] + x[2:]


def _map_recurrence(draft: Draft) -> Any:
    padding = draft.draw(st.sampled_from(("same", "valid")))
    kernel = spatial.fitting_kernel(draft.draw, tuple(int(size) for size in draft.shape[3:]), padding, 1)
    sequences = draft.draw(st.sampled_from((True, False)))
    stride = draft.draw(st.integers(1, 2))
    bias = not draft.draw(st.booleans())
    filters = draft.draw(st.integers(1, 3))
    return ops.ConvLSTM2d(filters, kernel, stride=stride, padding=padding, sequences=sequences, bias=bias)


def _bridges(draft: Draft, video: bool) -> Ways:
    """The ways from these maps to sequences and vectors, the simplest first."""
    x, draw = draft.shape, draft.draw
    rank = len(x) - (3 if video else 2)
    pools = [[spatial.made(family, rank)] for family in ("GlobalAvgPool", "GlobalMaxPool")]
    if rank == 1:
        channels = [bridge.global_average(), bridge.channels()]
        return [[bridge.signal()], [bridge.flatten()], channels, *pools]
    if rank == 3:
        return [
            [bridge("n c d h w -> n d (c h w)")],
            [ops.Flatten(2), bridge.signal()],
            [ops.Flatten(1)],
            *pools,
        ]
    order = draw(st.sampled_from(("h w", "w h")))
    half = draw(st.sampled_from(spatial.divisors(int(x[-1]))))
    whole = [[bridge.global_average()], [bridge.global_max()], [bridge.attention_pool()]]
    kept = [*whole, [bridge.positions(order=order)]]
    return _of_video(draft, kept, pools, half) if video else _of_image(draft, kept, pools, half, order)


def _of_video(draft: Draft, kept: Ways, pools: Ways, half: int) -> Ways:
    hidden = draft.draw(st.integers(1, 3))
    inner = [ops.LSTM(hidden), *draft.draw(st.sampled_from(([], [ops.LastStep()])))]
    return [
        [bridge.flatten()],
        *kept,
        [bridge.per_location(inner)],
        [bridge("n t c h (w p) -> n t (w c h p)", p=half)],
        [bridge("n t c h w -> n (t h) (w c)")],
        *([ops.TimeDistributed(pool)] for pool in pools),
    ]


def _of_image(draft: Draft, kept: Ways, pools: Ways, half: int, order: str) -> Ways:
    steps: Ways = [[ops.Unsqueeze((1,))], [bridge.single_step()], [bridge.channels()]]
    return [
        [bridge.columns()],
        [bridge.rows()],
        [bridge.channels(order=order)],
        [bridge.conv1d(draft.draw(st.integers(1, 3)), 3, padding="same", order=order)],
        [ops.Flatten(2), ops.Permute((0, 2, 1))],
        [bridge("n c h (w p) -> n w (c h p)", p=half)],
        [bridge.flatten()],
        *kept,
        *([*pool, *step] for pool, step in zip([*pools, [bridge.global_average()]], steps, strict=True)),
    ]


def _steps(draft: Draft, most: int) -> None:
    """Layers of sequences, then a head that makes one vector of the steps, or none."""
    draw = draft.draw
    for _ in draft.several(most):
        width = draft.symbols.shapes[draft.reference][-1]
        whole: list[Any] = [_with_states, _attention] if isinstance(width, int) else [_with_states]
        layers = sequences.layers_for(draft.shape)
        chosen = draw(st.sampled_from([*layers, *whole]))
        if chosen in whole:
            chosen(draft)
        else:
            draft.extend(chosen(draw, draft.shape))
    if draft.shape[1] == 1 and draw(st.booleans()):
        draft.extend(ops.Squeeze((1,), strict=True) if draft.symbols.shapes[draft.reference][1] == 1 else [])
    elif draft.more():
        draft.extend(draft.one_of(sequences.heads_for(draft.shape), draft.shape))


def _attention(draft: Draft) -> None:
    """Every step looks at all steps, through several heads."""
    width = int(draft.shape[-1])
    heads = draft.draw(st.sampled_from(spatial.divisors(width)))
    attention = ops.MultiheadAttention(width, heads, scores="none", bias=draft.draw(st.booleans()))
    draft.reference = str(draft.add(attention, *(draft.reference,) * 3))


def _with_states(draft: Draft) -> None:
    """A recurrence whose last states start another one, or come out of the model."""
    draw = draft.draw
    kind: Any = draw(st.sampled_from((ops.LSTM, ops.GRU)))
    options = {"layers": draw(st.integers(1, 2)), "bidirectional": draw(st.booleans())}
    # Flat states, (batch, hidden), are those of one layer in one direction.
    options["stacked"] = options != {"layers": 1, "bidirectional": False} or draw(st.booleans())
    hidden = draw(st.integers(1, 3))
    out, *states = draft.add(kind(hidden, return_states=True, **options), draft.reference)
    flat = states[0] if isinstance(states[0], tuple) else tuple(states)
    draft.reference = str(out)
    if draw(st.booleans()):
        draft.reference = str(draft.add(kind(hidden, **options), draft.reference, *flat))
    else:
        draft.outputs.extend(flat)


def _vector(draft: Draft) -> None:
    """Learned maps of a vector, another input beside it."""
    draw = draft.draw
    if draw(st.integers(0, 4)) == 4:
        width = draw(st.integers(1, 3))
        other = draft._input(f"n {width}", f"{draft.numbers.inputs['x'][0]} {width}")
        draft.reference = str(draft.add(ops.Concat(-1), draft.reference, other))
    if draft.more():
        draft.extend(sequences.linear(draw, draft.shape))
    if draw(st.booleans()):
        draft.extend(sequences.normed(draw, draft.shape))
