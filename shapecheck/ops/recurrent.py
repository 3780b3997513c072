"""Recurrent layers: one state for each sample, carried from step to step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import NEVER, AllOf, AtLeast, Equal, Shape, product, total
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import stretches
from shapecheck.ops.linear import feature_need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


def state_need(
    op: Op, name: str, given: Shape, expected: Shape, subject: int, *, least: int | None = None
) -> Need:
    """An initial state has the shape that the input and the layer ask for.

    One of at least `least` axes may also be stretched to it.
    """
    if least is not None and len(given) >= least:
        claim: Claim = AllOf(Equal(given[-1], expected[-1]), stretches(given, expected))
    elif len(given) == len(expected):
        claim = AllOf(*(Equal(got, want) for got, want in zip(given, expected, strict=True)))
    else:
        claim = NEVER
    return Need(
        claim,
        "SHP114",
        "{label} expects {name} of shape {expected}, got {given}",
        subject=subject,
        label=op.label,
        name=name,
        expected=expected,
        given=given,
    )


class Recurrent(Op):
    """A sequence (batch, time, features) in, one output for each step or only the last, and the last states.

    With `return_states` the last states come out too. They are `stacked` by layers and directions, (layers,
    batch, hidden), as in torch, or flat, (batch, hidden), as in Keras. Further inputs are the initial states
    in the same form.
    """

    gates: ClassVar[int] = 1
    carried: ClassVar[tuple[str, ...]] = ("h",)
    # Axes that a flat state needs at least: one of a single sample serves the whole batch.
    least: ClassVar[int] = 1

    hidden: Size = attr(low=1)
    layers: Size = attr(1, low=1)
    bidirectional: bool = attr(False)
    batch_first: bool = attr(True)
    sequences: bool = attr(True)
    return_states: bool = attr(False)
    stacked: bool = attr(False)
    bias: bool = attr(True)
    dropout: Any = attr(0.0)
    projection: Size = attr(0, low=0)
    input_size: Size | None = attr(None, low=1)
    backwards: bool = attr(False)
    unbatched: bool = attr(False)
    codes = ("SHP101", "SHP103", "SHP114", "SHP120")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((3, 2) if self.unbatched else (3,), None)

    @property
    def structure(self) -> Any:
        if not self.return_states:
            return "out"
        if not self.stacked:
            return ("out", *self.carried)
        return ("out", self.carried if len(self.carried) > 1 else self.carried[0])

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        if rank == 2:
            return ("t", "d")
        return ("n", "t", "d") if self.batch_first else ("t", "n", "d")

    @property
    def directions(self) -> int:
        """1, or 2 for a bidirectional layer."""
        return 2 if self.bidirectional else 1

    @property
    def width(self) -> Size:
        """Features that one direction gives out."""
        return self.hidden if self.projection == 0 else self.projection

    def _batch(self, x: Shape) -> Shape:
        return Shape() if len(x) == 2 else Shape(x[0] if self.batch_first else x[1])

    def state_shapes(self, x: Shape) -> tuple[Shape, ...]:
        """The shape of each carried state."""
        batch = self._batch(x)
        stack = Shape(self.layers * self.directions) if self.stacked else Shape()
        return tuple(
            Shape(*stack, *batch, self.width if name == "h" else self.hidden) for name in self.carried
        )

    def out(self, *inputs: Shape) -> Any:
        x = inputs[0]
        features = self.directions * self.width
        y = Shape(*x[:-1], features) if self.sequences else Shape(*self._batch(x), features)
        states = self.state_shapes(x)
        if not self.return_states:
            return y
        if not self.stacked:
            return (y, *states)
        return (y, states if len(states) > 1 else states[0])

    def settings(self) -> Iterator[Need]:
        if self.projection != 0:
            yield Need(
                AtLeast(self.hidden, self.projection + 1),
                "SHP120",
                "{label} needs proj_size smaller than hidden_size, got {projection} and {hidden}",
                attribute="projection",
                label=self.label,
                projection=self.projection,
                hidden=self.hidden,
            )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        x = inputs[0]
        yield from feature_need(self, x[-1])
        for index, (name, expected) in enumerate(zip(self.carried, self.state_shapes(x), strict=True), 1):
            given = inputs[index] if index < len(inputs) else None
            if given is not None:
                least = None if self.stacked else self.least
                yield state_need(self, f"{name}0", given, expected, index, least=least)

    def _places(self, x: Shape) -> Iterator[tuple[str, Size]]:
        for layer in range(self.layers):
            for direction in ("", ".reverse")[: self.directions]:
                yield f".{layer}{direction}", x[-1] if layer == 0 else self.directions * self.width

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        found = {}
        rows = self.gates * self.hidden
        for place, features in self._places(inputs[0]):
            found["input" + place] = Shape(rows, features)
            found["recurrent" + place] = Shape(rows, self.width)
            if self.bias:
                found.update(self._biases(place, rows))
            if self.projection != 0:
                found["projection" + place] = Shape(self.projection, self.hidden)
        return found

    def _biases(self, place: str, rows: Size) -> dict[str, Shape]:
        return {"bias" + place: Shape(rows)}

    def macs(self, *inputs: Shape) -> Size:
        steps = product(inputs[0][:-1])
        matrices = [shape for shape in self.weights(*inputs).values() if len(shape) == 2]
        return steps * total(product(shape) for shape in matrices)

    def moves(self, *inputs: Shape) -> Moves | None:
        return None if self.return_states else self._moves_of_output(inputs[0])

    def _moves_of_output(self, x: Shape) -> Moves:
        if self.sequences:
            return (*(((0, axis),) for axis in range(len(x) - 1)), ())
        return (((0, 0 if self.batch_first else 1),), ()) if len(x) == 3 else ((),)

    def moves_each(self, *inputs: Shape) -> tuple[Moves | None, ...] | None:
        if not self.return_states:
            return None
        x = inputs[0]
        batch: Moves = (((0, 0 if self.batch_first else 1),),) if len(x) == 3 else ()
        state: Moves = ((), *batch, ()) if self.stacked else (*batch, ())
        return (self._moves_of_output(x), *(state for _ in self.carried))

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        return self if x is None or self.input_size is not None else self.replace(input_size=x[-1])


class RNN(Recurrent):
    """The plain recurrence: a learned mix of input and last output, through `activation`."""

    activation: str = attr("tanh")


class LSTM(Recurrent):
    """Long short-term memory: input, forget, cell and output gates over a cell carried beside the output."""

    gates = 4
    carried = ("h", "c")


class GRU(Recurrent):
    """Gated recurrent unit: reset and update gates. With `reset_after` the recurrence has its own bias."""

    gates = 3
    least = 2
    reset_after: bool = attr(True)

    def _biases(self, place: str, rows: Size) -> dict[str, Shape]:
        if not self.reset_after:
            return {"bias" + place: Shape(rows)}
        return {"bias_input" + place: Shape(rows), "bias_recurrent" + place: Shape(rows)}


class Cell(Op):
    """One step of a recurrent layer: (batch, features) and the states in, the new states out.

    With `listed` the output comes first and all states as a tuple after it.
    """

    gates: ClassVar[int] = 1
    carried: ClassVar[tuple[str, ...]] = ("h",)

    hidden: Size = attr(low=0)
    input_size: Size | None = attr(None, low=0)
    bias: bool = attr(True)
    unbatched: bool = attr(False)
    listed: bool = attr(False)
    codes = ("SHP101", "SHP103", "SHP114", "SHP120")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((2, 1) if self.unbatched else (2,), None)

    @property
    def structure(self) -> Any:
        if self.listed:
            return ("out", self.carried)
        return self.carried if len(self.carried) > 1 else "out"

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "d")[-rank:]

    def out(self, *inputs: Shape) -> Any:
        state = Shape(*inputs[0][:-1], self.hidden)
        states = (state,) * len(self.carried)
        if self.listed:
            return (state, states)
        return states if len(states) > 1 else state

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        x = inputs[0]
        yield from feature_need(self, x[-1])
        expected = Shape(*x[:-1], self.hidden)
        for index, name in enumerate(self.carried, 1):
            given = inputs[index] if index < len(inputs) else None
            if given is not None:
                yield state_need(self, f"{name}0", given, expected, index)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        rows = self.gates * self.hidden
        found = {"input": Shape(rows, inputs[0][-1]), "recurrent": Shape(rows, self.hidden)}
        return {**found, **self._biases(rows)} if self.bias else found

    def _biases(self, rows: Size) -> dict[str, Shape]:
        return {"bias": Shape(rows)}

    def macs(self, *inputs: Shape) -> Size:
        x = inputs[0]
        return product((*x[:-1], self.gates, self.hidden, total((x[-1], self.hidden))))

    def moves(self, *inputs: Shape) -> Moves | None:
        return (*(((0, axis),) for axis in range(len(inputs[0]) - 1)), ())

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        return self if x is None or self.input_size is not None else self.replace(input_size=x[-1])


class RNNCell(Cell):
    """One step of the plain recurrence."""

    activation: str = attr("tanh")


class LSTMCell(Cell):
    """One step of an LSTM."""

    gates = 4
    carried = ("h", "c")


class GRUCell(Cell):
    """One step of a GRU."""

    gates = 3
    reset_after: bool = attr(True)

    def _biases(self, rows: Size) -> dict[str, Shape]:
        return (
            {"bias_input": Shape(rows), "bias_recurrent": Shape(rows)}
            if self.reset_after
            else {"bias": Shape(rows)}
        )
