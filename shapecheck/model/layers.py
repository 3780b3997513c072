"""Lists of layers, expanded into the nodes of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import Shape
from shapecheck.model.bridge import Bridge
from shapecheck.model.errors import ModelError
from shapecheck.model.names import kind_of, numbered
from shapecheck.model.vocabulary import NAMES
from shapecheck.ops.base import Op
from shapecheck.ops.blocks import Parallel, Residual
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.joining import Concat, Stack
from shapecheck.ops.wrappers import TimeDistributed, one_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.model.graph import Graph

JOINS = (*NAMES[Elementwise, "name"], "concat", "stack")


class Spot(NamedTuple):
    """Where layers are added: the graph, what names begin with, each step by itself or not, the place in words."""

    graph: Graph
    place: str
    prefix: str = ""
    per_step: bool = False

    def at(self, place: str) -> Spot:
        """The same with the place continued."""
        return self._replace(place=self.place + place)

    def taken(self) -> set[str]:
        """The names that are in use."""
        return {*self.graph.inputs, *(node.name for node in self.graph.nodes)}

    def shape(self, reference: str) -> Shape:
        """The shape of a tensor as layers at this spot see it."""
        shape = self.graph.shapes[reference]
        return one_step(shape) if self.per_step else shape

    def add(self, op: Op, *references: str, name: str | None = None) -> str:
        """Add one node; a layer of a list gives one tensor."""
        if name is None:
            name = numbered(self.prefix + kind_of(op), self.taken())
        given = self.graph.add(op, *references, name=name, place=self.place)
        if isinstance(given, tuple):
            raise ModelError(
                f"a list passes one tensor on, {op.label} gives several",
                place=f"{self.place} {name!r}",
                help="leave its states or indices out, or build the model with a Graph",
                node=name,
            )
        return str(given)


def is_operator(layer: Any) -> bool:
    """Whether a layer is one node as it stands."""
    return isinstance(layer, Op) and not (
        isinstance(layer, TimeDistributed) and not isinstance(layer.inner, Op)
    )


def extend(spot: Spot, layer: Any, reference: str, name: str | None = None) -> str:
    """Add a layer, or a list of them, after `reference`; gives the reference of the result."""
    if isinstance(layer, tuple) and len(layer) == 2 and isinstance(layer[0], str):
        return extend(spot, layer[1], reference, spot.prefix + layer[0])
    if isinstance(layer, list | tuple):
        return sequence(_inside(spot, name), layer, reference)
    if isinstance(layer, TimeDistributed):
        return _over_time(spot, layer, reference, name)
    if isinstance(layer, Residual):
        return _residual(_inside(spot, name), layer, reference)
    if isinstance(layer, Parallel):
        return _parallel(_inside(spot, name), layer, reference)
    if isinstance(layer, Bridge):
        return _bridge(spot, layer, reference, name)
    if isinstance(layer, Op):
        return spot.add(TimeDistributed(layer) if spot.per_step else layer, reference, name=name)
    called = getattr(layer, "__name__", "")
    if called:
        raise ModelError(
            f"{called} is no layer before it is called", place=spot.place, help=f"write {called}()"
        )
    raise ModelError(
        f"{layer!r} is no layer", place=spot.place, help="a layer is an operator, a bridge or a list"
    )


def sequence(spot: Spot, layers: Sequence[Any], reference: str) -> str:
    """One layer after the other."""
    for index, layer in enumerate(layers):
        reference = extend(spot.at(f"[{index}]"), layer, reference)
    return reference


def _inside(spot: Spot, name: str | None) -> Spot:
    """Inside of a group of layers: its name, if it has one, begins the names of all of them."""
    return spot if name is None else spot._replace(prefix=f"{name}_")


def _over_time(spot: Spot, layer: TimeDistributed, reference: str, name: str | None) -> str:
    if spot.per_step:
        raise ModelError("TimeDistributed cannot stand in TimeDistributed", place=spot.place)
    inner = layer.inner
    spot = spot._replace(per_step=True)
    if isinstance(inner, Op | Bridge | Residual | Parallel) or _is_named(inner):
        spot = spot.at(".inner")
    elif not inner:
        raise ModelError("TimeDistributed needs a layer", place=spot.place)
    else:
        return sequence(_inside(spot, name).at(".inner"), inner, reference)
    if len(spot.graph.shapes[reference]) < 3:
        # The operator itself refuses it, with its own sentence.
        return spot.add(TimeDistributed(inner), reference, name=name)
    return extend(spot, inner, reference, name)


def _is_named(layer: Any) -> bool:
    return isinstance(layer, tuple) and len(layer) == 2 and isinstance(layer[0], str)


def _residual(spot: Spot, block: Residual, reference: str) -> str:
    if not block.layers:
        raise ModelError("Residual needs a layer", place=spot.place)
    result = sequence(spot.at(".layers"), block.layers, reference)
    around = sequence(spot.at(".shortcut"), block.shortcut, reference)
    try:
        return _joined(spot, block.join, 1, [result, around])
    except ModelError as error:
        if block.shortcut or error.code != "SHP106":
            raise
        help = _shortcut_help(spot.shape(result), spot.shape(around)) or error.help
        raise ModelError(
            error.reason, place=error.place, help=help, node=error.node, code=error.code
        ) from None


def _shortcut_help(result: Shape, around: Shape) -> str:
    """The shortcut that gives what comes around the shape of the result, where one layer does."""
    if len(result) != len(around):
        return ""
    differ = [axis for axis, (one, other) in enumerate(zip(result, around, strict=True)) if one != other]
    if differ == [len(result) - 1]:
        return f"give it shortcut=ops.Linear({result[-1]})"
    if differ == [1]:
        return f"give it shortcut=ops.Conv{len(result) - 2}d({result[1]}, 1)"
    return ""


def _parallel(spot: Spot, block: Parallel, reference: str) -> str:
    if len(block.branches) < 2:
        raise ModelError("Parallel needs two branches or more", place=spot.place)
    results = [
        sequence(spot.at(f".branches[{index}]"), branch, reference)
        for index, branch in enumerate(block.branches)
    ]
    return _joined(spot, block.join, block.axis, results)


def _joined(spot: Spot, join: str, axis: int, references: list[str]) -> str:
    if join not in JOINS:
        raise ModelError(
            f"branches cannot be joined by {join!r}; they can by {', '.join(JOINS)}", place=spot.place
        )
    if spot.per_step and axis >= 0:
        if axis == 0:
            raise ModelError("branches of a step cannot be joined along the batch axis", place=spot.place)
        axis += 1  # the time axis stands before it
    op: Op = Concat(axis) if join == "concat" else Stack(axis) if join == "stack" else Elementwise(join)
    # Joins need no TimeDistributed: they treat all axes but their own alike.
    return spot.add(op, *references)


def _bridge(spot: Spot, layer: Bridge, reference: str, name: str | None) -> str:
    try:
        layers = layer.layers(spot.shape(reference))
    except ModelError as error:
        raise ModelError(
            error.reason, place=spot.place, help=_bridge_help(spot, reference), code=error.code
        ) from None
    name = name or numbered(f"{spot.prefix}{layer.name}", spot.taken())
    if len(layers) == 1:
        return extend(spot, layers[0], reference, name)
    inside = _inside(spot, name)
    for each in layers:
        reference = extend(inside, each, reference)
    return reference


def _bridge_help(spot: Spot, reference: str) -> str:
    if spot.per_step:
        return "put the bridge behind TimeDistributed: it then sees the time axis too"
    return ""
