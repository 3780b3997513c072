"""The property of the whole space of models, and what a run over it amounts to."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from shapecheck import Model, verify
from shapecheck.backend import BackendError
from shapecheck.ops.recurrent import Recurrent
from shapecheck.strategies import Case

BACKENDS = ("torch", "keras")
# Keras steps through a recurrence one operation at a time: a sequence of thousands of positions takes minutes.
MOST_STEPS = 100


def quick(case: Case) -> bool:
    """Whether no recurrence of the model takes more steps than that."""
    graph = case.model.graph
    return all(
        graph.shapes[node.inputs[0]].evaluate(case.dims)[1] <= MOST_STEPS
        for node in graph.nodes
        if isinstance(node.op, Recurrent)
    )


class Worst(NamedTuple):
    """The error that came nearest to what is allowed."""

    ratio: float = 0.0
    error: float = 0.0
    allowed: float = 0.0
    operator: str = ""
    backend: str = ""


class Tally:
    """What was tried: models, nodes compared, what backends refused, and the worst error."""

    def __init__(self) -> None:
        self.models = 0
        self.compared: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.nodes = 0
        self.operators: Counter[str] = Counter()
        self.worst = Worst()
        self.seconds: Counter[str] = Counter()

    def __str__(self) -> str:
        worst = self.worst
        refused = ", ".join(f"{count} by {name}" for name, count in self.refused.items()) or "none"
        return (
            f"{self.models} models ({', '.join(f'{count} on {name}' for name, count in self.compared.items())}), "
            f"{self.nodes} nodes compared, {len(self.operators)} operators, models refused: {refused}\n"
            f"worst error: {worst.error:.3g} of {worst.allowed:.3g} allowed ({worst.ratio:.3f}), "
            f"{worst.operator} on {worst.backend}"
        )

    def add(self, report: Any) -> None:
        """Count one report."""
        for name, spent in report.seconds.items():
            self.seconds[name] += spent
        for node in report.nodes:
            self.operators[node.operator.partition(",")[0]] += 1
            for backend, found in node.local.items():
                self.nodes += 1
                if found.ratio > self.worst.ratio:
                    self.worst = Worst(found.ratio, found.error, found.allowed, node.operator, backend)


def hold(
    case: Case,
    tally: Tally,
    *,
    edges: bool = False,
    gradients: bool = False,
    backends: tuple[str, ...] = BACKENDS,
    **options: Any,
) -> None:
    """Shapes, weights, values: all backends that build the model agree, and its JSON is the model.

    `options` are further ones of `verify`.
    """
    model, dims = case
    assert Model.from_json(model.to_json()) == model
    bound = model.graph.bind(dims)
    for name, shape in model.graph.shapes.items():
        assert shape.evaluate(dims) == tuple(bound.shapes[name]), name
    tally.models += 1
    for names in dict.fromkeys((backends, *((name,) for name in backends))):
        try:
            report = verify(
                model, names, dims, seeds=1, edges=edges, gradients=gradients, sensitivity=False, **options
            )
        except BackendError as error:  # a framework's own limit
            assert str(error), "a refusal says why"
            if len(names) == 1:
                tally.refused[names[0]] += 1
            continue
        assert report.ok, f"{report}\n{model.to_json()}"
        tally.add(report)
        tally.compared.update(names)
        if names == backends:
            return
