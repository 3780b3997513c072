"""Operators over operators: one step at a time, both directions, and weights that come as inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AllOf, Equal, Shape, product, total
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import stretches
from shapecheck.ops.linear import at_least_axes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


def each_shape(function: Callable[[Shape], Any], shapes: Any) -> Any:
    """A nested tuple of shapes with the function applied to each."""
    if isinstance(shapes, Shape):
        return function(shapes)
    return tuple(each_shape(function, shape) for shape in shapes)


def one_step(x: Shape) -> Shape:
    """What the wrapped layer sees of (n, t, …): (n, …)."""
    return Shape(x[0], *x[2:])


def all_steps(x: Shape, step: Any) -> Any:
    """What comes out for `x` when one step gives `step`: its shapes with the time axis put back."""
    return each_shape(lambda shape: Shape(shape[0], x[1], *shape[1:]), step)


class TimeDistributed(Op):
    """Apply `inner`, an operator or a tuple of them one after the other, to every step of axis 1."""

    inner: Any = attr()
    codes = ("SHP103",)

    def _chain(self) -> tuple[Op, ...]:
        return self.inner if isinstance(self.inner, tuple) else (self.inner,)

    def _stages(self, x: Shape) -> Iterator[tuple[str, Op, Any]]:
        chain = self._chain()
        step: Any = one_step(x)
        for index, op in enumerate(chain):
            yield f"{index}." if isinstance(self.inner, tuple) else "", op, step
            if index + 1 < len(chain):
                step = op.out(step)

    @property
    def structure(self) -> Any:
        return self._chain()[-1].structure

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        names = self._chain()[0].axis_names(rank - 1)
        return None if names is None else (names[0], "t", *names[1:])

    def out(self, *inputs: Shape) -> Any:
        (x,) = inputs
        step: Any = one_step(x)
        for op in self._chain():
            step = op.out(step)
        return all_steps(x, step)

    def settings(self) -> Iterator[Need]:
        for op in self._chain():
            yield from op.construction_needs()

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from at_least_axes(self, x, 3)
        for _, op, step in self._stages(x):
            yield from op.all_needs(step)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        stages = self._stages(inputs[0])
        return {
            prefix + name: shape for prefix, op, step in stages for name, shape in op.weights(step).items()
        }

    def states(self, *inputs: Shape) -> dict[str, Shape]:
        stages = self._stages(inputs[0])
        return {
            prefix + name: shape for prefix, op, step in stages for name, shape in op.states(step).items()
        }

    def macs(self, *inputs: Shape) -> Size:
        x = inputs[0]
        return product((x[1], total(op.macs(step) for _, op, step in self._stages(x))))

    def moves(self, *inputs: Shape) -> Moves | None:
        if isinstance(self.inner, tuple):
            return None
        moves = self.inner.moves(one_step(inputs[0]))
        if moves is None:
            return None
        first, *rest = (tuple((source, axis + 1 if axis else 0) for source, axis in pairs) for pairs in moves)
        return (first, ((0, 1),), *rest)

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        if x is None:
            return self
        built = tuple(op.built_for(step) for _, op, step in self._stages(x))
        return self.replace(inner=built if isinstance(self.inner, tuple) else built[0])


class Bidirectional(Op):
    """`inner`, a recurrent operator, forwards and a second one backwards.

    `merge` joins the two outputs on their last axis ("concat") or element by element ("sum", "mul", "ave");
    None gives both. Last states come out flat, those of the forward one first; initial states come in
    likewise.
    """

    inner: Op = attr()
    merge: str | None = attr("concat", choices=("concat", "sum", "mul", "ave", None))
    backward: Op | None = attr(None)
    codes = ("SHP101", "SHP103", "SHP114")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return self.inner.ranks

    @property
    def structure(self) -> Any:
        inner = self.inner.structure
        outs = ("out",) if self.merge is not None else ("forward", "backward")
        states = () if isinstance(inner, str) else (*inner[1:], *(f"{name}_backward" for name in inner[1:]))
        return outs[0] if len(outs) == 1 and not states else (*outs, *states)

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return self.inner.axis_names(rank)

    def _halves(self, inputs: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        x, *states = inputs
        half = len(states) // 2
        return (x, *states[:half]), (x, *states[half:])

    def _both(self) -> tuple[Op, Op]:
        return self.inner, self.inner if self.backward is None else self.backward

    def out(self, *inputs: Shape) -> Any:
        forward, backward = (
            op.out(*half) for op, half in zip(self._both(), self._halves(inputs), strict=True)
        )
        several = not isinstance(forward, Shape)
        (left, *left_states), (right, *right_states) = (
            (forward, backward) if several else ((forward,), (backward,))
        )
        if self.merge is None:
            return (left, right, *left_states, *right_states)
        merged = Shape(*left[:-1], left[-1] + right[-1]) if self.merge == "concat" else left
        return (merged, *left_states, *right_states) if several else merged

    def settings(self) -> Iterator[Need]:
        for op in self._both():
            yield from op.construction_needs()

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        for op, half in zip(self._both(), self._halves(inputs), strict=True):
            yield from op.needs(*half)

    def _prefixed(self, method: str, inputs: tuple[Shape, ...]) -> dict[str, Shape]:
        sides = zip(("forward.", "backward."), self._both(), self._halves(inputs), strict=True)
        return {
            prefix + name: shape
            for prefix, op, half in sides
            for name, shape in getattr(op, method)(*half).items()
        }

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return self._prefixed("weights", inputs)

    def states(self, *inputs: Shape) -> dict[str, Shape]:
        return self._prefixed("states", inputs)

    def macs(self, *inputs: Shape) -> Size:
        return total(op.macs(*half) for op, half in zip(self._both(), self._halves(inputs), strict=True))

    def moves(self, *inputs: Shape) -> Moves | None:
        return self.inner.moves(*self._halves(inputs)[0]) if self.merge is not None else None

    def built_for(self, *inputs: Shape | None) -> Op:
        forward, backward = (
            op.built_for(*half) for op, half in zip(self._both(), self._halves(inputs), strict=True)
        )
        return self.replace(inner=forward, backward=None if self.backward is None else backward)


def _fitting(fit: str, given: Shape, expected: Shape) -> Claim:
    if fit == "count":
        return Equal(product(given), product(expected))
    if fit == "stretches":
        return stretches(given, expected)
    if len(given) != len(expected):
        return NEVER
    same: Claim = AllOf(*(Equal(got, want) for got, want in zip(given, expected, strict=True)))
    return same


class Supplied(Op):
    """The operator `inner` whose weights come as further inputs, named by `names`: torch.nn.functional.

    `fits` says for each how its shape is compared with what the operator would make: "equal", by the "count"
    of its elements, or that it "stretches" to the output. The last entry stands for all further ones.
    """

    inner: Op = attr()
    names: tuple[str, ...] = attr()
    fits: tuple[str, ...] = attr(("equal",))
    codes = ("SHP101", "SHP102", "SHP103")

    @property
    def label(self) -> str:
        return self.inner.label

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return (self.inner.ranks[0], None)

    @property
    def structure(self) -> Any:
        return self.inner.structure

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return self.inner.axis_names(rank)

    def out(self, *inputs: Shape) -> Any:
        return self.inner.out(inputs[0])

    def settings(self) -> Iterator[Need]:
        return self.inner.construction_needs()

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        x = inputs[0]
        yield from self.inner.needs(x)
        declared = {**self.inner.weights(x), **self.inner.states(x)}
        for index, (name, given) in enumerate(zip(self.names, inputs[1:], strict=False), 1):
            if given is not None and name in declared:
                fit = self.fits[min(index, len(self.fits)) - 1]
                expected = self.inner.out(x) if fit == "stretches" else declared[name]
                yield Need(
                    _fitting(fit, given, expected),
                    "SHP101",
                    "{label} expects its {name} in shape {expected}, got {given}",
                    subject=index,
                    label=self.label,
                    name=name,
                    expected=expected,
                    given=given,
                )

    def macs(self, *inputs: Shape) -> Size:
        return self.inner.macs(inputs[0])

    def moves(self, *inputs: Shape) -> Moves | None:
        return self.inner.moves(inputs[0])
