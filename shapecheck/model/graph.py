"""A graph of operators: named layers in the order in which they run, and the shape of everything they give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Pattern, PatternError, Shape, SizeAxis, System, free_symbols, parse_pattern
from shapecheck.model.checking import Assumed, applied, checked_operator
from shapecheck.model.dtypes import checked_dtype, dtype_of, given_dtypes
from shapecheck.model.errors import ModelError
from shapecheck.model.inputs import checked_dims, concrete_sizes, input_shape
from shapecheck.model.layers import Spot, extend, is_operator
from shapecheck.model.names import checked_name, kind_of, numbered
from shapecheck.model.requirements import all_requirements
from shapecheck.model.substituting import substituted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shapecheck.algebra import Claim
    from shapecheck.ops.base import Op


class Reference(str):
    """The name of a tensor in a graph: an input's, a layer's, or "lstm1:1" for a layer's second output."""

    __slots__ = ("owner",)
    owner: object


class Node:
    """A layer: its name, its operator, the references that go in and those that come out. A frozen value."""

    __slots__ = ("inputs", "name", "op", "outputs")
    name: str
    op: Op
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def __init__(self, name: str, op: Op, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        for field, value in zip(
            ("name", "op", "inputs", "outputs"), (name, op, tuple(inputs), tuple(outputs)), strict=True
        ):
            object.__setattr__(self, field, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Node is frozen")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Node is frozen")

    def _parts(self) -> tuple[Any, ...]:
        return self.name, self.op, self.inputs, self.outputs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __reduce__(self) -> tuple[Any, ...]:
        return Node, self._parts()

    def __repr__(self) -> str:
        return f"Node({self.name!r}, {self.op!r}, {', '.join(self.inputs)})"


class Graph:
    """Layers in the order in which they run; every tensor has a reference, every reference a symbolic shape.

    `inputs` are the shapes of the inputs by name, `shapes` those of every reference, `dtypes` say of every
    reference whether it holds "float" or "int", `outputs` are the references that come out. A graph grows by
    `input` and `add`; whatever cannot work is refused at once by ModelError, and the graph stays as it was.
    """

    def __init__(self) -> None:
        self.inputs: dict[str, Shape] = {}
        self.dtypes: dict[str, str] = {}
        self.nodes: tuple[Node, ...] = ()
        self.outputs: tuple[str, ...] = ()
        self.shapes: dict[str, Shape] = {}
        self.patterns: dict[str, Pattern] = {}
        self._by_name: dict[str, Node] = {}
        self._assumed = Assumed()
        self._key = object()

    def input(self, pattern: str | Pattern, *, name: str | None = None) -> Reference:
        """Declare an input by its pattern ("n 3 h w", "n t:int", "n c h w | h%4==0") and give its reference."""
        if isinstance(pattern, str) and "->" in pattern:
            hint = "what comes out follows from the layers"
            raise PatternError(pattern, pattern.index("->"), "an arrow in the pattern of an input", hint)
        read = parse_pattern(pattern) if isinstance(pattern, str) else pattern
        shape = input_shape(read)
        dtype = checked_dtype(read.dtype, str(read))
        name = self._named(name, "input" if self.inputs else "x", "an input")
        assumed = self._assumed.with_constraints(name, read)
        self._assumed = assumed
        self.inputs[name] = self.shapes[name] = shape
        self.patterns[name] = read
        self.dtypes[name] = dtype
        return self._reference(name)

    def add(self, layer: Any, *inputs: str, name: str | None = None, place: str = "") -> Any:
        """Apply a layer to references; gives the reference of what comes out, or a nested tuple of them.

        An operator takes as many as it needs; a bridge, a block or a list of layers takes one. `name` is the layer's
        (a short word and a number, if left out), `place` where messages say it stands.
        """
        if not is_operator(layer) and len(inputs) == 1:
            return self._reference(extend(Spot(self, place), layer, self._resolved(inputs[0], place), name))
        op = checked_operator(layer, place)
        references = tuple(self._resolved(reference, place) for reference in inputs)
        name = self._named(name, kind_of(op), "a layer", place)
        given_dtypes(op, {reference: self.dtypes[reference] for reference in references}, name, place)
        arguments = [(reference, self.shapes[reference]) for reference in references]
        out, self._assumed = applied(op, arguments, self._assumed, name, place)
        counter = iter(range(1 << 30))

        def numbered_reference(_: Any) -> Reference:
            number = next(counter)
            return self._reference(name if number == 0 else f"{name}:{number}")

        result = _mapped(numbered_reference, out)
        flat = tuple(_flattened(result))
        node = Node(name, op, tuple(str(reference) for reference in references), tuple(map(str, flat)))
        self.nodes = (*self.nodes, node)
        self._by_name[name] = node
        for index, (reference, shape) in enumerate(zip(flat, _flattened(out), strict=True)):
            self.shapes[str(reference)] = shape
            self.dtypes[str(reference)] = dtype_of(op, index, [self.dtypes[given] for given in references])
        return result

    def with_outputs(self, *outputs: str) -> Graph:
        """This graph, finished: with these outputs, to all of which every input and layer must contribute."""
        references = tuple(str(self._resolved(output)) for output in outputs)
        if not self.inputs:
            raise ModelError("a model needs an input")
        if not self.nodes:
            raise ModelError("a model needs a layer")
        if not references:
            raise ModelError("a model needs an output")
        if len(set(references)) != len(references):
            raise ModelError(f"an output stands there twice in {', '.join(references)}")
        self._refuse_unused(references)
        fresh = Graph()
        fresh.__dict__.update(self.__dict__)
        fresh.outputs = references
        system = self._assumed.system
        fresh.shapes = {
            reference: Shape.of(system.simplify(size) for size in shape)
            for reference, shape in self.shapes.items()
        }
        for field in ("inputs", "dtypes", "patterns", "_by_name"):
            fresh.__dict__[field] = dict(self.__dict__[field])
        return fresh

    def _refuse_unused(self, outputs: tuple[str, ...]) -> None:
        needed = set(outputs)
        for node in reversed(self.nodes):
            if needed.isdisjoint(node.outputs):
                raise ModelError(f"the layer {node.name!r} leads to no output of the model")
            needed.update(node.inputs)
        for name in self.inputs:
            if name not in needed:
                raise ModelError(f"the input {name!r} leads to no output of the model")

    @property
    def requires(self) -> tuple[Claim, ...]:
        """What the symbols must meet beyond being at least 1."""
        return all_requirements(self._assumed.system)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names of the inputs' symbols, in the order in which they are written."""
        found: dict[str, None] = {}
        for shape in self.inputs.values():
            for size in shape:
                found.update(dict.fromkeys(sorted(free_symbols(size))))
        return tuple(found)

    def node(self, name: str) -> Node:
        """The layer of this name; ModelError where there is none."""
        found = self._by_name.get(name)
        if found is None:
            raise ModelError(f"there is no layer {name!r}; the layers are {', '.join(self._by_name)}")
        return found

    def arguments(self, node: Node) -> list[Shape]:
        """The shapes that go into a layer."""
        return [self.shapes[reference] for reference in node.inputs]

    def weights(self) -> dict[str, Shape]:
        """The shapes of all trainable weights, as "conv1.kernel", canonical layout."""
        return self._each_weight(lambda op, shapes: op.weights(*shapes))

    def states(self) -> dict[str, Shape]:
        """The shapes of the weights that are not trained (running statistics), as "norm1.mean"."""
        return self._each_weight(lambda op, shapes: op.states(*shapes))

    def _each_weight(self, rule: Callable[[Op, list[Shape]], dict[str, Shape]]) -> dict[str, Shape]:
        return {
            f"{node.name}.{weight}": shape
            for node in self.nodes
            for weight, shape in rule(node.op, self.arguments(node)).items()
        }

    def needed_dims(self) -> dict[str, tuple[str, ...]]:
        """The symbols that must be numbers before weights can be made, with the layers whose weights depend on them."""
        found: dict[str, dict[str, None]] = {}
        for weight, shape in {**self.weights(), **self.states()}.items():
            for size in shape:
                for symbol in sorted(free_symbols(size)):
                    found.setdefault(symbol, {})[weight.split(".")[0]] = None
        return {symbol: tuple(names) for symbol, names in found.items()}

    def bind(self, dims: Mapping[str, int]) -> Graph:
        """The graph with numbers in the place of these symbols, and operators that know the sizes of their weights.

        ModelError where a symbol does not occur, its number is none, or a requirement does not hold for it.
        """
        values = checked_dims(dims, self.symbols)
        bound = Graph()
        for name, pattern in self.patterns.items():
            axes = [SizeAxis(size) for size in self.inputs[name].substitute(values)]
            constraints = [claim.substitute(values) for claim in pattern.constraints]
            bound.input(Pattern(axes, dtype=pattern.dtype, constraints=constraints), name=name)
        for node in self.nodes:
            bound.add(substituted(node.op, values), *node.inputs, name=node.name)
        finished = bound.with_outputs(*self.outputs) if self.outputs else bound
        finished._build_operators()
        return finished

    def _build_operators(self) -> None:
        def known(node: Node) -> bool:
            shapes = self.arguments(node)
            every = [*node.op.weights(*shapes).values(), *node.op.states(*shapes).values()]
            return not any(free_symbols(size) for shape in every for size in shape)

        self.nodes = tuple(
            Node(node.name, node.op.built_for(*self.arguments(node)), node.inputs, node.outputs)
            if known(node)
            else node
            for node in self.nodes
        )
        self._by_name = {node.name: node for node in self.nodes}

    def sizes(self, inputs: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
        """The numbers of the symbols, from the shapes that go in; ModelError names the input that does not fit."""
        return concrete_sizes(self.patterns, self.inputs, inputs)

    @property
    def system(self) -> System:
        """What the layers and the inputs' constraints ask of the symbols."""
        return self._assumed.system

    def _named(self, name: str | None, kind: str, what: str, place: str = "") -> str:
        taken = {*self.inputs, *self._by_name}
        if name is not None:
            return checked_name(name, taken, what, place)
        return kind if kind == "x" and kind not in taken else numbered(kind, taken)

    def _reference(self, name: str) -> Reference:
        reference = Reference(name)
        reference.owner = self._key
        return reference

    def _resolved(self, reference: object, place: str = "") -> Reference:
        if isinstance(reference, tuple):
            raise ModelError(
                f"{_shown(reference)} are several tensors: take one of them, as in `out, states = …`",
                place=place,
            )
        if not isinstance(reference, str):
            raise ModelError(f"{reference!r} is no reference: take what `input` or `add` gave", place=place)
        if isinstance(reference, Reference) and reference.owner is not self._key:
            raise ModelError(f"the reference {str(reference)!r} belongs to another graph", place=place)
        if reference not in self.shapes:
            known = ", ".join(self.shapes) or "none"
            raise ModelError(
                f"there is no tensor {str(reference)!r} in the graph; there are {known}", place=place
            )
        return self._reference(str(reference))

    def _parts(self) -> tuple[Any, ...]:
        patterns = tuple((name, str(pattern)) for name, pattern in self.patterns.items())
        return patterns, self.nodes, self.outputs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self._parts() == other._parts()

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        inputs = ", ".join(f"{name}: {shape}" for name, shape in self.inputs.items())
        return f"<Graph ({inputs}) of {len(self.nodes)} layers>"


def _mapped(function: Callable[[Any], Any], shapes: Any) -> Any:
    if isinstance(shapes, Shape):
        return function(shapes)
    return tuple(_mapped(function, shape) for shape in shapes)


def _flattened(nested: Any) -> Iterator[Any]:
    if isinstance(nested, tuple) and not isinstance(nested, Shape):
        for part in nested:
            yield from _flattened(part)
    else:
        yield nested


def _shown(references: tuple[Any, ...]) -> str:
    return ", ".join(repr(str(part)) for part in _flattened(references))
