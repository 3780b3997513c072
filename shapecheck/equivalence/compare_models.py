"""`compare`: two models that the user already has, of any frameworks, run on the same inputs and set side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.equivalence.compare_inputs import Inputs
from shapecheck.equivalence.compare_report import Comparison, ComparisonError, Departure, OutputReport
from shapecheck.equivalence.compare_sides import Side, side_of, starts_with_maps
from shapecheck.equivalence.compare_walk import Walk
from shapecheck.model.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.equivalence.compare_inputs import Case
    from shapecheck.equivalence.compare_trace import Trace


def compare(
    left: Any,
    right: Any,
    inputs: str | Sequence[str] | Mapping[str, str] | None = None,
    dims: Mapping[str, int] | None = None,
    *,
    transfer: bool = False,
    sizes: int = 3,
    seed: int = 0,
) -> Comparison:
    """Run both models on the same inputs at several sizes, and say whether they agree, or where they part first.

    `left` and `right` are torch modules, Keras models or shapecheck Models. `inputs` are the patterns of the inputs,
    channels first ("n t 3 64 64"); Keras models get them with channels last where they want that. `dims` fix symbols.
    Shapes and outputs are compared, and those of the layers that pair by order and kind. Weights are taken as they
    are; with `transfer` those of the left model are copied into the right one, which keeps them. Raises
    ComparisonError where the models cannot be compared.
    """
    if sizes < 1:
        raise ComparisonError(f"models are compared at 1 size or more, got {sizes}")
    declared = _declared(left, right, inputs)
    dims = dict(dims or {})
    one, other = side_of(left, "left", right, dims), side_of(right, "right", left, dims)
    try:
        read = Inputs(declared)
        cases = read.cases(dims, sizes, seed)
    except ModelError as error:
        raise ComparisonError(error.reason) from None
    report = Comparison(one.label, other.label)
    report.inputs = {name: str(shape) for name, shape in read.shapes.items()}
    _Run(report, read, one, other).all(cases, transfer=transfer)
    report.adapted = [*one.adapted(), *other.adapted(), *report.adapted]
    return report


def _declared(left: Any, right: Any, inputs: Any) -> Any:
    if inputs is not None:
        return inputs
    for model in (left, right):
        graph = getattr(model, "graph", None)
        patterns = getattr(graph, "patterns", None)
        if patterns:
            return {name: str(pattern) for name, pattern in patterns.items()}
    raise ComparisonError(
        'the inputs are missing: give their patterns, such as inputs="n t 3 64 64" (--input "n t 3 64 64")'
    )


class _Run:
    """Both sides over all cases."""

    def __init__(self, report: Comparison, inputs: Inputs, left: Side, right: Side) -> None:
        self.report = report
        self.inputs = inputs
        self.left = left
        self.right = right
        self.high = 2  # below the number of rows of every lookup, as soon as they are known

    def all(self, cases: Sequence[Case], *, transfer: bool) -> None:
        """Pair the layers at the first sizes that both take, copy weights if asked, and compare at all of them."""
        walk = Walk(self.report, self.left.observer, self.right.observer)
        refused: list[str] = []
        started = False
        for case in cases:
            found = self._traced(case, refused)
            if found is None:
                continue
            if not started:
                started = True
                walk.pair(*found)
                self.high = walk.rows
                if transfer:
                    walk.transfer()
                if transfer or self.high != 2:
                    found = self._traced(case, refused)
                    if found is None:
                        continue
            self.report.cases.append(case)
            walk.values(case, *found)
            self._outputs(case, walk, *found)
            walk.settle()
        if self.report.ok and started:
            walk.weights()
        if not started and not self.report.departures:
            raise ComparisonError(f"neither model takes such inputs: {'; '.join(dict.fromkeys(refused))}")
        self.report.notes += [f"both models refuse {words}" for words in dict.fromkeys(refused)]

    def _traced(self, case: Case, refused: list[str]) -> tuple[Trace, Trace] | None:
        try:
            arrays = self.inputs.arrays(case, self.high)
        except ModelError as error:
            refused.append(error.reason)
            return None
        given = list(arrays.values())
        # A torch model takes its inputs in one way only; what it makes of them tells how another wants them.
        first, second = (self.left, self.right) if self.left.fixed else (self.right, self.left)
        one = first.traced(given)
        other = second.traced(given, spatial=not isinstance(one, str) and starts_with_maps(one))
        left, right = (one, other) if first is self.left else (other, one)
        if not isinstance(left, str) and not isinstance(right, str):
            return left, right
        if isinstance(left, str) and isinstance(right, str):
            refused.append(f"{case} (left: {left}; right: {right})")
            return None
        side, message = ("left", left) if isinstance(left, str) else ("right", right)
        self.report.cases.append(case)
        sentence = f"the {side} model fails where the other runs: {message}"
        self.report.departures.append(Departure("raised", side, sentence, "", str(case)))
        return None

    def _outputs(self, case: Case, walk: Walk, left: Trace, right: Trace) -> None:
        if len(left.outputs) != len(right.outputs):
            sentence = f"the left gives {len(left.outputs)} outputs, the right {len(right.outputs)}"
            walk.depart("shape", "outputs", sentence, "", case)
        for number, (mine, yours) in enumerate(zip(left.outputs, right.outputs, strict=False), 1):
            if len(self.report.outputs) < number:
                self.report.outputs.append(OutputReport(number, ""))
            walk.output(case, self.report.outputs[number - 1], mine, yours)
