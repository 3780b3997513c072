"""What error in each weight tensor the comparison would have noticed, by perturbing the reference."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from shapecheck.equivalence.report import WeightReport
from shapecheck.equivalence.rounding import SMALLEST, epsilon
from shapecheck.model.substituting import substituted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shapecheck.backend import Array, Arrays
    from shapecheck.equivalence.situations import Situation
    from shapecheck.model.graph import Graph, Node

# The relative perturbation: small enough for the change to be in proportion, large enough for float64.
STEP = 1e-6


def noticed(
    reference: Any,
    graph: Graph,
    weights: Arrays,
    seen: Situation,
    dtype: str,
    device: str,
    *,
    before: Sequence[WeightReport] = (),
    nodes: Collection[str] | None = None,
) -> list[WeightReport]:
    """For every weight the smallest relative error that would have shown at its node; with other draws `before`,
    and of `nodes` alone.

    Each element w becomes w·(1 ± δ), the signs drawn. The change of the node's results grows with δ; where it first
    exceeds the allowed error of some element, which a correct backend may use up the other way, it is noticed.
    """
    known = {each.name: each for each in before}
    found = []
    for node in graph.nodes:
        start = f"{node.name}."
        own = {name.removeprefix(start): value for name, value in weights.items() if name.startswith(start)}
        grain = epsilon(dtype, device, node.op)
        for name in own:
            earlier = known.get(start + name)
            if earlier is not None and (earlier.matters or (nodes is not None and node.name not in nodes)):
                found.append(earlier)
                continue
            least = _least(reference, node, own, name, seen, grain, SMALLEST[dtype])
            if earlier is None or least < earlier.noticed:
                earlier = WeightReport(start + name, least, dtype)
            found.append(earlier)
    return found


def _least(
    reference: Any, node: Node, own: Arrays, name: str, seen: Situation, grain: float, smallest: float
) -> float:
    import numpy as np

    local = seen.nodes[node.name]
    op = substituted(node.op, seen.case.sizes)
    signs = np.random.default_rng((seen.case.seed, 4)).choice([-1.0, 1.0], own[name].shape)
    moved = {**own, name: own[name] * (1 + STEP * signs)}
    results = reference.evaluate(op, moved, local.inputs, training=seen.training)
    most = 0.0
    for (value, _), (before, allowance) in zip(results, local.results, strict=True):
        most = max(most, _proportion(value - before, 2 * grain * allowance + smallest))
    least = STEP / most if most > 0 else inf
    return (
        least if least < 1 else inf
    )  # what is left is the rounding of float64: nothing depends on the weight


def _proportion(change: Array, allowed: Array) -> float:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(change == 0, 0.0, np.abs(change) / allowed)
    return float(np.max(ratio, initial=0.0))
