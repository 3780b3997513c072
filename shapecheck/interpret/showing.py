"""Roots whose layers are shown: a class, or whatever code builds, called on inputs of open or given shapes."""

from __future__ import annotations

import ast
from itertools import product
from typing import TYPE_CHECKING

from shapecheck.algebra import free_symbols, symbol
from shapecheck.interpret.declared import declared_shapes
from shapecheck.interpret.foreign import MODULE
from shapecheck.interpret.functions import plan_of
from shapecheck.interpret.keras.functional import leaves, opened
from shapecheck.interpret.subjects import STACKS, is_model
from shapecheck.interpret.symbolic import MOST_ALTERNATIVES, ClassRoot, forward_of
from shapecheck.interpret.values import (
    Axis,
    Class,
    Container,
    Instance,
    Layer,
    Native,
    Sequence,
    TensorValue,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Shape, Size
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.paths import Path
    from shapecheck.interpret.values import Function, Value

USUAL_RANKS = (4, 3, 5, 2)
INPUT = "inputs"  # what the one input of a stack of layers is called


class InputsError(Exception):
    """Other inputs were asked for than the model takes; the text says which."""


class ShownRoot(ClassRoot):
    """A class: instantiated, then called on inputs of the given shapes, in order, where some are given."""

    def __init__(self, cls: Class, shapes: tuple[Shape, ...] = (), *, general: bool = False) -> None:
        super().__init__(cls, general=general)
        self.shapes = shapes
        self.model: Value | None = None
        self.replaced: dict[
            str, Size
        ] = {}  # open sizes of a functional model, with what the given shapes make of them
        self.early = False  # whether the ranks of the inputs that are known by now are so from the start
        self.began = 0  # records of the path before the model was called: what its constructor tried out

    def _copy(self) -> ShownRoot:
        return self._filled(ShownRoot(self.cls, self.shapes, general=self.general))

    def _filled(self, other: ShownRoot) -> ShownRoot:
        other.ranks, other.chosen, other.given = dict(self.ranks), dict(self.chosen), self.given
        other.early = self.early
        return other

    def settled(self) -> ShownRoot:
        """The same root with the ranks of its inputs known from the start, before code reads their sizes."""
        other = self._copy()
        other.early = True
        return other

    def other_ranks(self) -> list[ShownRoot]:
        """The root at other combinations of ranks; of too many those with the fewest axes."""
        names = list(self.ranks)
        first = tuple(self.chosen.get(name, ranks[0]) for name, (ranks, _) in self.ranks.items())
        choices = [
            choice for choice in product(*(ranks for ranks, _ in self.ranks.values())) if choice != first
        ]
        if len(choices) > MOST_ALTERNATIVES:
            choices = sorted(choices, key=sum)[:MOST_ALTERNATIVES]
        found = []
        for choice in choices:
            other = self._copy()
            other.chosen = dict(zip(names, choice, strict=True))
            found.append(other)
        return found

    def settled_alternatives(self) -> list[ShownRoot]:
        """The other combinations of ranks, known from the start."""
        found = self.other_ranks()
        for other in found:
            other.early = True
        return found

    def guesses(self) -> list[ShownRoot]:
        """The root with each usual rank for all inputs that nothing settles the rank of."""
        open_inputs = [
            name for name, tensor in self.inputs.items() if tensor.shape is None and name not in self.ranks
        ]
        if not open_inputs or self._is_neutral():
            return []
        found = []
        for rank in USUAL_RANKS:
            other = self.settled()
            for name in open_inputs:
                other.ranks[name] = ((rank,), None)
                other.chosen[name] = rank
            found.append(other)
        return found

    def _is_neutral(self) -> bool:
        """True where the result has the shape of an input, whatever that is."""
        return isinstance(self.result, TensorValue) and self.result.lazy is not None

    def input_value(self, interpreter: Interpreter, parameter: ast.arg, family: str, path: Path) -> Value:
        """One input, of known rank where that is settled."""
        value = super().input_value(interpreter, parameter, family, path)
        if self.early and isinstance(value, TensorValue) and value.lazy in self.ranks and value.shape is None:
            assert value.lazy is not None
            self.settle(path, value.lazy, *self.ranks[value.lazy])
        return value

    def forward_arguments(
        self, interpreter: Interpreter, forward: Function, family: str, path: Path
    ) -> tuple[list[Value], dict[str, Value]] | None:
        """A tensor for each parameter without default, and for those whose shape is asked for."""
        plan = plan_of(forward.node)
        parameters = [*plan.positional[1:], *plan.keyword_only]
        if len(self.shapes) > len(parameters):
            raise InputsError(_too_many(self.cls.name, [entry.arg for entry in parameters], self.shapes))
        if self.shapes:
            asked = dict(zip((entry.arg for entry in parameters), self.shapes, strict=False))
            self.given = {**(self.given or {}), **asked}
        found = super().forward_arguments(interpreter, forward, family, path)
        if found is not None:
            positional, named = found
            taken = {entry.arg for entry in plan.positional[1 : 1 + len(positional)]} | named.keys()
            for parameter in parameters[: len(self.shapes)]:
                if parameter.arg not in taken:
                    named[parameter.arg] = self.input_value(interpreter, parameter, family, path)
            self.model = self.instance
        self.began = len(path.records)
        return found


class BuiltRoot(ShownRoot):
    """A model that code builds: `make` gives it, on every path anew."""

    def __init__(
        self, name: str, make: Callable[[Interpreter, Path], Value | None], shapes: tuple[Shape, ...] = ()
    ) -> None:
        super().__init__(Class(name, [], {}, None), shapes)
        self.name = name
        self.make = make

    def _copy(self) -> BuiltRoot:
        other = BuiltRoot(self.name, self.make, self.shapes)
        self._filled(other)
        return other

    def run(self, interpreter: Interpreter, path: Path) -> None:
        """One path."""
        model = self.make(interpreter, path)
        self.model = model
        self.began = len(path.records)
        frame, node = _place(interpreter)
        if isinstance(model, Instance):
            self.instance = model
            forward = forward_of(model.cls)
            if forward is not None:
                self._run_forward(interpreter, model, forward, path)
                return
            model = self.model = model.native
        declared = declared_input(model)
        if isinstance(declared, TensorValue) or model is None:
            self._run_declared(interpreter, model, declared)
        elif isinstance(model, Native) and model.name == "keras.Model":
            self._run_functional(interpreter, model)
        else:
            x = self._one_input(interpreter, model, path)
            self.result = interpreter.call(model, [x], {}, node, frame)

    def _run_forward(self, interpreter: Interpreter, model: Instance, forward: Function, path: Path) -> None:
        assert model.cls.frame is not None
        frame = model.cls.frame
        self.cls = model.cls
        if self.given is None:
            self.given = declared_shapes(model.cls, forward, frame.source, interpreter.project.inputs)
        family = "torch.Tensor" if MODULE in model.cls.foreign() else "tf.Tensor"
        found = self.forward_arguments(interpreter, forward, family, path)
        if found is not None:
            self.result = interpreter.call(model, *found, forward.node, frame)

    def _one_input(self, interpreter: Interpreter, model: Value, path: Path) -> TensorValue:
        self._check_count([INPUT])
        family = "tf.Tensor" if _is_keras(model) else "torch.Tensor"
        self.inputs = {}
        interpreter.inputs = self.inputs
        interpreter.settler = lambda name, ranks, names: self.settle(path, name, ranks, names)
        x = TensorValue(None, family=family, lazy=INPUT)
        if self.shapes:
            x = _given(self.shapes[0], family, path)
        self.inputs[INPUT] = x
        if self.early and INPUT in self.ranks and x.shape is None:
            self.settle(path, INPUT, *self.ranks[INPUT])
        return x

    def _run_declared(self, interpreter: Interpreter, model: Value | None, declared: Value | None) -> None:
        """A Sequential with a declared input: called on it, or on the asked shape."""
        if model is None or not isinstance(declared, TensorValue):
            return
        self._check_count([INPUT])
        frame, node = _place(interpreter)
        shapes = self.shapes or _renumbered([declared.shape])
        x = _given(shapes[0], "tf.Tensor", interpreter.path) if shapes else declared
        self.inputs = {INPUT: x}
        self.result = interpreter.call(model, [x], {}, node, frame)

    def _run_functional(self, interpreter: Interpreter, model: Native) -> None:
        """A functional model is a graph that was already worked out; other inputs are put in their place."""
        declared = leaves(model.data.get("inputs")) or []
        self.inputs = {f"{INPUT}_{index}": tensor for index, tensor in enumerate(declared)}
        self.result = model.data.get("outputs")
        shapes = self.shapes or _renumbered([tensor.shape for tensor in declared])
        if not shapes:
            return
        self._check_count([f"input {index}" for index in range(1, len(declared) + 1)])
        if len(shapes) < len(declared):
            raise InputsError(f"{self.name} takes {_counted(len(declared))}, {_given_count(shapes)}")
        tensors = [_given(shape, "tf.Tensor", interpreter.path) for shape in shapes]
        self.inputs = {f"{INPUT}_{index}": tensor for index, tensor in enumerate(tensors)}
        given = _in_place(model.data.get("inputs"), iter(tensors))
        frame, node = _place(interpreter)
        self.result = None if given is None else interpreter.call(model, [given], {}, node, frame)
        for wanted, tensor in zip(declared, tensors, strict=True):
            if wanted.shape is not None and len(wanted.shape) == len(tensor.shape or ()):
                self.replaced.update(opened(wanted, tensor.shape or wanted.shape))

    def _check_count(self, names: list[str]) -> None:
        if len(self.shapes) > len(names):
            raise InputsError(_too_many(self.cls.name, names, self.shapes))


def declared_input(model: Value | None) -> Value | None:
    """The input that a Sequential of Keras says it takes."""
    if isinstance(model, Native) and model.name == "keras.Sequential":
        declared: Value | None = model.data.get("input")
        return declared
    return None


def first_models(value: Value | None) -> list[tuple[str, Value]]:
    """The models that a call returned, with what tells them apart: "" for one, "[0]" in a tuple."""
    if value is not None and is_model(value):
        return [("", value)]
    if isinstance(value, Sequence) and value.items is not None and value.kind in ("tuple", "list"):
        return [(f"[{index}]", entry) for index, entry in enumerate(value.items) if is_model(entry)]
    return []


def _is_keras(model: Value) -> bool:
    if isinstance(model, Layer):
        return model.name.startswith("keras.")
    return (
        not isinstance(model, Container)
        and isinstance(model, Native)
        and (model.name in STACKS or model.name.startswith("keras."))
    )


def _given(shape: Shape, family: str, path: Path) -> TensorValue:
    path.taken_names |= {name for size in shape for name in free_symbols(size)}
    return TensorValue(shape, family=family, axes=tuple(Axis(str(size)) for size in shape))


def _in_place(structure: Value | None, tensors: object) -> Value | None:
    """The structure of a model's inputs with other tensors in it, in the order of `leaves`."""
    from shapecheck.interpret.values import Mapping

    if isinstance(structure, TensorValue):
        return next(tensors)  # type: ignore[call-overload,no-any-return]  # as many as leaves
    if isinstance(structure, Sequence) and structure.items is not None:
        parts = [_in_place(entry, tensors) for entry in structure.items]
        return Sequence(structure.kind, [part for part in parts if part is not None])
    if isinstance(structure, Mapping) and structure.entries is not None:
        filled = {key: _in_place(structure.entries[key], tensors) for key in sorted(structure.entries)}
        return Mapping({key: part for key, part in filled.items() if part is not None})
    return None


def _renumbered(shapes: list[Shape | None]) -> tuple[Shape, ...]:
    """Shapes whose open sizes are called n where the module's code has got to n_7; () where there is nothing to do.

    All inputs of a model of Keras have the same batch.
    """
    known = [shape for shape in shapes if shape is not None]
    batches = {str(shape[0]) for shape in known if shape and not isinstance(shape[0], int)}
    names = sorted({name for shape in known for size in shape for name in free_symbols(size)} - batches)
    renamed: dict[str, Size] = dict.fromkeys(batches - {"n"}, symbol("n")) if "n" not in names else {}
    taken = {"n", *(name for name in names if not _numbered(name))}
    for name in names:
        plain = name.rpartition("_")[0] if _numbered(name) else name
        if plain != name and plain not in taken:
            taken.add(plain)
            renamed[name] = symbol(plain)
    if not renamed or len(known) < len(shapes):
        return ()
    return tuple(shape.substitute(renamed) for shape in known)


def _numbered(name: str) -> bool:
    return name.rpartition("_")[2].isdigit() and not name.startswith("_")


def _place(interpreter: Interpreter) -> tuple[Frame, ast.AST]:
    """Where a call that no code writes happens: the beginning of the file."""
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.values import Module

    source = interpreter.source
    module = Module("__main__", source, {}, path=source.path)
    return Frame(module, source, module.members), ast.Pass(
        lineno=1, col_offset=0, end_lineno=1, end_col_offset=0
    )


def _too_many(name: str, names: list[str], shapes: tuple[Shape, ...]) -> str:
    listed = f" ({', '.join(names)})" if names and names != [INPUT] else ""
    return f"{name} takes {_counted(len(names))}{listed}, {_given_count(shapes)}"


def _given_count(shapes: tuple[Shape, ...]) -> str:
    return "one shape was given" if len(shapes) == 1 else f"{len(shapes)} shapes were given"


def _counted(count: int) -> str:
    return "one input" if count == 1 else f"{count} inputs"
