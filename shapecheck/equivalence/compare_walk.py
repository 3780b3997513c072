"""Going through the pairs of layers in order: weights from left to right, and the first place where the models part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.equivalence.compare_causes import between_cause
from shapecheck.equivalence.compare_checks import checked
from shapecheck.equivalence.compare_entries import entries, of_layer, to_layer
from shapecheck.equivalence.compare_pairing import Pairing, paired
from shapecheck.equivalence.compare_report import ComparisonError, Departure, PairReport, shapes_text
from shapecheck.equivalence.compare_settings import settings_between, values_between, weights_between
from shapecheck.equivalence.compare_values import (
    aligned,
    difference,
    flat_shape,
    folded,
    outputs_fitted,
    turned,
)
from shapecheck.ops.activation import Activation, Softmax
from shapecheck.ops.linear import Embedding, Linear

if TYPE_CHECKING:
    from shapecheck.backend import Array, Arrays
    from shapecheck.equivalence.compare_entries import Entry
    from shapecheck.equivalence.compare_inputs import Case
    from shapecheck.equivalence.compare_report import Comparison, OutputReport
    from shapecheck.equivalence.compare_trace import Observer, Trace
    from shapecheck.equivalence.compare_values import Difference


class Walk:
    """The layers of both models, paired."""

    def __init__(self, report: Comparison, left: Observer, right: Observer) -> None:
        self.report = report
        self.left = left
        self.right = right
        self.pairing = Pairing((), (), ())
        self.loose: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.rows = 2
        self.entries: tuple[list[Entry], list[Entry]] = ([], [])
        self.seen: list[tuple[bool, Departure]] = []

    def depart(
        self, kind: str, place: str, sentence: str, cause: str, case: Case, *, proven: bool = True
    ) -> None:
        """Write down where the models part. `proven`: whatever comes after, the two are not the same there."""
        self.seen.append((proven, Departure(kind, place, sentence, cause, str(case))))

    def settle(self) -> None:
        """Keep the first place where the models part in this case.

        Where all outputs agree, layers that were given something else are no proof: one model may pad, crop or move
        axes before a layer and the other in it or behind it.
        """
        together = not any(departure.place.startswith("output") for _, departure in self.seen)
        kept = [departure for proven, departure in self.seen if proven or not together]
        self.report.departures += kept[:1]
        for proven, departure in self.seen:
            note = f"{departure.sentence}; they come together again behind it"
            if together and not proven and not kept and note not in self.report.notes:
                self.report.notes.append(note)
        self.seen.clear()

    def pair(self, left: Trace, right: Trace) -> None:
        """Pair the layers of two runs, and write them down."""
        self.pairing = self._paired(left, right)
        self.loose = (left.loose, right.loose)
        for mine, yours in self.pairing.pairs:
            pair = PairReport(mine.title, yours.title, mine.kind, (mine.own, yours.own))
            pair.notes += settings_between(mine, yours)
            if mine.weighty:
                pair.notes += weights_between(self._held(mine, self.left), self._held(yours, self.right))
            self.report.pairs.append(pair)
        for side, alone in (("left", self.pairing.left), ("right", self.pairing.right)):
            self.report.unpaired[side] = [f"{entry.title} ({entry.own})" for entry in alone]
        for side, names in zip(("left", "right"), self.loose, strict=True):
            self.report.unpaired[side] += [f"{name} (a weight of no layer that is known)" for name in names]
        counts = [
            int(call.op.count)
            for trace in (left, right)
            for call in trace.calls
            if isinstance(call.op, Embedding)
        ]
        self.rows = min(counts, default=2)

    def _paired(self, left: Trace, right: Trace) -> Pairing:
        mine = entries(left.calls, [self.left.weights(call) for call in left.calls])
        yours = entries(right.calls, [self.right.weights(call) for call in right.calls])
        self.entries = (mine, yours)
        return paired(mine, yours)

    def _before(self, mine: Entry, yours: Entry) -> list[Array]:
        """What was given last before these layers, by either model."""
        found = []
        for entry, every in zip((mine, yours), self.entries, strict=True):
            place = next(index for index, each in enumerate(every) if each is entry)
            output = every[place - 1].output if place else None
            if output is not None:
                found.append(output)
        return found

    def transfer(self) -> None:
        """Copy weights along the pairs; ComparisonError where a layer with weights has no partner."""
        problems = [f"{side} {name}" for side, names in self.report.unpaired.items() for name in names]
        if problems:
            raise ComparisonError(
                f"weights cannot be copied: {', '.join(problems)} has no partner; the pairs are "
                f"{', '.join(f'{pair.left} with {pair.right}' for pair in self.report.pairs) or 'none'}"
            )
        layers: set[int] = set()
        for mine, yours in self.pairing.pairs:
            if mine.weighty:
                own = self._held(mine, self.left)
                known = self._held(yours, self.right)
                fitting = {n: a for n, a in own.items() if n in known and known[n].shape == a.shape}
                self.right.set_weights(yours.calls[0], to_layer(fitting, yours.layer))
                layers.add(id(yours.calls[0].layer))
        self.report.transferred = len(layers)

    def weights(self) -> None:
        """Say of models that agree which weights differ all the same: outputs may hardly depend on one."""
        for mine, yours in self.pairing.pairs:
            report = self.report.pair(mine.title, yours.title)
            if mine.weighty and report is not None:
                report.notes += values_between(self._held(mine, self.left), self._held(yours, self.right))

    def _held(self, entry: Entry, observer: Observer) -> Arrays:
        return of_layer(observer.weights(entry.calls[0]), entry.layer, entry.stack)

    def values(self, case: Case, left: Trace, right: Trace) -> None:
        """Compare what the paired layers were given and what they gave."""
        self.pairing = self._paired(left, right)
        before: tuple[Entry, Entry] | None = None
        for mine, yours in self.pairing.pairs:
            report = self.report.pair(mine.title, yours.title)
            if report is not None:
                self._pair(case, report, mine, yours, before)
            before = (mine, yours)

    def _pair(
        self, case: Case, report: PairReport, mine: Entry, yours: Entry, before: tuple[Entry, Entry] | None
    ) -> None:
        if isinstance(mine.op, Activation | Softmax):
            self._without_weights(case, report, mine, yours)
            return
        between = self._between(case, report, mine, yours)
        alike = self._given_alike(mine, yours)
        if not alike and between is not None and between.ok:
            # Padded before the layer or in it, features in another order and kernels too: the same in the end.
            report.record(between, None)
            return
        if not alike:
            self._incoming(case, mine, yours, before)
        weights = self._held(mine, self.left) if mine.weighty else {}
        others = self._held(yours, self.right) if yours.weighty else {}
        check = checked(mine, yours, weights, others)
        report.record(between, None if check is None else check.measured)
        if check is not None and not check.measured.ok:
            words = f"{check.measured.error:.1e} away, {check.measured.allowed:.1e} allowed"
            words = f"for the same input the right gives numbers {words}"
            self._values_depart(case, report, mine, yours, words, check.cause)
        elif check is None and between is not None and not between.ok:
            words = f"its results differ by up to {between.error:.1e}, {between.allowed:.1e} allowed"
            self._values_depart(case, report, mine, yours, words, "", proven=alike)

    def _without_weights(self, case: Case, report: PairReport, mine: Entry, yours: Entry) -> None:
        """A layer that has no weights may be given any layout: what it gives counts where it was given the same."""
        one, other, left, right = mine.input, yours.input, mine.output, yours.output
        if one is None or other is None or left is None or right is None:
            return
        report.shape = report.shape or shapes_text(left.shape, right.shape)
        for given, found in (
            zip(turned(other), turned(right), strict=True) if other.ndim == right.ndim else ()
        ):
            start, end = folded(one, given), folded(left, found)
            if start is not None and end is not None and difference(*start).ok:
                between = difference(*end)
                report.record(between, None)
                if not between.ok:
                    words = f"its results differ by up to {between.error:.1e}, {between.allowed:.1e} allowed"
                    self._values_depart(case, report, mine, yours, words, "")
                return

    def _between(self, case: Case, report: PairReport, mine: Entry, yours: Entry) -> Difference | None:
        """How far what the layers gave is apart; None where it is not seen of one."""
        one, other = mine.output, yours.output
        if one is None or other is None:
            return None
        report.shape = report.shape or shapes_text(one.shape, other.shape)
        fitting = aligned(one, other, mine.op, yours.op)
        if fitting is None:
            words = f"{flat_shape(one.shape)} on the left, {flat_shape(other.shape)} on the right"
            place = _both(mine, yours)
            cause = "; ".join(report.notes)
            self.depart("shape", place, f"{place} gives {words}", cause, case, proven=False)
            return None
        return difference(*fitting)

    def _given_alike(self, mine: Entry, yours: Entry) -> bool:
        """Whether both were given the same; what comes to a layer inside a stack is not seen, and counts as alike."""
        if mine.input is None or yours.input is None:
            return True
        fitting = folded(mine.input, yours.input)
        return fitting is not None and difference(*fitting).ok

    def _incoming(self, case: Case, mine: Entry, yours: Entry, before: tuple[Entry, Entry] | None) -> None:
        """What comes into the layers differs already."""
        one, other = mine.input, yours.input
        if one is None or other is None:
            return
        fitting = folded(one, other)
        place = _both(mine, yours)
        start = "the input" if before is None else _both(*before)
        if fitting is None:
            words = f"is of shape {flat_shape(one.shape)} on the left, {flat_shape(other.shape)} on the right"
        else:
            found = difference(*fitting)
            words = f"differs by up to {found.error:.1e}, {found.allowed:.1e} allowed"
        sentence = f"between {start} and {place}: what comes into {place} {words}"
        cause = between_cause(*(fitting or (one, other)), self._before(mine, yours))
        self.depart("before", place, sentence, cause, case, proven=False)

    def _values_depart(
        self,
        case: Case,
        report: PairReport,
        mine: Entry,
        yours: Entry,
        words: str,
        cause: str,
        *,
        proven: bool = True,
    ) -> None:
        causes = [cause] if cause else []
        if mine.weighty and not causes:
            causes += values_between(self._held(mine, self.left), self._held(yours, self.right))
            if causes and self.report.transferred is None:
                causes.append("the weights are compared as they are: transfer=True copies them first")
        causes += [note for note in report.notes if note not in causes]
        place = _both(mine, yours)
        sentence = f"{place} ({mine.own} and {yours.own}): {words}"
        self.depart("values", place, sentence, "; ".join(causes), case, proven=proven)

    def _scale_of_last(self) -> float:
        """The largest number that a last linear layer sums up: its few sums may be near 0 by chance."""
        last = self.pairing.pairs[-1][0] if self.pairing.pairs else None
        if last is None or not isinstance(last.op, Linear) or last.input is None:
            return 0.0
        return float(abs(last.input).max(initial=0.0))

    def output(self, case: Case, report: OutputReport, left: Array, right: Array) -> None:
        """Compare one output of the models."""
        fitting = outputs_fitted(left, right)
        report.shape = report.shape or shapes_text(left.shape, right.shape)
        name = f"output {report.number}"
        if fitting is None:
            report.record(difference(left, right))
            words = f"{flat_shape(left.shape)} on the left, {flat_shape(right.shape)} on the right"
            self.depart("shape", name, f"{name} is {words}", "", case)
            return
        if fitting.moved and f"{name} of the right model: {fitting.moved}" not in self.report.adapted:
            self.report.adapted.append(f"{name} of the right model: {fitting.moved}")
        found = difference(fitting.left, fitting.right, scale=self._scale_of_last())
        report.record(found)
        if not found.ok:
            last = "the inputs" if not self.pairing.pairs else _both(*self.pairing.pairs[-1])
            sentence = (
                f"{name} differs by up to {found.error:.1e}, {found.allowed:.1e} allowed, behind {last}"
            )
            cause = between_cause(fitting.left, fitting.right, [])
            self.depart("output", name, sentence, cause, case)


def _both(mine: Entry, yours: Entry) -> str:
    return mine.title if mine.title == yours.title else f"{mine.title} / {yours.title}"
