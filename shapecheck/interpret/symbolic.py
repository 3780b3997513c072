"""Symbolic roots: a model class with arguments that stand for any, and a function that nobody calls.

Constructor parameters without a default become unknown values that turn into sizes named after them. Inputs of
`forward` are tensors whose rank is open until an operator, an unpacking or a comparison settles it.
"""

from __future__ import annotations

import ast
from itertools import product
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Shape, free_symbols, symbol
from shapecheck.interpret.declared import declared_shapes
from shapecheck.interpret.foreign import KERAS_LAYER, MODULE
from shapecheck.interpret.frames import Call
from shapecheck.interpret.functions import plan_of
from shapecheck.interpret.paths import STEPS
from shapecheck.interpret.truth import equality_key
from shapecheck.interpret.values import (
    Axis,
    Class,
    Function,
    Instance,
    Int,
    Literal,
    Mapping,
    Sequence,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    from shapecheck.interpret.contracts_entry import Entry
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.paths import Path
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Value

FORWARD = {MODULE: "forward", KERAS_LAYER: "call"}
MOST_ALTERNATIVES = 12
_NAMES: dict[int, tuple[str, ...]] = {
    0: (),
    1: ("n",),
    2: ("n", "d"),
    3: ("n", "t", "d"),
    4: ("n", "c", "h", "w"),
    5: ("n", "t", "c", "h", "w"),
}
_KINDS = {"int": "int", "bool": "bool", "str": "str", "float": "float"}


def is_model_class(cls: Class) -> bool:
    """True for a class with a forward (or call) of its own or of a user class above it, on a framework's base."""
    return forward_of(cls) is not None


def forward_of(cls: Class) -> Function | None:
    """The function that runs when a model of this class is called."""
    foreign = cls.foreign()
    for base, name in FORWARD.items():
        if base in foreign:
            found = cls.find(name)
            if found is not None and isinstance(found[0], Function):
                return found[0]
    return None


class ClassRoot:
    """One class: instantiate it, then call it."""

    brief = False  # whether it is worth a short look only
    steps = STEPS

    def __init__(self, cls: Class, *, general: bool = False) -> None:
        self.cls = cls
        self.general = general
        self.ranks: dict[str, tuple[tuple[int, ...], tuple[str, ...] | None]] = {}
        self.chosen: dict[str, int] = {}
        self.instance: Instance | None = None
        self.inputs: dict[str, TensorValue] = {}
        self.given: dict[str, Shape] | None = None  # declared shapes of inputs, by parameter
        self.entry: Entry | None = None  # what its contract lets in
        self.result: Value | None = None

    def home(self) -> tuple[Source, int, int]:
        """The lines that the root is."""
        assert self.cls.node is not None and self.cls.frame is not None
        return self.cls.frame.source, self.cls.node.lineno, self.cls.node.end_lineno or self.cls.node.lineno

    def settle(self, path: Path, name: str, ranks: tuple[int, ...], names: tuple[str, ...] | None) -> None:
        """Give an input its shape: the rank chosen for this root, else the preferred one of those allowed."""
        ranks = tuple(rank for rank in ranks if not _is_excluded(path, name, rank)) or ranks
        if self.entry is not None:
            ranks = self.entry.ranks(name, ranks)
        settled = self.ranks.get(name)
        if settled is None:
            self.ranks[name] = (ranks, names)
        else:
            # On another path an operator settled it that takes other ranks: each of them is to be tried.
            self.ranks[name] = (tuple(dict.fromkeys((*settled[0], *ranks))), settled[1])
        rank = self.chosen.get(name, self.ranks[name][0][0])
        if rank not in ranks:
            rank = ranks[0]
        if names is None or len(names) != rank:
            names = _NAMES.get(rank, tuple(f"d{axis}" for axis in range(rank)))
        if names and names[0] in ("_", ""):
            names = ("n", *names[1:])  # an axis that code does not name is the batch
        tensor = self.inputs[name]
        promised = self.entry.settled(name, rank) if self.entry is not None else None
        if promised is not None:
            tensor.shape = promised
            return
        known = tensor.sizes or {}
        sizes = [known.get(axis, known.get(axis - rank)) for axis in range(rank)]
        tensor.shape = Shape(
            *(
                axis_symbol(path, entry, name) if size is None else size
                for entry, size in zip(names, sizes, strict=True)
            )
        )
        tensor._axes = tuple(Axis(entry) for entry in names)

    def alternatives(self) -> list[ClassRoot] | None:
        """The same root at all other combinations of ranks that its inputs may have; None where these are too many."""
        count = 1
        for ranks, _ in self.ranks.values():
            count *= len(ranks)
        if count > MOST_ALTERNATIVES:
            return None
        names = list(self.ranks)
        first = tuple(ranks[0] for ranks, _ in self.ranks.values())
        found = []
        for choice in product(*(ranks for ranks, _ in self.ranks.values())):
            if choice != first:
                other = self._copy()
                other.chosen = dict(zip(names, choice, strict=True))
                found.append(other)
        return found

    def generalised(self) -> ClassRoot:
        """The same root with unknown values in place of defaults."""
        other = self._copy()
        other.general = True
        return other

    def _copy(self) -> ClassRoot:
        other = type(self)(self.cls, general=self.general)
        other.ranks = dict(self.ranks)
        other.chosen = dict(self.chosen)
        other.given = self.given
        return other

    def has_defaults(self) -> bool:
        """True where a parameter of the constructor has a default, or an input may be left out."""
        found = self.cls.find("__init__")
        return self.may_be_given_more() or (
            found is not None
            and isinstance(found[0], Function)
            and bool(found[0].defaults or any(entry is not None for entry in found[0].keyword_defaults))
        )

    def may_be_given_more(self) -> bool:
        """True where an input may be left out: what fails without it may be what nobody does."""
        forward = forward_of(self.cls)
        return forward is not None and any(
            isinstance(default, Literal) and default.value is None
            for default in (*forward.defaults, *forward.keyword_defaults)
        )

    def run(self, interpreter: Interpreter, path: Path) -> None:
        """One path."""
        assert self.cls.node is not None and self.cls.frame is not None
        node, frame = self.cls.node, self.cls.frame
        found = self.cls.find("__init__")
        arguments: dict[str, Value] = {}
        if found is not None and isinstance(found[0], Function):
            arguments = constructor_arguments(interpreter, found[0], general=self.general)
        elif self.cls.fields:
            arguments = {
                name: interpreter.unknown(name, key=("argument", name))
                for name in self.cls.fields
                if self.cls.find(name) is None
            }
        # Without a constructor of its own it takes what a foreign one takes, which is not known.
        more = found is None and not self.cls.fields
        if found is not None and isinstance(found[0], Function):
            plan = plan_of(found[0].node)
            # With *args and **kwargs it may be given more, for the constructor that it passes them to.
            more = plan.rest is not None or plan.keywords is not None
            if more:
                arguments = {**_defaults(found[0]), **arguments}
        instance = interpreter.call(self.cls, [], arguments, node, frame, open=more)
        if not isinstance(instance, Instance):
            return
        instance.key = ("self",)
        self.instance = instance
        forward = self.entrance()
        if forward is None:
            return
        if self.given is None:
            self.given = declared_shapes(self.cls, forward, frame.source, interpreter.project.inputs)
        torch = MODULE in self.cls.foreign()
        family = "torch.Tensor" if torch else "tf.Tensor"
        given = self.forward_arguments(interpreter, forward, family, path)
        if given is None:
            return
        positional, named = given
        self.result = interpreter.call(self.callee(instance), positional, named, forward.node, frame)

    def entrance(self) -> Function | None:
        """The function that is analysed."""
        return forward_of(self.cls)

    def callee(self, instance: Instance) -> Value:
        """What is called to run it."""
        return instance

    def forward_arguments(
        self, interpreter: Interpreter, forward: Function, family: str, path: Path
    ) -> tuple[list[Value], dict[str, Value]] | None:
        """What `forward` is called with: a tensor for each parameter without default."""
        plan = plan_of(forward.node)
        self.inputs = {}
        interpreter.inputs = self.inputs
        interpreter.settler = lambda name, ranks, names: self.settle(path, name, ranks, names)
        self.entry = _entering(interpreter, forward, self.instance, path, self.given or {})
        required = plan.positional[1 : len(plan.positional) - len(forward.defaults)]
        positional = [self.input_value(interpreter, parameter, family, path) for parameter in required]
        named: dict[str, Value] = {}
        for parameter, default in zip(plan.keyword_only, forward.keyword_defaults, strict=True):
            if default is None:
                named[parameter.arg] = self.input_value(interpreter, parameter, family, path)
        if self.general:
            for name in _defaults(forward):
                named[name] = interpreter.unknown(name, key=("parameter", name))
        return positional, named

    def input_value(self, interpreter: Interpreter, parameter: ast.arg, family: str, path: Path) -> Value:
        """One input: a tensor of settled or open rank, unless its annotation says that it is none."""
        name = parameter.arg
        shape = self.given.get(name) if self.given else None
        if shape is None and self.entry is not None and self.entry.speaks_of(name):
            promised = self.entry.argument(name, family)
            if isinstance(promised, TensorValue):
                self.inputs[name] = promised
            return promised
        if not _may_be_tensor(parameter.annotation):
            return interpreter.unknown(name, key=("parameter", name), kind=kind_of(parameter.annotation))
        if shape is not None:
            path.taken_names |= {symbol_name for size in shape for symbol_name in free_symbols(size)}
            tensor = TensorValue(shape, family=family, axes=tuple(Axis(str(size)) for size in shape))
        else:
            tensor = TensorValue(None, family=family, lazy=name)
        self.inputs[name] = tensor
        return tensor


def _is_excluded(path: Path, name: str, rank: int) -> bool:
    """True for a rank that the input does not have on this path: it was compared with it."""
    return path.answers.get(equality_key(("rank", name), rank)) is False


def _entering(
    interpreter: Interpreter, function: Function, receiver: Value | None, path: Path, given: dict[str, Shape]
) -> Entry | None:
    """What the contract of a function lets in, None without one; `given` are arguments that are chosen already."""
    if function.contract is None:
        return None
    from shapecheck.interpret.contracts_entry import entering

    return entering(interpreter, function, receiver, path, given)


def axis_symbol(path: Path, name: str, parameter: str) -> Any:
    """A new symbol for an axis, whose name nothing else on the path has."""
    if name in ("_", ""):
        name = f"{parameter}_axis"
    taken = name
    count = 2
    while taken in path.taken_names:
        taken = f"{name}_{count}"
        count += 1
    path.taken_names.add(taken)
    return symbol(taken)


def kind_of(annotation: ast.expr | None) -> str:
    """The kind of unknown value that an annotation names, "" without one."""
    if isinstance(annotation, ast.Name):
        return _KINDS.get(annotation.id, "other")
    return "" if annotation is None else "other"


def _may_be_tensor(annotation: ast.expr | None) -> bool:
    """False where an annotation says that a parameter is no (single) tensor."""
    if annotation is None:
        return True
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.rpartition(".")[2] in _TENSORS
    if isinstance(annotation, ast.Subscript):
        return (
            isinstance(annotation.slice, ast.Tuple)
            and bool(annotation.slice.elts)
            and _is_tensor(annotation.slice.elts[0])
        )
    return _is_tensor(annotation)


_TENSORS = frozenset(
    (
        "Tensor",
        "FloatTensor",
        "LongTensor",
        "KerasTensor",
        "Variable",
        "ndarray",
        "Any",
        "TensorType",
        "Input",
    )
)


def _is_tensor(annotation: ast.expr) -> bool:
    last = annotation.attr if isinstance(annotation, ast.Attribute) else getattr(annotation, "id", "")
    return last in _TENSORS


def constructor_arguments(interpreter: Interpreter, function: Function, *, general: bool) -> dict[str, Value]:
    """A value for each parameter that must be given; with `general`, for those with a default too."""
    plan = plan_of(function.node)
    found: dict[str, Value] = {}
    first = len(plan.positional) - len(function.defaults)
    for index, parameter in enumerate(plan.positional[1:], start=1):
        default = function.defaults[index - first] if index >= first else None
        _add_argument(interpreter, found, parameter, default, general=general)
    for parameter, keyword_default in zip(plan.keyword_only, function.keyword_defaults, strict=True):
        _add_argument(interpreter, found, parameter, keyword_default, general=general)
    return found


def _defaults(function: Function) -> dict[str, Value]:
    """The parameters that have a default, with it."""
    plan = plan_of(function.node)
    optional = plan.positional[len(plan.positional) - len(function.defaults) :]
    found = {entry.arg: value for entry, value in zip(optional, function.defaults, strict=True)}
    for parameter, default in zip(plan.keyword_only, function.keyword_defaults, strict=True):
        if default is not None:
            found[parameter.arg] = default
    return found


# What the name of a number of features, channels or the like holds; others, such as an axis, may be negative.
_COUNTS = (
    "size",
    "channels",
    "features",
    "feats",
    "width",
    "units",
    "classes",
    "hidden",
    "_dim",
    "_dims",
    "num_",
)


def _stands_for_nothing(name: str, default: Value | None) -> bool:
    """True for a default that must be replaced: an empty list, or a negative number of something."""
    if isinstance(default, Sequence):
        return not default.items
    if isinstance(default, Mapping):
        return not default.entries
    return (
        isinstance(default, Int)
        and isinstance(default.size, int)
        and default.size < 0
        and any(part in name for part in _COUNTS)
    )


def _add_argument(
    interpreter: Interpreter,
    found: dict[str, Value],
    parameter: ast.arg,
    default: Value | None,
    *,
    general: bool,
) -> None:
    kind = kind_of(parameter.annotation)
    if _stands_for_nothing(parameter.arg, default):
        default = None
    if default is not None:
        if not general:
            return
        if isinstance(default, Int):
            kind = "int"
        elif isinstance(default, Literal) and isinstance(default.value, bool | str | float):
            kind = type(default.value).__name__
    found[parameter.arg] = Unknown(f"the argument {parameter.arg}", ("argument", parameter.arg), kind=kind)


class FunctionRoot(ClassRoot):
    """A function that nobody calls, with unknown arguments."""

    brief = True
    steps = 4_000

    def __init__(self, function: Function, *, general: bool = False) -> None:
        super().__init__(Class(function.name, [], {}, None), general=general)
        self.function = function

    def _copy(self) -> FunctionRoot:
        other = FunctionRoot(self.function, general=self.general)
        other.ranks = dict(self.ranks)
        other.chosen = dict(self.chosen)
        return other

    def home(self) -> tuple[Source, int, int]:
        """The lines that the function is."""
        node = self.function.node
        return self.function.frame.source, node.lineno, node.end_lineno or node.lineno

    def has_defaults(self) -> bool:
        """True where a parameter has a default."""
        return bool(
            self.function.defaults or any(entry is not None for entry in self.function.keyword_defaults)
        )

    def run(self, interpreter: Interpreter, path: Path) -> None:
        """One path."""
        function = self.function
        self.inputs = {}
        interpreter.inputs = self.inputs
        interpreter.settler = lambda name, ranks, names: self.settle(path, name, ranks, names)
        self.entry = _entering(interpreter, function, None, path, {})
        plan = plan_of(function.node)
        required = plan.positional[: len(plan.positional) - len(function.defaults)]
        arguments: dict[str, Value] = {}
        for parameter in required:
            kind = kind_of(parameter.annotation)
            arguments[parameter.arg] = self._argument(parameter.arg, kind)
        for parameter, default in zip(plan.keyword_only, function.keyword_defaults, strict=True):
            if default is None:
                arguments[parameter.arg] = self._argument(parameter.arg, "")
        first = len(required)
        for parameter, default in zip(plan.positional[first:], function.defaults, strict=True):
            unknown = Unknown(parameter.arg, ("parameter", parameter.arg))
            arguments[parameter.arg] = unknown if self.general else default
        positional = [
            arguments.pop(parameter.arg) for parameter in plan.positional if parameter.arg in arguments
        ]
        more = plan.rest is not None or plan.keywords is not None
        if more and not self.general:
            keyword_only = {parameter.arg for parameter in plan.keyword_only}
            given = _defaults(function).items()
            arguments.update({name: value for name, value in given if name in keyword_only})
        # Whoever calls the function may pass more through *args and **kwargs.
        request = Call(function.name, function.node, function.frame, positional, arguments, open=more)
        from shapecheck.interpret.functions import call_function

        self.result = call_function(interpreter, function, request)

    def _argument(self, name: str, kind: str) -> Value:
        """One argument: what the contract lets in, else anything."""
        if self.entry is None or not self.entry.speaks_of(name):
            return Unknown(name, ("parameter", name), kind=kind)
        promised = self.entry.argument(name, "")
        if isinstance(promised, TensorValue):
            self.inputs[name] = promised
        return promised
