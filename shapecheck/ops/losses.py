"""Losses: a prediction and a target in, one number or one for each element out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, AnyOf, Differs, Equal, Proof, Shape, equal
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_needs
from shapecheck.ops.elementwise import room_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim


def loss_need(claim: Claim, name: str, x: Shape, target: Shape, fact: str, subject: int = 1) -> Need:
    """A need of the loss `name` on prediction `x` and `target`."""
    return Need(
        claim,
        "SHP118",
        "{name} of the prediction {x} and the target {target}: {fact}",
        subject=subject,
        name=name,
        x=x,
        target=target,
        fact=fact,
    )


class ElementLoss(Op):
    """A loss of each pair of elements. Inputs: prediction, target, and further tensors that take part.

    The shapes broadcast, or with `strict` must be equal; with `same_rank` they have as many axes, with
    `into_first` the result has the shape of the prediction. `reduced` gives one number; else one for each
    element, with `drops` last axes gone.
    """

    name: str = attr()
    reduced: bool = attr(True)
    strict: bool = attr(False)
    drops: int = attr(0)
    same_rank: bool = attr(False)
    into_first: bool = attr(False)

    codes = ("SHP118", "SHP106")

    @property
    def label(self) -> str:
        return self.name

    def out(self, *inputs: Shape) -> Shape:
        if self.reduced:
            return Shape()
        shape = broadcast(inputs)
        return shape[: len(shape) - self.drops]

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        x, target = inputs[:2]
        if self.same_rank:
            for index, other in enumerate(inputs[1:], 1):
                if len(other) != len(x):
                    yield loss_need(NEVER, self.name, x, other, f"{len(x)} against {len(other)} axes", index)
        if self.drops and not x:
            yield loss_need(NEVER, self.name, x, target, "the prediction has no axes")
        if self.strict:
            if len(x) != len(target):
                yield loss_need(NEVER, self.name, x, target, f"{len(x)} against {len(target)} axes")
            for axis, (a, b) in enumerate(zip(x, target, strict=False)):
                if a != b:
                    yield loss_need(Equal(a, b), self.name, x, target, f"axis {axis} is {a} against {b}")
        for need in broadcast_needs(f"compare in {self.name}", inputs):
            need.code = "SHP118" if need.subject == 1 else need.code
            yield need
        if self.into_first:
            for need in room_needs(self.name, x, broadcast(inputs)):
                need.code = "SHP118"
                yield need


class ClassLoss(Op):
    """A loss of scores for classes against the number of the right class, or against probabilities.

    Scores have the classes in axis 1, or in their only axis. Targets of the scores' own shape are
    probabilities, where `probabilities` allows them; all others name a class. `whole` says that the target
    is known to hold integers, which are no probabilities. Inputs: scores, target, and the weight of each
    class.
    """

    name: str = attr()
    reduced: bool = attr(True)
    probabilities: bool = attr(True)
    whole: bool = attr(False)

    codes = ("SHP118",)

    @property
    def label(self) -> str:
        return self.name

    def _soft(self, x: Shape, target: Shape) -> bool:
        return self.probabilities and not self.whole and len(x) == len(target)

    def out(self, x: Shape, target: Shape, weight: Shape | None = None) -> Shape:
        if self.reduced:
            return Shape()
        if not self._soft(x, target):
            return target
        return x[:1] + x[2:] if len(x) > 1 else Shape()

    def needs(self, x: Shape, target: Shape, weight: Shape | None = None) -> Iterator[Need]:
        if not x:
            yield loss_need(NEVER, self.name, x, target, "there are no classes")
            return
        if weight is not None:
            classes = x[min(len(x) - 1, 1)]
            right = Equal(weight[0], classes) if len(weight) == 1 else NEVER
            yield loss_need(right, self.name, x, target, f"{weight} weights for {classes} classes", 2)
        if self._soft(x, target):
            for axis, (a, b) in enumerate(zip(x, target, strict=True)):
                if a != b:
                    yield loss_need(Equal(a, b), self.name, x, target, f"axis {axis} is {a} against {b}")
            return
        wanted = x[:1] + x[2:] if len(x) > 1 else Shape()
        if len(wanted) != len(target):
            yield loss_need(NEVER, self.name, x, target, f"a class for each of {wanted} is wanted")
            return
        for axis, (a, b) in enumerate(zip(wanted, target, strict=True)):
            if a != b:
                fact = f"a class for each of {wanted} is wanted, axis {axis} is {b}"
                yield loss_need(Equal(a, b), self.name, x, target, fact)


class LastAxisLoss(Op):
    """Keras' losses: elements are compared, and the last axis is averaged away. Inputs: target, prediction.

    With `squeezes`, where one of the two has a last axis of size 1 more, it is dropped first. `classes` says that
    the target names classes: it has no last axis, or with `squeezes` one of size 1.
    """

    name: str = attr()
    reduced: bool = attr(False)
    strict: bool = attr(False)
    classes: bool = attr(False)
    squeezes: bool = attr(True)

    codes = ("SHP118",)

    @property
    def label(self) -> str:
        return self.name

    def aligned(self, target: Shape, x: Shape) -> tuple[Shape, Shape]:
        """Both shapes with the same rank, where one has an axis of size 1 more: it is dropped,
        or given to a vector.
        """
        longer = x if len(x) > len(target) else target
        if not self.squeezes or abs(len(x) - len(target)) != 1 or longer[-1] != 1:
            return target, x
        return self._dropped(target, x)

    def _dropped(self, target: Shape, x: Shape) -> tuple[Shape, Shape]:
        if len(x) > len(target):
            return (target + Shape(1), x) if len(target) == 1 else (target, x[:-1])
        return (target, x + Shape(1)) if len(x) == 1 else (target[:-1], x)

    def _doubtful(self, target: Shape, x: Shape) -> bool:
        """Whether it depends on a symbol that may be 1 how the shapes are aligned."""
        longer = x if len(x) > len(target) else target
        return self.squeezes and abs(len(x) - len(target)) == 1 and not isinstance(longer[-1], int)

    def out(self, target: Shape, x: Shape, weight: Shape | None = None) -> Shape:
        if self.reduced:
            return Shape()
        if self.classes:
            return x[:-1]
        return broadcast(self.aligned(target, x))[:-1]

    def presumes(self, target: Shape, x: Shape, weight: Shape | None = None) -> list[Claim]:
        return [NEVER] if not self.classes and not self.reduced and self._doubtful(target, x) else []

    def needs(self, target: Shape, x: Shape, weight: Shape | None = None) -> Iterator[Need]:
        if self.classes:
            yield from self._class_needs(target, x)
            return
        if not self._doubtful(target, x):
            yield from self._pair_needs(target, x, self.aligned(target, x))
            return
        # A last axis of unknown size is dropped if it is 1: each need holds on one side of that only.
        last = (x if len(x) > len(target) else target)[-1]
        for need in self._pair_needs(target, x, (target, x)):
            need.claim = AnyOf(need.claim, Equal(last, 1))
            yield need
        for need in self._pair_needs(target, x, self._dropped(target, x)):
            need.claim = AnyOf(need.claim, Differs(last, 1))
            yield need

    def _pair_needs(self, target: Shape, x: Shape, pair: tuple[Shape, Shape]) -> Iterator[Need]:
        left, right = pair
        if self.strict and len(left) != len(right):
            yield loss_need(NEVER, self.name, x, target, f"{len(right)} against {len(left)} axes", 0)
        for axis, (a, b) in enumerate(zip(left, right, strict=False) if self.strict else ()):
            if a != b:
                yield loss_need(Equal(a, b), self.name, x, target, f"axis {axis} is {b} against {a}", 0)
        if not right and not left:
            yield loss_need(NEVER, self.name, x, target, "there is no axis to average", 0)
        for need in broadcast_needs(f"compare in {self.name}", (left, right)):
            need.code = "SHP118"
            yield need

    def _class_needs(self, target: Shape, x: Shape) -> Iterator[Need]:
        if not x:
            yield loss_need(NEVER, self.name, x, target, "there are no classes")
            return
        wanted = x[:-1]
        have = target
        if self.squeezes and len(have) == len(wanted) + 1 and equal(have[-1], 1) is not Proof.NO:
            yield loss_need(Equal(have[-1], 1), self.name, x, target, "a target holds one class each", 0)
            have = have[:-1]
        if len(have) != len(wanted):
            yield loss_need(NEVER, self.name, x, target, f"a class for each of {wanted} is wanted", 0)
            return
        for a, b in zip(wanted, have, strict=True):
            if a != b:
                yield loss_need(
                    Equal(a, b), self.name, x, target, f"a class for each of {wanted} is wanted", 0
                )


class SoftmaxLoss(Op):
    """TensorFlow's softmax cross entropy: both tensors become matrices, and the labels broadcast to the
    logits.

    Inputs: labels, logits.
    """

    title = "softmax_cross_entropy_with_logits"

    codes = ("SHP118",)

    def out(self, labels: Shape, logits: Shape) -> Shape:
        return logits[:-1]

    def needs(self, labels: Shape, logits: Shape) -> Iterator[Need]:
        for index, shape in enumerate((labels, logits)):
            if not shape:
                yield loss_need(NEVER, self.label, logits, labels, "there are no classes", index)
        if not labels or not logits:
            return
        a, b = labels[-1], logits[-1]
        claim = AnyOf(Equal(a, b), Equal(a, 1), Equal(b, 1))
        yield loss_need(claim, self.label, logits, labels, f"{b} classes against {a}", 0)
        rows, wanted = labels[:-1].size, logits[:-1].size
        claim = AnyOf(Equal(rows, wanted), Equal(rows, 1))
        yield loss_need(claim, self.label, logits, labels, f"{wanted} predictions against {rows} targets", 0)


class TripletLoss(Op):
    """Distances along the last axis between an anchor and two others, which broadcast."""

    name: str = attr()
    reduced: bool = attr(True)

    codes = ("SHP118", "SHP106")

    @property
    def label(self) -> str:
        return self.name

    def out(self, *inputs: Shape) -> Shape:
        return Shape() if self.reduced else broadcast(inputs)[:-1]

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        anchor = inputs[0]
        for index, other in enumerate(inputs[1:], 1):
            if len(other) != len(anchor):
                yield loss_need(NEVER, self.name, anchor, other, "not the same number of axes", index)
        if not anchor:
            yield loss_need(NEVER, self.name, anchor, inputs[1], "there is no axis to measure along")
        yield from broadcast_needs(f"compare in {self.name}", inputs)


class CtcLoss(Op):
    """Connectionist temporal classification. Inputs: (t, n, c) or (t, c) log-probabilities, targets, and
    both lengths.

    Lengths given as lists of numbers are not among the inputs.
    """

    reduced: bool = attr(True)
    title = "ctc_loss"

    codes = ("SHP118", "SHP103")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((3, 2), (2, 1), (1, 0))

    def out(self, x: Shape, *others: Shape) -> Shape:
        return Shape() if self.reduced or len(x) == 2 else Shape(x[1])

    def needs(self, x: Shape, *others: Shape) -> Iterator[Need]:
        target = others[0]
        if len(x) != 3:
            return
        if len(target) == 2:
            fact = f"{x[1]} sequences against {target[0]} targets"
            yield loss_need(Equal(x[1], target[0]), self.label, x, target, fact)
        for index, lengths in enumerate(others[1:], 2):
            right = Equal(lengths[0], x[1]) if lengths else AnyOf(Equal(x[1], 1))
            yield loss_need(right, self.label, x, target, f"lengths {lengths} for {x[1]} sequences", index)
