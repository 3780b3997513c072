"""What `verify` found: of every node the error and the allowed one, of every weight what would have been noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.equivalence.measuring import NOTHING, Measured, worse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.equivalence.sizes import Case

# An error of a weight that the comparison is expected to notice, relative to the weight's size.
NOTICEABLE = 1e-3


class NodeReport:
    """One node: how far each backend was off over all cases, fed with the reference's own inputs and in the whole."""

    __slots__ = ("end_to_end", "local", "name", "operator", "shape")

    def __init__(self, name: str, operator: str, shape: str) -> None:
        self.name = name
        self.operator = operator
        self.shape = shape
        self.local: dict[str, Measured] = {}
        self.end_to_end: dict[str, Measured] = {}

    def record(self, backend: str, found: Measured, *, local: bool) -> None:
        """Keep the worst of what was measured."""
        table = self.local if local else self.end_to_end
        table[backend] = worse(table.get(backend, NOTHING), found)

    @property
    def worst(self) -> Measured:
        """The backend that is farthest off, in proportion, on the reference's own inputs."""
        found = NOTHING
        for measured in self.local.values():
            found = worse(found, measured)
        return found

    @property
    def max_abs_error(self) -> float:
        """The largest absolute error of any backend on the reference's own inputs."""
        return self.worst.largest

    @property
    def allowed(self) -> float:
        """The allowed error where the error comes nearest to it."""
        return self.worst.allowed

    @property
    def ok(self) -> bool:
        """Whether every backend is within what is allowed, by itself and in the whole."""
        return all(found.ok for found in (*self.local.values(), *self.end_to_end.values()))


class WeightReport(NamedTuple):
    """One weight tensor: the smallest relative error of all its elements that the comparison would have noticed.

    It was measured at the node that holds the weight; infinite where nothing depends on the weight. `dtype` is the
    arithmetic in which it shows: float64 where the node was compared in that, too, as the other told too little.
    """

    name: str
    noticed: float
    dtype: str

    @property
    def matters(self) -> bool:
        """Whether an error of one part in a thousand would have been noticed."""
        return self.noticed <= NOTICEABLE


class GradientReport(NamedTuple):
    """The gradient by one input or weight on one backend, the worst of all cases."""

    name: str
    kind: str
    backend: str
    measured: Measured


class Failure(NamedTuple):
    """Something that departs: what, where, on which backend and case, and what would explain it.

    `kind` is "values", "shape", "whole" (right by itself, wrong in the network), "transfer", "gradient" or "raised".
    """

    kind: str
    backend: str
    node: str
    sentence: str
    cause: str = ""
    case: str = ""
    sizes: tuple[tuple[str, int], ...] = ()
    measured: Measured = NOTHING


class Report:
    """The result of `verify`; true where all backends agree. `print` shows it, `to_json` gives it to programs."""

    __slots__ = (
        "backends",
        "cases",
        "device",
        "dtype",
        "failures",
        "gradients",
        "left_out",
        "model",
        "nodes",
        "notes",
        "seconds",
        "weights",
    )

    def __init__(
        self, model: str, *, backends: Sequence[str], left_out: Sequence[str], device: str, dtype: str
    ) -> None:
        self.model = model
        self.backends = tuple(backends)
        self.left_out = tuple(left_out)
        self.device = device
        self.dtype = dtype
        self.cases: list[tuple[Case, bool]] = []
        self.nodes: list[NodeReport] = []
        self.weights: list[WeightReport] = []
        self.gradients: list[GradientReport] = []
        self.failures: list[Failure] = []
        self.notes: list[str] = []
        self.seconds: dict[str, float] = {}

    @property
    def ok(self) -> bool:
        """Whether nothing departs."""
        return not self.failures

    def __bool__(self) -> bool:
        return self.ok

    @property
    def first(self) -> Failure | None:
        """The first node that departs, in the order of the graph; a weight that was not taken comes before all."""
        order = {node.name: place for place, node in enumerate(self.nodes)}
        ranks = {"transfer": 0, "shape": 1, "values": 1, "raised": 1, "whole": 2, "gradient": 3}
        return min(
            self.failures,
            key=lambda failure: (ranks[failure.kind], order.get(failure.node, -1)),
            default=None,
        )

    @property
    def unnoticed(self) -> list[WeightReport]:
        """The weights of which an error of one part in a thousand could have gone unnoticed."""
        return [weight for weight in self.weights if not weight.matters]

    @property
    def worst_ratio(self) -> float:
        """The largest error of any node in proportion to the allowed one."""
        return max((node.worst.ratio for node in self.nodes), default=0.0)

    def __str__(self) -> str:
        from shapecheck.equivalence.showing import shown

        return shown(self)

    def __repr__(self) -> str:
        verdict = "agree" if self.ok else f"{len(self.failures)} departures"
        return f"<Report of {self.model} on {', '.join(self.backends)}: {verdict}>"

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values; the keys are described in docs/equivalence.md and stay as they are."""
        from shapecheck.equivalence.showing import as_json

        return as_json(self)
