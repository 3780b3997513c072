"""One application of an operator, as every operator function of this backend receives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from .bounded import Bounded


class Call:
    """The operator, its weights and states by name, its inputs, and whether it is trained at the moment.

    `generator` draws what dropout drops.
    """

    __slots__ = ("generator", "inputs", "op", "training", "weights")

    def __init__(
        self,
        op: Any,
        weights: Mapping[str, Bounded],
        inputs: Sequence[Bounded | None],
        *,
        training: bool = False,
        generator: np.random.Generator | None = None,
    ) -> None:
        self.op = op
        self.weights = weights
        self.inputs = inputs
        self.training = training
        self.generator = generator

    @property
    def x(self) -> Bounded:
        """The first input."""
        first = self.inputs[0]
        assert first is not None
        return first

    @property
    def given(self) -> list[Bounded]:
        """The inputs that are there."""
        return [x for x in self.inputs if x is not None]

    def out(self) -> Any:
        """The shapes that come out, by the operator's own rule."""
        return self.op.out(*(None if x is None else Shape(*x.shape) for x in self.inputs))

    def of(self, op: Any, *inputs: Bounded) -> Call:
        """The call of another operator with the same weights."""
        return Call(op, self.weights, inputs, training=self.training, generator=self.generator)
