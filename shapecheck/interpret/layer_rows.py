"""The rows of a layer table: what was applied while a model ran, with what it holds and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import Dim, Shape, is_unknown, product, reduced, total
from shapecheck.interpret.applying import BREAKAGES
from shapecheck.interpret.keras.functional import leaves, opened
from shapecheck.interpret.layer_names import Names, class_name, walk
from shapecheck.interpret.records import Application, Blunder, Called
from shapecheck.interpret.values import (
    Instance,
    Layer,
    Mapping,
    Native,
    Sequence,
    TensorValue,
)
from shapecheck.ops.recurrent import Cell, Recurrent

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Sizes

    from shapecheck.algebra import Size, System
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.paths import Path
    from shapecheck.interpret.values import Value
    from shapecheck.ops.base import Op


class Row(NamedTuple):
    """One application of a layer: where it hangs in the model, what it is, what comes out, what it costs."""

    path: str
    callee: str
    operator: str
    shape: str
    parameters: Size | None
    macs: Size | None


class Table:
    """Collects the rows of one model; a layer's parameters count where it is applied first."""

    def __init__(self, interpreter: Interpreter, paths: tuple[Path, ...], names: Names) -> None:
        self.interpreter = interpreter
        self.paths = paths  # whose records may tell what made a tensor; the last one is that of the model
        self.path = path = paths[-1]
        self.system: System = path.system
        self.names = names
        self.rows: list[Row] = []
        self._seen: set[int] = set()
        self._kept: list[Value] = []

    def add_run(self, began: int) -> None:
        """All that was applied since the path had so many records."""
        records = [(position, entry[0]) for position, entry in enumerate(self.path.records)]
        applied = []
        for item in records[began:]:
            if isinstance(item[1], Blunder) or getattr(item[1], "failed", None):
                break  # what comes behind works with guesses
            if isinstance(item[1], Application):
                applied.append(item)
        calls = [call for call in self.interpreter.calls if self._is_here(call) and call.position >= began]
        self._add_all(applied, [call for call in calls if isinstance(call.callee, Native)], {}, 1, "")

    def add_graph(self, model: Native, sizes: Sizes[str, Size], times: Size = 1, prefix: str = "") -> None:
        """What lies between the inputs and the outputs of a functional model, its open sizes replaced."""
        graph = _Graph(self.interpreter, self.paths, leaves(model.data.get("outputs")) or [])
        for call in graph.instances:
            self.names.add(call.callee, self.names.of(call.callee, prefix=prefix) + ".")
        self._add_all(graph.applied, graph.calls, sizes, times, prefix)
        for call in graph.instances:
            self.add_weights(call.callee)

    def add_weights(self, root: Value) -> None:
        """Weights that no layer holds: `self.position = nn.Parameter(…)`, `self.add_weight(…)`."""
        for value, _ in walk(root):
            if (
                isinstance(value, TensorValue)
                and value.kind == "parameter"
                and value.shape is not None
                and self._is_new(value)
            ):
                count = self._known(product(value.shape))
                self.rows.append(
                    Row(self.names.of(value), "", "parameter", _shown(value, self.system), count, 0)
                )

    def _is_here(self, call: Called) -> bool:
        return call.path is self.path

    def _is_new(self, value: Value) -> bool:
        if id(value) in self._seen:
            return False
        self._seen.add(id(value))
        self._kept.append(value)
        return True

    def _add_all(
        self,
        applied: list[tuple[int, Application]],
        calls: list[Called],
        sizes: Sizes[str, Size],
        times: Size,
        prefix: str,
    ) -> None:
        pending = sorted(calls, key=lambda call: call.position)
        scale = {
            position: call.times
            for call in pending
            if call.callee.name != "keras.Model"  # type: ignore[attr-defined]  # Natives only
            for position in range(call.position, _end_of(call, applied))
        }
        for position, record in applied:
            while pending and pending[0].position <= position:
                self._expand(pending.pop(0), sizes, times, prefix)
            self._apply(record, sizes, times * _replaced(scale.get(position, 1), sizes), prefix)
        for call in pending:
            self._expand(call, sizes, times, prefix)

    def _expand(self, call: Called, sizes: Sizes[str, Size], times: Size, prefix: str) -> None:
        model = call.callee
        if not isinstance(model, Native) or model.name != "keras.Model":
            return
        inner: dict[str, Size] = {}
        for declared, given in zip(
            leaves(model.data.get("inputs")) or (), leaves(call.given) or (), strict=False
        ):
            if declared.shape is not None and given.shape is not None:
                inner.update(opened(declared, given.shape.substitute(sizes)))
        self.add_graph(
            model,
            inner,
            times * _replaced(self._times_of(call), sizes),
            self.names.of(model, prefix=prefix) + ".",
        )

    def _times_of(self, inner: Called) -> Size:
        """How often a TimeDistributed around a model runs it: it was called on the step of one of them."""
        step = leaves(inner.given) or []
        for call in self.interpreter.calls:
            if isinstance(call.callee, Native) and call.callee.name != "keras.Model":
                items = leaves(call.given) or []
                if len(items) == 3 and step and items[1] is step[0]:
                    return call.times
        return 1

    def _apply(self, record: Application, sizes: Sizes[str, Size], times: Size, prefix: str) -> None:
        layer = record.layer
        shapes = [
            entry.shape.substitute(sizes)
            if isinstance(entry, TensorValue) and entry.shape is not None
            else None
            for entry in record.inputs
        ]
        if not record.inputs:
            return
        parameters: Size | None = None
        macs: Size | None = None
        try:
            if layer is not None:
                parameters = self._known(for_any_layers(record.op, lambda op: held(op, shapes, record.name)))
            else:
                parameters = 0
            macs = self._known(times * for_any_layers(record.op, lambda op: op.macs(*shapes)))
        except BREAKAGES:
            parameters = macs = None  # an operator without a rule for its weights: shown as unknown
        if layer is None:
            if macs is None or macs == 0:
                return
            name, operator = "", record.name.rpartition(".")[2]
        else:
            name = "" if _is_inline(layer, self.names) else self.names.of(layer, prefix=prefix)
            operator = class_name(layer)
            if not self._is_new(layer) and parameters is not None:
                parameters = 0
        shape = _output_text(record.outputs, self.system, sizes)
        self.rows.append(Row(name, record.name, operator, shape, parameters, macs))

    def _known(self, size: Size) -> Size | None:
        """The size in the symbols that are left, None where it holds an unknown one."""
        size = _plain(size, self.system)
        return None if is_unknown(size) else size


def not_applied(model: Value, applied: set[int]) -> list[str]:
    """The paths of layers with weights that hang on a model and are not among the applied, told by identity."""
    return [
        path
        for value, path in walk(model)
        if isinstance(value, Layer)
        and value.op is not None
        and path
        and id(value) not in applied
        and _may_hold(value.op)
    ]


class _Graph:
    """What is met on the way back from the outputs of a functional model to its inputs."""

    def __init__(self, interpreter: Interpreter, paths: tuple[Path, ...], outputs: list[TensorValue]) -> None:
        makers: dict[int, tuple[int, Application]] = {}
        for path in paths:
            for position, (record, *_) in enumerate(path.records):
                if isinstance(record, Application):
                    for tensor in _tensors(record.outputs):
                        makers.setdefault(id(tensor), (position, record))
        links = {
            id(tensor): call
            for call in interpreter.calls
            if isinstance(call.callee, Native)
            for tensor in leaves(call.result) or ()
        }
        self._follow(outputs, makers, links)
        self.instances = [
            call
            for call in interpreter.calls
            if isinstance(call.callee, Instance)
            and any(id(tensor) in self.met for tensor in _tensors(call.result))
        ]

    def _follow(
        self,
        outputs: list[TensorValue],
        makers: dict[int, tuple[int, Application]],
        links: dict[int, Called],
    ) -> None:
        self.met: set[int] = set()
        applied: dict[int, tuple[int, Application]] = {}
        calls: dict[int, Called] = {}
        pending = list(outputs)
        while pending:
            tensor = pending.pop()
            if id(tensor) in self.met:
                continue
            self.met.add(id(tensor))
            maker, call = makers.get(id(tensor)), links.get(id(tensor))
            if maker is not None:
                applied[id(maker[1])] = maker
                pending.extend(entry for entry in maker[1].inputs if isinstance(entry, TensorValue))
            elif call is not None:
                calls[id(call)] = call
                # A TimeDistributed was given (all steps, one step, what one step gave).
                pending.extend(leaves(call.given) or ())
        self.applied = sorted(applied.values(), key=lambda item: item[0])
        self.calls = list(calls.values())


def held(op: Op, shapes: list[Shape | None], name: str) -> Size:
    """How many parameters the framework that spells the operator says it has.

    PyTorch's `parameters()` are what is trained; its recurrent layers add two biases where one would do, which an
    operator declares as their sum. Keras's `count_params()` counts running statistics too.
    """
    weights = op.weights(*shapes)
    counts = [product(weight) for weight in weights.values()]
    if name.startswith("torch.") and isinstance(op, Recurrent | Cell):
        counts += [
            product(weight) for key, weight in weights.items() if key == "bias" or key.startswith("bias.")
        ]
    if name.startswith(("keras.", "tf.")):
        counts += [product(state) for state in op.states(*shapes).values()]
    return total(counts)


def for_any_layers(op: Op, count: Callable[[Op], Size]) -> Size:
    """A count for an operator with an open number of stacked layers too: all behind the first count the same."""
    layers = getattr(op, "layers", None)
    if not isinstance(op, Recurrent) or not isinstance(layers, Dim):
        return count(op)
    first, both = count(op.replace(layers=1)), count(op.replace(layers=2))
    return first + (layers - 1) * (both - first)


def _is_inline(layer: Layer, names: Names) -> bool:
    """True for a layer of torch that hangs on nothing: `nn.MaxPool2d(2)(x)`."""
    return layer.name.startswith("torch.") and not names.knows(layer)


def _may_hold(op: Op) -> bool:
    """Whether a layer has weights, asked with inputs of several ranks as it may need none or any."""
    for shape in (None, Shape(2, 8), Shape(2, 8, 8), Shape(2, 8, 8, 8)):
        try:
            return bool(op.weights() if shape is None else op.weights(shape))
        except BREAKAGES:
            continue
    return False


def _end_of(call: Called, applied: list[tuple[int, Application]]) -> int:
    """The position behind the last record of a call: that which made what came out of one step."""
    tensors = leaves(call.given) or []
    last = id(tensors[-1]) if tensors else 0
    for position, record in applied:
        if any(id(tensor) == last for tensor in _tensors(record.outputs)):
            return position + 1
    return call.position


def _tensors(value: Any) -> list[TensorValue]:
    if isinstance(value, TensorValue):
        return [value]
    if isinstance(value, Sequence):
        value = value.items or ()
    if isinstance(value, tuple | list):
        return [tensor for entry in value for tensor in _tensors(entry)]
    return []


def _replaced(size: Size, sizes: Sizes[str, Size]) -> Size:
    return size if isinstance(size, int) else Shape(size).substitute(sizes)[0]


def _output_text(outputs: Any, system: System, sizes: Sizes[str, Size]) -> str:
    if isinstance(outputs, tuple):
        return ", ".join(_output_text(entry, system, sizes) for entry in outputs)
    return _shown(outputs, system, sizes)


def _plain(size: Size, system: System) -> Size:
    return reduced(system.simplify(size), system.residual)


def _shown(value: Value | None, system: System, sizes: Sizes[str, Size] | None = None) -> str:
    """A value as text: the shapes of tensors, nested as they are."""
    if isinstance(value, TensorValue):
        if value.shape is None:
            return "?" if value.lazy is None else "(…)"  # any rank, that of an input
        shape = value.shape.substitute(sizes) if sizes else value.shape
        return str(Shape(*(_plain(size, system) for size in shape)))
    if isinstance(value, Sequence) and value.items is not None and value.kind != "size":
        return f"({', '.join(_shown(entry, system, sizes) for entry in value.items)})"
    if isinstance(value, Mapping) and value.entries is not None:
        inner = (f"{key}: {_shown(entry, system, sizes)}" for key, entry in value.entries.items())
        return f"{{{', '.join(inner)}}}"
    return "?"


shown = _shown
