"""A model as text: its contract, a table of its layers, and totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import product, total
from shapecheck.layer_table import LayerRow, layer_table, totals, wrapped
from shapecheck.ops.rearrange import Rearrange
from shapecheck.ops.wrappers import TimeDistributed

if TYPE_CHECKING:
    from shapecheck.model.graph import Graph, Node
    from shapecheck.model.model import Model
    from shapecheck.ops.base import Op


def contract_text(graph: Graph) -> str:
    """What goes in and comes out, and what must hold: "(n, 3, h, w) → (n, 10) requires h >= 5"."""
    inputs = ", ".join(str(shape) for shape in graph.inputs.values())
    outputs = ", ".join(str(graph.shapes[output]) for output in graph.outputs)
    requires = ", ".join(map(str, graph.requires))
    return f"{inputs} → {outputs}{f' requires {requires}' if requires else ''}"


def summary(model: Model) -> str:
    """The contract and the table: layer, operator, output shape, parameters, multiply-accumulates."""
    graph = model.graph
    inputs = [LayerRow(name, "input", [str(shape)], 0, 0) for name, shape in graph.inputs.items()]
    rows = [_row(graph, node) for node in graph.nodes]
    lines = [*wrapped("Model: ", contract_text(graph)), "", *layer_table([*inputs, *rows])]
    return "\n".join([*lines, "", *totals(model.parameters, model.macs)])


def _row(graph: Graph, node: Node) -> LayerRow:
    shapes = graph.arguments(node)
    parameters = total(product(shape) for shape in node.op.weights(*shapes).values())
    outputs = [str(graph.shapes[output]) for output in node.outputs]
    return LayerRow(node.name, described(node.op), outputs, parameters, node.op.macs(*shapes))


def described(op: Op) -> str:
    """What the table calls an operator."""
    if isinstance(op, TimeDistributed) and not isinstance(op.inner, tuple):
        return f"{described(op.inner)}, each step"
    return op.pattern if isinstance(op, Rearrange) else op.label
