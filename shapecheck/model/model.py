"""`Model`: a network described once, by a pattern and a list of layers, or by a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Shape, product, total
from shapecheck.model.errors import ModelError
from shapecheck.model.graph import Graph
from shapecheck.model.layers import Spot, sequence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.algebra import Claim, Size


class Model:
    """A network: `Model("n t 3 64 64", [ops.TimeDistributed([...]), bridge.flatten(), ops.LSTM(64)])`.

    Symbols of the pattern stay symbols. A layer is an operator, a bridge, a list of layers, ("name", layer),
    ops.Residual, ops.Parallel or ops.TimeDistributed. `Model(graph, outputs=[…])` is a model of several inputs or
    outputs. What cannot work is refused here, by ModelError. A value: equal models have equal graphs.
    """

    __slots__ = ("graph",)
    graph: Graph

    def __init__(
        self, source: str | Graph, layers: Sequence[Any] | None = None, *, outputs: Any = None
    ) -> None:
        if isinstance(source, Graph):
            if layers is not None:
                raise ModelError("a Model is made of a pattern and layers, or of a graph and its outputs")
            chosen = source.outputs if outputs is None else tuple(_references(outputs))
            graph = source.with_outputs(*chosen)
        elif not isinstance(source, str):
            raise ModelError(f"a Model starts with the pattern of its input or with a Graph, got {source!r}")
        elif outputs is not None:
            raise ModelError("the output of a list of layers is that of the last: build a Graph for others")
        else:
            graph = _expanded(source, layers)
        object.__setattr__(self, "graph", graph)

    @classmethod
    def of(cls, graph: Graph, *outputs: Any) -> Model:
        """The model of a graph with these references as its outputs."""
        return cls(graph, outputs=outputs)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Model is frozen")

    @property
    def requires(self) -> tuple[Claim, ...]:
        """What the symbols must meet beyond being at least 1."""
        return self.graph.requires

    @property
    def parameters(self) -> Size:
        """The number of trainable weights."""
        return total(product(shape) for shape in self.graph.weights().values())

    @property
    def macs(self) -> Size:
        """Multiply-accumulates of one application to the whole batch."""
        graph = self.graph
        return total(node.op.macs(*graph.arguments(node)) for node in graph.nodes)

    def shapes(self, **dims: int) -> dict[str, Shape]:
        """The shape of every tensor by its reference, with these numbers in the place of symbols."""
        return dict(self.graph.bind(dims).shapes if dims else self.graph.shapes)

    def to_json(self) -> str:
        """The model as readable JSON, with the version of its schema (docs/model.schema.json)."""
        from shapecheck.model.json_form import written

        return written(self.graph)

    @classmethod
    def from_json(cls, text: str) -> Model:
        """The model that `to_json` wrote; ModelError says what in the text cannot be understood."""
        from shapecheck.model.json_form import read

        return cls(read(text))

    def build(
        self,
        backend: str = "torch",
        dims: Mapping[str, int] | None = None,
        *,
        layout: str | None = None,
        dtype: str = "float32",
        device: str = "cpu",
        seed: int | None = None,
    ) -> Any:
        """The native model of a framework: a torch.nn.Module, a keras.Model, a numpy callable.

        `dims` are the sizes that weights depend on. Raises ModelError, which names the symbols that lack, and
        BackendError where the framework is not there or cannot.
        """
        from shapecheck.backend import Options, load

        bound = self.bound(dims)
        options = Options(layout=layout, dtype=dtype, device=device, seed=seed)
        return load(backend).build(bound, options)

    def bound(self, dims: Mapping[str, int] | None = None) -> Graph:
        """The graph with these numbers put in, ready to be built; ModelError names each symbol that lacks."""
        bound = self.graph.bind(dims or {})
        missing = bound.needed_dims()
        if missing:
            lines = [f"{symbol} (for {', '.join(map(repr, names))})" for symbol, names in missing.items()]
            given = ", ".join(f'"{symbol}": …' for symbol in missing)
            raise ModelError(
                f"the shapes of weights depend on {' and on '.join(lines)}", help=f"build(dims={{{given}}})"
            )
        return bound

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self.graph == other.graph

    def __hash__(self) -> int:
        return hash((self.graph.nodes, self.graph.outputs))

    def __reduce__(self) -> tuple[Any, ...]:
        return Model.from_json, (self.to_json(),)

    def __str__(self) -> str:
        from shapecheck.model.summary import summary  # only where somebody reads it

        return summary(self)

    def __repr__(self) -> str:
        from shapecheck.model.summary import contract_text

        return f"<Model {contract_text(self.graph)}, {len(self.graph.nodes)} layers>"


def _expanded(pattern: str, layers: Sequence[Any] | None) -> Graph:
    if not isinstance(layers, list | tuple) or not layers:
        raise ModelError("a model needs a layer: Model(pattern, [layer, …])")
    graph = Graph()
    last = sequence(Spot(graph, "layers"), layers, graph.input(pattern, name="x"))
    return graph.with_outputs(last)


def _references(outputs: Any) -> list[Any]:
    """References out of lists and the nested tuples that `add` gives."""
    if isinstance(outputs, list | tuple):
        return [reference for part in outputs for reference in _references(part)]
    return [outputs]
