"""Values of the interpreter to the plain values that dialects see, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim, Shape, symbol
from shapecheck.dialects.base import UNKNOWN, DType
from shapecheck.interpret.limits import is_light
from shapecheck.interpret.values import (
    FALSE,
    NONE,
    TRUE,
    External,
    Int,
    Layer,
    Literal,
    Mapping,
    Sequence,
    Slice,
    TensorValue,
    Unknown,
    Value,
)
from shapecheck.ops.base import Op
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from shapecheck.algebra import Size
    from shapecheck.interpret.interpreter import Interpreter

DEEPEST = 12
# Arguments with one of these words in their name may be 0; all others that are used as sizes are at least 1.
_MAY_BE_ZERO = frozenset("pad padding offset start index idx drop dropout rate extra level id".split())

_DTYPES = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "long": "int64",
    "int": "int32",
    "short": "int16",
    "bool": "bool",
    "float_": "float64",
    "int_": "int64",
    "bool_": "bool",
    **{
        name: name
        for name in (
            "float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 complex64 complex128"
        ).split()
    },
}
_DTYPE_HOMES = ("torch", "tf", "numpy", "jax.numpy", "dtype")


def plain(interpreter: Interpreter, value: Value, depth: int = 0) -> Any:
    """The value as dialects see it; UNKNOWN where it has no such form."""
    lower = _LOWER.get(type(value))
    return UNKNOWN if lower is None else lower(interpreter, value, depth)


def _int(interpreter: Interpreter, value: Int, depth: int) -> Any:
    size = value.size
    if type(size) is not int and interpreter.path.system.bindings:
        return interpreter.path.system.simplify(size)
    return size


def _literal(interpreter: Interpreter, value: Literal, depth: int) -> Any:
    return value.value


def _tensor(interpreter: Interpreter, value: TensorValue, depth: int) -> Any:
    return value


def _sequence(interpreter: Interpreter, value: Sequence, depth: int) -> Any:
    if value.items is None or depth > DEEPEST or value.kind == "set" or not (depth or is_light(value)):
        return UNKNOWN
    entries = [plain(interpreter, entry, depth + 1) for entry in value.items[value.position :]]
    return entries if value.kind == "list" else tuple(entries)


def _mapping(interpreter: Interpreter, value: Mapping, depth: int) -> Any:
    if value.entries is None or depth > DEEPEST or not all(isinstance(key, str) for key in value.entries):
        return UNKNOWN
    if not depth and not is_light(value):
        return UNKNOWN
    return {key: plain(interpreter, entry, depth + 1) for key, entry in value.entries.items()}


def _slice(interpreter: Interpreter, value: Slice, depth: int) -> Any:
    return slice(*(plain(interpreter, part, depth + 1) for part in (value.start, value.stop, value.step)))


def _external(interpreter: Interpreter, value: External, depth: int) -> Any:
    home, _, name = value.name.rpartition(".")
    if name in _DTYPES and home in _DTYPE_HOMES:
        return DType(_DTYPES[name])
    if home == "builtins" and name in ("int", "float", "bool"):
        return DType({"int": "int64", "float": "float32", "bool": "bool"}[name])
    return UNKNOWN


def _layer(interpreter: Interpreter, value: Layer, depth: int) -> Any:
    return UNKNOWN if value.op is None else value.op


def _unknown(interpreter: Interpreter, value: Unknown, depth: int) -> Any:
    refined = interpreter.resolve(value)
    if refined is not value:
        return plain(interpreter, refined, depth)
    if root_of(value) == "argument" and value.kind in ("", "int"):
        return argument_size(interpreter, value)
    return UNKNOWN


_LOWER: dict[type, Callable[..., Any]] = {
    Int: _int,
    Literal: _literal,
    TensorValue: _tensor,
    Sequence: _sequence,
    Mapping: _mapping,
    Slice: _slice,
    External: _external,
    Layer: _layer,
    Unknown: _unknown,
}


def root_of(value: Unknown) -> str:
    """What an unknown was read from: "argument" (of a constructor), "parameter" (of a function), or ""."""
    key: Any = value.key
    while isinstance(key, tuple) and key[0] in ("attribute", "item"):
        key = key[1]
    return key[0] if isinstance(key, tuple) and key[0] in ("argument", "parameter") else ""


def is_argument(value: Unknown) -> bool:
    """True for a parameter of the analysed root, or something read from one: it may be used as a size with a name."""
    return root_of(value) != ""


def argument_size(interpreter: Interpreter, value: Unknown) -> Size:
    """The symbol that an argument stands for when it is used as a size; the same for the same argument."""
    path = interpreter.path
    found = path.symbols.get(value.key)
    if found is None:
        name = _symbol_name(value.key)
        taken = name
        count = 2
        while taken in path.taken_names:
            taken = f"{name}_{count}"
            count += 1
        path.taken_names.add(taken)
        low = 0 if _MAY_BE_ZERO.intersection(name.split("_")) else 1
        found = path.symbols[value.key] = symbol(taken, low=low)
    return found


def _symbol_name(key: Hashable) -> str:
    if isinstance(key, tuple) and len(key) > 1:
        last = key[-1]
        if key[0] == "item" and isinstance(last, int):
            return f"{_symbol_name(key[1])}_{last if last >= 0 else f'last{-last}'}"
        if isinstance(last, str) and last.isidentifier():
            return last
    return "size"


def as_size(interpreter: Interpreter, value: Value) -> Size | None:
    """The size that a value is, None where it is no known number."""
    if type(value) is Int:
        return value.size
    if type(value) is Unknown:
        refined = interpreter.resolve(value)
        if refined is not value:
            return as_size(interpreter, refined)
        if is_argument(value) and value.kind in ("", "int"):
            return argument_size(interpreter, value)
    if type(value) is Literal and isinstance(value.value, bool):
        return int(value.value)
    return None


def lift(interpreter: Interpreter, value: Any, family: str = "torch.Tensor") -> Value:
    """A dialect's plain value as a value of the interpreter."""
    if isinstance(value, Value):
        return value
    if value is None:
        return NONE
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, int | Dim):
        return Int(value)
    if isinstance(value, Tensor):
        return TensorValue(value.shape, value.dtype, family=family)
    if isinstance(value, Shape):
        return Sequence("size", [Int(size) for size in value])
    if isinstance(value, tuple | list):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return Sequence(kind, [lift(interpreter, entry, family) for entry in value])
    if isinstance(value, dict):
        return Mapping({key: lift(interpreter, entry, family) for key, entry in value.items()})
    if isinstance(value, slice):
        return Slice(*(lift(interpreter, part, family) for part in (value.start, value.stop, value.step)))
    if isinstance(value, DType):
        return External(f"dtype.{value.name}")
    if value is UNKNOWN or isinstance(value, Op):
        return interpreter.unknown("an unknown result")
    return Literal(value)
