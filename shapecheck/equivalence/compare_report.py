"""What `compare` found: the pairs of layers, how far they are apart, where the models part and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.equivalence.compare_values import Difference, flat_shape
from shapecheck.equivalence.measuring import NOTHING, Measured, worse

if TYPE_CHECKING:
    from shapecheck.equivalence.compare_inputs import Case


class ComparisonError(ValueError):
    """Two models that cannot be compared: the sentence says which part of which, and why."""


class Departure(NamedTuple):
    """Where the models part: a layer, what stands before it, or the output; in a sentence, with the likely cause.

    `kind` is "values", "shape", "before" (what comes into the layer differs already), "output" or "raised".
    """

    kind: str
    place: str
    sentence: str
    cause: str
    case: str


class PairReport:
    """Two layers that were paired, the worst over all cases."""

    __slots__ = ("between", "kind", "left", "local", "notes", "owns", "right", "shape")

    def __init__(self, left: str, right: str, kind: str, owns: tuple[str, str]) -> None:
        self.left = left
        self.right = right
        self.kind = kind
        self.owns = owns
        self.shape = ""
        self.between: Difference | None = None  # of what both gave
        self.local: Measured | None = (
            None  # of the right one from the left one's reference, on the right one's input
        )
        self.notes: list[str] = []

    def record(self, between: Difference | None, local: Measured | None) -> None:
        """Keep the worse."""
        if between is not None and (self.between is None or between.error > self.between.error):
            self.between = between
        if local is not None:
            self.local = worse(self.local or NOTHING, local)


class OutputReport:
    """One output of the models, the worst over all cases."""

    __slots__ = ("difference", "number", "shape")

    def __init__(self, number: int, shape: str) -> None:
        self.number = number
        self.shape = shape
        self.difference: Difference | None = None

    def record(self, found: Difference) -> None:
        """Keep the worse."""
        if self.difference is None or found.error > self.difference.error:
            self.difference = found


class Comparison:
    """The result of `compare`; true where the models agree. `print` shows it, `to_json` gives it to programs."""

    def __init__(self, left: str, right: str) -> None:
        self.left = left
        self.right = right
        self.inputs: dict[str, str] = {}
        self.adapted: list[str] = []
        self.cases: list[Case] = []
        self.pairs: list[PairReport] = []
        self.unpaired: dict[str, list[str]] = {"left": [], "right": []}
        self.outputs: list[OutputReport] = []
        self.transferred: int | None = None
        self.notes: list[str] = []
        self.departures: list[Departure] = []

    @property
    def ok(self) -> bool:
        """Whether shapes and numbers agree everywhere."""
        return not self.departures

    def __bool__(self) -> bool:
        return self.ok

    @property
    def first(self) -> Departure | None:
        """Where the models part first."""
        return self.departures[0] if self.departures else None

    def pair(self, left: str, right: str) -> PairReport | None:
        """The report of two layers by their names."""
        return next((pair for pair in self.pairs if (pair.left, pair.right) == (left, right)), None)

    def __str__(self) -> str:
        return shown(self)

    def __repr__(self) -> str:
        verdict = "agree" if self.ok else f"part at {self.departures[0].place}"
        return f"<Comparison of {self.left} and {self.right}: {verdict}>"

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values; the keys are described in docs/compare.md."""
        return as_json(self)


def shown(report: Comparison) -> str:
    """The report as text: what was run, the pairs, the outputs, the verdict."""
    inputs = ", ".join(f"{name} {shape}" for name, shape in report.inputs.items())
    lines = [f"left:  {report.left}", f"right: {report.right}", f"inputs: {inputs}"]
    lines += [f"adapted: {words}" for words in report.adapted]
    lines += [f"cases: {'; '.join(map(str, report.cases))}"]
    if report.transferred is not None:
        lines += [f"weights: those of {report.transferred} layers were copied from left to right"]
    lines += ["", *_table(report), ""]
    for side, names in report.unpaired.items():
        if names:
            lines += [f"not paired, {side}: {', '.join(names)}"]
    for pair in report.pairs:
        lines += [f"{_both(pair)}: {note}" for note in pair.notes]
    lines += [f"note: {note}" for note in report.notes]
    return "\n".join([*lines, *_verdict(report)])


def _both(pair: PairReport) -> str:
    return pair.left if pair.left == pair.right else f"{pair.left} / {pair.right}"


def _table(report: Comparison) -> list[str]:
    rows = [["left", "right", "kind", "shape", "difference", "local error", "allowed"]]
    for pair in report.pairs:
        between = "-" if pair.between is None else _number(pair.between.error)
        local = ["-", "-"]
        if pair.local is not None:
            local = [
                f"{_number(pair.local.error)}{'' if pair.local.ok else ' !'}",
                _number(pair.local.allowed),
            ]
        rows.append([pair.left, pair.right, pair.kind, pair.shape, between, *local])
    for output in report.outputs:
        cells = ["-", "-", "-"]
        if output.difference is not None:
            mark = "" if output.difference.ok else " !"
            cells = [f"{_number(output.difference.error)}{mark}", "", _number(output.difference.allowed)]
        rows.append([f"output {output.number}", "", "", output.shape, *cells])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _number(value: float) -> str:
    return "0" if value == 0 else f"{value:.1e}"


def _verdict(report: Comparison) -> list[str]:
    first = report.first
    if first is None:
        return [f"agree: {len(report.outputs)} outputs, {len(report.pairs)} pairs, {len(report.cases)} cases"]
    lines = [f"PART: {first.sentence}", f"case: {first.case}"]
    if first.cause:
        lines.append(f"likely cause: {first.cause}")
    return lines


def as_json(report: Comparison) -> dict[str, Any]:
    """The report in JSON's values."""
    return {
        "version": 1,
        "ok": report.ok,
        "left": report.left,
        "right": report.right,
        "inputs": report.inputs,
        "adapted": report.adapted,
        "cases": [{"sizes": case.sizes, "seed": case.seed} for case in report.cases],
        "transferred": report.transferred,
        "pairs": [
            {
                "left": pair.left,
                "right": pair.right,
                "kind": pair.kind,
                "shape": pair.shape,
                "difference": None if pair.between is None else _finite(pair.between.error),
                "local_error": None if pair.local is None else _finite(pair.local.error),
                "allowed": None if pair.local is None else _finite(pair.local.allowed),
                "notes": pair.notes,
            }
            for pair in report.pairs
        ],
        "unpaired": report.unpaired,
        "outputs": [
            {
                "number": output.number,
                "shape": output.shape,
                "difference": None if output.difference is None else _finite(output.difference.error),
                "allowed": None if output.difference is None else _finite(output.difference.allowed),
            }
            for output in report.outputs
        ],
        "departures": [departure._asdict() for departure in report.departures],
        "notes": report.notes,
    }


def _finite(value: float) -> float | None:
    """JSON has no infinity: null."""
    return value if value < float("inf") else None


def shapes_text(left: tuple[int, ...], right: tuple[int, ...]) -> str:
    """One shape, or both where they differ."""
    return flat_shape(left) if left == right else f"{flat_shape(left)} / {flat_shape(right)}"
