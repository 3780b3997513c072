"""What type a value has: isinstance, issubclass, type, callable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.reading import closed, unknown
from shapecheck.interpret.foreign import bases
from shapecheck.interpret.values import (
    Class,
    Container,
    External,
    Function,
    Instance,
    Int,
    Layer,
    Literal,
    Mapping,
    Method,
    Module,
    Native,
    Partial,
    Sequence,
    Slice,
    TensorValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

_ITERABLE = ("Iterable", "Collection", "Sized", "Container")
_NUMBERS = ("numbers.Number", "numbers.Complex", "numbers.Real")
# Python's own types and the abstract ones that they belong to, without the module of the latter.
_PYTHON: dict[str, tuple[str, ...]] = {
    "builtins.int": (*_NUMBERS, "numbers.Rational", "numbers.Integral", "Hashable"),
    "builtins.float": (*_NUMBERS, "Hashable"),
    "builtins.complex": ("numbers.Number", "numbers.Complex", "Hashable"),
    "builtins.str": (*_ITERABLE, "Sequence", "Reversible", "Hashable"),
    "builtins.bytes": (*_ITERABLE, "Sequence", "Reversible", "Hashable"),
    "builtins.list": (*_ITERABLE, "Sequence", "MutableSequence", "Reversible"),
    "builtins.tuple": (*_ITERABLE, "Sequence", "Reversible", "Hashable"),
    "builtins.range": (*_ITERABLE, "Sequence", "Reversible", "Hashable"),
    "builtins.set": (*_ITERABLE, "Set", "MutableSet"),
    "builtins.dict": (*_ITERABLE, "Mapping", "MutableMapping", "Reversible"),
    "builtins.slice": (),
    "types.NoneType": ("Hashable",),
    "types.EllipsisType": ("Hashable",),
    "types.FunctionType": ("Callable", "Hashable"),
    "types.MethodType": ("Callable", "Hashable"),
    "builtins.type": ("Callable", "Hashable"),
}
_ABSTRACT_HOMES = ("collections.abc.", "typing.", "collections.")
_TENSORS = {
    "torch.Tensor": "torch.Tensor",
    "numpy.ndarray": "numpy.ndarray",
    "tf.Tensor": "tf.Tensor",
    "keras.KerasTensor": "keras.KerasTensor",
}
# Concrete foreign classes that no value of Python's own types is an instance of.
_CONCRETE = ("torch.", "keras.", "tf.", "numpy.ndarray", "collections.", "enum.", "pathlib.", "dict.")
_BUILTIN_TYPES = frozenset(
    name for name in _PYTHON if name.startswith("builtins.")
) | {"builtins.bool", "builtins.frozenset", "builtins.bytearray", "types.NoneType"}  # fmt: skip


def type_names(value: Value) -> tuple[str, ...] | None:
    """The class of a value and what it derives from, as dotted names; None where that is not known."""
    if isinstance(value, Int):
        return ("builtins.int",)
    if isinstance(value, Literal):
        return _literal_type(value)
    if isinstance(value, Sequence):
        return _sequence_type(value)
    if isinstance(value, Mapping):
        if value.kind in ("dict", "OrderedDict", "defaultdict", "Counter"):
            return (
                (f"collections.{value.kind}", "builtins.dict") if value.kind != "dict" else ("builtins.dict",)
            )
        return None
    if isinstance(value, TensorValue):
        if value.family not in _TENSORS:
            return None
        own = _TENSORS[value.family]
        return ("torch.nn.Parameter", own) if value.kind == "parameter" and own == "torch.Tensor" else (own,)
    if isinstance(value, Layer | Container | Native):
        return tuple(bases(value.name))
    simple = {
        Function: "types.FunctionType",
        Method: "types.MethodType",
        Class: "builtins.type",
        Slice: "builtins.slice",
    }
    name = simple.get(type(value))
    return None if name is None else (name,)


def _literal_type(value: Literal) -> tuple[str, ...] | None:
    found = value.value
    if found is None:
        return ("types.NoneType",)
    if found is ...:
        return ("types.EllipsisType",)
    if isinstance(found, bool):
        return ("builtins.bool", "builtins.int")
    name = f"builtins.{type(found).__name__}"
    return (name,) if name in _PYTHON else None


def _sequence_type(value: Sequence) -> tuple[str, ...] | None:
    if value.kind in ("list", "tuple", "set", "range"):
        return (f"builtins.{value.kind}",)
    if value.kind != "size" or value.source is None:
        return None
    if value.source.family == "torch.Tensor":
        return ("torch.Size", "builtins.tuple")
    return ("builtins.tuple",) if value.source.family in ("numpy.ndarray", "keras.KerasTensor") else None


def instance_of(value: Value, info: Value) -> bool | None:
    """Whether a value is an instance of a class, or of one of a tuple of classes; None where not known."""
    if isinstance(info, Sequence):
        if info.items is None:
            return None
        answers = [instance_of(value, entry) for entry in info.items]
        if True in answers:
            return True
        return None if None in answers else False
    if isinstance(value, Instance):
        return subclass_of(value.cls, info)
    if isinstance(value, Unknown):
        return _narrowed(value, info)
    names = type_names(value)
    if isinstance(info, Class):
        # The members of an enumeration are held as their bare values.
        enumeration = any(name.startswith("enum.") for name in info.foreign())
        return None if names is None or info.open or enumeration else False
    if names is None or not isinstance(info, External):
        return None
    return _among(value, names, info.name)


def _narrowed(value: Unknown, info: Value) -> bool | None:
    """An unknown value of which only the kind is known."""
    if value.kind in ("int", "float", "str", "bool") and isinstance(info, External):
        own = (f"builtins.{value.kind}", *(("builtins.int",) if value.kind == "bool" else ()))
        return _among(value, own, info.name) if info.name in _BUILTIN_TYPES else None
    return None


def _among(value: Value, names: tuple[str, ...], wanted: str) -> bool | None:
    if wanted in names or wanted == "builtins.object":
        return True
    for home in _ABSTRACT_HOMES:
        if wanted.startswith(home):
            short = wanted.removeprefix(home)
            own = {found for name in names for found in _PYTHON.get(name, ())}
            if short in own:
                return True
            if any(short in found for found in _PYTHON.values()) and all(
                name in _PYTHON for name in names[-1:]
            ):
                return False
    if wanted.startswith("numbers."):
        own = {found for name in names for found in _PYTHON.get(name, ())}
        return wanted in own if names[-1] in _PYTHON else None
    python = names[-1] in _PYTHON
    if wanted in _BUILTIN_TYPES:
        return False if python or not isinstance(value, Native) else None
    if python:
        # A number made by numpy is held like any other integer, so numpy's scalar classes stay open.
        return False if wanted.startswith(_CONCRETE) else None
    if isinstance(value, Layer | Container) and wanted.startswith(("torch.nn.", "keras.layers.")):
        return False if wanted.rpartition(".")[2] not in _FAMILIES else None
    return False if isinstance(value, TensorValue) and wanted.startswith("torch.nn.") else None


# Foreign base classes that are not traced to their subclasses.
_FAMILIES = frozenset(
    (
        "RNNBase", "_ConvNd", "_BatchNorm", "_NormBase", "RNN", "Wrapper", "Conv", "BaseConv",
        "Pooling2D", "Loss",
        "_Loss", "ConvTransposeNd", "_ConvTransposeNd", "Module", "Layer", "Merge", "_DropoutNd",
        "_InstanceNorm",
        "ConvRNN", "Model", "_LazyConvXdMixin", "RNNCellBase", "_MaxPoolNd", "_AvgPoolNd",
        "Sequential", "ModuleList",
        "ModuleDict",
    )
)  # fmt: skip


def subclass_of(cls: Class, info: Value) -> bool | None:
    """Whether a user class derives from a class, None where that is not known."""
    if isinstance(info, Sequence):
        answers = [None] if info.items is None else [subclass_of(cls, entry) for entry in info.items]
        return True if True in answers else None if None in answers else False
    if isinstance(info, Class):
        return True if info in cls.mro or info is cls else None if cls.open else False
    if not isinstance(info, External):
        return None
    if info.name == "builtins.object" or any(info.name in bases(name) for name in cls.foreign()):
        return True
    known = info.name in _BUILTIN_TYPES or info.name.startswith(
        ("torch.nn.", "keras.layers.", "torch.Tensor")
    )
    return False if known and not cls.open and not cls.foreign() else _not_foreign(cls, info.name)


def _not_foreign(cls: Class, wanted: str) -> bool | None:
    if cls.open:
        return None
    models = all(
        {"torch.nn.Module", "keras.layers.Layer", "builtins.object"} & set(bases(name))
        for name in cls.foreign()
    )
    short = wanted.rpartition(".")[2]
    if wanted.startswith(("torch.", "keras.", "tf.")):
        layer = wanted.startswith(("torch.nn.", "keras.layers.")) and short not in _FAMILIES
        return False if models and (wanted == "torch.Tensor" or layer) else None
    return False if models and (wanted in _BUILTIN_TYPES or _is_plain_class(wanted)) else None


def _is_plain_class(name: str) -> bool:
    """True for a foreign class that only what derives from it belongs to, by its name: no protocol, no tuple."""
    root, _, rest = name.partition(".")
    short = rest.rpartition(".")[2]
    return (
        root not in ("typing", "typing_extensions", "collections", "abc", "numbers", "builtins")
        and short[:1].isupper()
        and not short.isupper()
        and not short.endswith(("Protocol", "Like", "able", "Type", "Types"))
    )


def is_instance(interpreter: Interpreter, call: Call) -> Value:
    """`isinstance(value, classes)`."""
    if len(call.arguments) != 2:
        return unknown(interpreter, call, "bool")
    value, info = interpreter.resolve(call.arguments[0]), call.arguments[1]
    known = instance_of(value, info)
    if known is not None:
        return Literal(known)
    if isinstance(value, Unknown):
        key = ("isinstance", value.key, _class_key(info))
        return interpreter.unknown("the type of an unknown value", call.node, key=key, kind="bool")
    return unknown(interpreter, call, "bool")


def _class_key(info: Value) -> object:
    if isinstance(info, External):
        return info.name
    if isinstance(info, Sequence) and info.items is not None:
        return tuple(_class_key(entry) for entry in info.items)
    return id(info)


def is_subclass(interpreter: Interpreter, call: Call) -> Value:
    """`issubclass(cls, classes)`."""
    cls = call.argument(0)
    known: bool | None = None
    if isinstance(cls, Class) and len(call.arguments) == 2:
        known = subclass_of(cls, call.arguments[1])
    elif isinstance(cls, External) and len(call.arguments) == 2:
        wanted = call.arguments[1]
        if isinstance(wanted, External) and wanted.name in bases(cls.name):
            known = True
    return unknown(interpreter, call, "bool") if known is None else Literal(known)


def type_of(interpreter: Interpreter, call: Call) -> Value:
    """`type(x)`; with three arguments a class is made, of which nothing is known."""
    value = call.argument(0)
    if value is None or len(call.arguments) != 1:
        return unknown(interpreter, call)
    value = interpreter.resolve(value)
    if isinstance(value, Instance):
        return value.cls
    names = type_names(value)
    if isinstance(value, Unknown):
        return interpreter.unknown("the type of an unknown value", call.node, key=("type", value.key))
    return unknown(interpreter, call) if names is None else External(names[0])


def is_callable(interpreter: Interpreter, call: Call) -> Value:
    """`callable(x)`."""
    value = call.argument(0)
    value = None if value is None else interpreter.resolve(value)
    if isinstance(value, Function | Method | Class | Layer | Container | Partial):
        return Literal(True)
    if isinstance(value, Int | Literal | Sequence | Mapping | Slice | TensorValue | Module):
        return Literal(False)
    if isinstance(value, Instance) and (value.cls.find("__call__") or value.cls.find("forward")):
        return Literal(True)
    if isinstance(value, Unknown):
        key = ("callable", value.key)
        return interpreter.unknown("whether an unknown value is callable", call.node, key=key, kind="bool")
    return unknown(interpreter, call, "bool")


MODELS = {
    f"builtins.{name}": closed(model)
    for name, model in {
        "isinstance": is_instance,
        "issubclass": is_subclass,
        "type": type_of,
        "callable": is_callable,
    }.items()
}
