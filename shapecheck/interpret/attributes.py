"""Attributes: reading and setting them on every kind of value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.lowering import is_argument
from shapecheck.interpret.models import model
from shapecheck.interpret.names import canonical
from shapecheck.interpret.sharing import CHANGEABLE
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
    Super,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def read(interpreter: Interpreter, node: ast.Attribute, frame: Frame) -> Value:
    """`value.name`."""
    found = attribute(interpreter, interpreter.evaluate(node.value, frame), node.attr, node, frame)
    if type(found) is Unknown and interpreter.path.refinements:
        return interpreter.path.refinements.get(found.key, found)
    return found


def attribute(interpreter: Interpreter, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
    """Read an attribute of any value."""
    handler = _READERS.get(type(value))
    if handler is None:
        return interpreter.unknown(f"attribute {name}", node)
    return handler(interpreter, value, name, node, frame)


def _of_unknown(interpreter: Interpreter, value: Unknown, name: str, node: ast.AST, frame: Frame) -> Value:
    refined = interpreter.resolve(value)
    if refined is not value:
        return attribute(interpreter, refined, name, node, frame)
    if is_argument(value) and name in ("shape", "size", "dim", "ndim"):
        return attribute(interpreter, TensorValue(None), name, node, frame)
    return interpreter.unknown(value.reason, node, key=("attribute", value.key, name))


def _of_external(interpreter: Interpreter, value: External, name: str, node: ast.AST, frame: Frame) -> Value:
    dotted = canonical(f"{value.name}.{name}")
    found = model(dotted)
    if found is not None and not callable(found):
        return found  # type: ignore[no-any-return]
    return External(dotted)


def _of_module(interpreter: Interpreter, value: Module, name: str, node: ast.AST, frame: Frame) -> Value:
    from shapecheck.interpret.imports import member_of

    interpreter.shared.names.add(name)
    return _watched(interpreter, member_of(interpreter, value, name))


def _of_instance(interpreter: Interpreter, value: Instance, name: str, node: ast.AST, frame: Frame) -> Value:
    found = value.attributes.get(name)
    if found is not None:
        return found
    member = value.cls.find(name)
    if member is not None:
        return bind_member(interpreter, value, member[0], node, frame)
    if name == "__class__":
        return value.cls
    if name == "__dict__":
        return Mapping(dict(value.attributes) if not value.open else None)
    return _foreign_member(interpreter, value, value.cls.foreign(), name, node, frame)


def _foreign_member(
    interpreter: Interpreter, value: Instance, names: list[str], name: str, node: ast.AST, frame: Frame
) -> Value:
    if value.native is not None:
        native = attribute(interpreter, value.native, name, node, frame)
        if not isinstance(native, Unknown):
            return (
                Method(value, native.function)
                if isinstance(native, Method) and isinstance(native.function, str)
                else native
            )
    for base in names:
        found = model(f"{base}.{name}")
        if found is not None:
            return Method(value, f"{base}.{name}") if callable(found) else found
    custom = value.cls.find("__getattr__")
    if custom is not None and isinstance(custom[0], Function):
        return interpreter.call(Method(value, custom[0]), [Literal(name)], {}, node, frame)
    key = ("attribute", value.key, name) if value.key is not None else None
    return interpreter.unknown(f"self.{name} is not set", node, key=key)


def bind_member(
    interpreter: Interpreter, receiver: Value, member: Value, node: ast.AST, frame: Frame
) -> Value:
    """A class's member read through an instance: functions bind, properties run."""
    if isinstance(member, Function):
        if member.kind == "static":
            return member
        if member.kind == "property":
            return interpreter.call(Method(receiver, member), [], {}, node, frame)
        if member.kind == "class":
            return Method(receiver.cls if isinstance(receiver, Instance) else receiver, member)
        return Method(receiver, member)
    return _watched(interpreter, member)


def _watched(interpreter: Interpreter, member: Value) -> Value:
    """What a class or module holds; all that reads it depends on it."""
    if type(member) in CHANGEABLE:
        interpreter.shared.read(member)
    return member


def _of_class(interpreter: Interpreter, value: Class, name: str, node: ast.AST, frame: Frame) -> Value:
    member = value.find(name)
    if member is not None:
        found = member[0]
        if isinstance(found, Function) and found.kind == "class":
            return Method(value, found)
        return _watched(interpreter, found)
    if name in ("__name__", "__qualname__"):
        return Literal(value.name)
    for base in value.foreign():
        if model(f"{base}.{name}") is not None:
            return External(f"{base}.{name}")
    return interpreter.unknown(f"{value.name}.{name}", node, key=("class", id(value), name))


def _of_super(interpreter: Interpreter, value: Super, name: str, node: ast.AST, frame: Frame) -> Value:
    cls = value.receiver if isinstance(value.receiver, Class) else getattr(value.receiver, "cls", None)
    if not isinstance(cls, Class) or value.owner not in cls.mro:
        return interpreter.unknown(f"super().{name}", node)
    behind = cls.mro[cls.mro.index(value.owner) + 1 :]
    foreign: list[str] = []
    for entry in behind:
        if isinstance(entry, Class):
            found = entry.members.get(name)
            if found is not None and not foreign:
                return bind_member(interpreter, value.receiver, found, node, frame)
            if found is not None:
                break
        else:
            foreign.append(entry.name)
    receiver = value.receiver
    if name == "__init__":
        return Method(receiver, f"{foreign[0]}.__init__" if foreign else "builtins.object.__init__")
    if isinstance(receiver, Instance):
        if name in ("__setattr__", "__getattr__", "__new__"):
            return Method(receiver, f"builtins.object.{name}")
        if (name == "forward" and receiver.native is not None) or (
            name == "call" and receiver.native is not None
        ):
            return Method(receiver, "native.__call__")
        return _foreign_member(interpreter, receiver, foreign, name, node, frame)
    return interpreter.unknown(f"super().{name}", node)


def _of_tensor(interpreter: Interpreter, value: TensorValue, name: str, node: ast.AST, frame: Frame) -> Value:
    from shapecheck.interpret.tensors import tensor_attribute

    return tensor_attribute(interpreter, value, name, node, frame)


def _of_layer(interpreter: Interpreter, value: Layer, name: str, node: ast.AST, frame: Frame) -> Value:
    found = value.attributes.get(name)
    if found is not None:
        return found
    if name in value.arguments and name not in ("bias",):
        return interpreter.lift(value.arguments[name])
    for base in _chain(value.name):
        if model(f"{base}.{name}") is not None:
            return Method(value, f"{base}.{name}")
    if name in ("forward", "call", "__call__"):
        return value
    if name in ("weight", "bias", "kernel"):
        return TensorValue(None, family="torch.Tensor" if value.name.startswith("torch") else "tf.Tensor")
    return interpreter.unknown(f"{value.name}.{name}", node)


def _chain(name: str) -> list[str]:
    from shapecheck.interpret.foreign import bases

    return bases(name)


def _of_container(
    interpreter: Interpreter, value: Container, name: str, node: ast.AST, frame: Frame
) -> Value:
    found = value.attributes.get(name)
    if found is not None:
        return found
    if value.entries is not None and name in value.entries:
        return value.entries[name]
    for base in _chain(value.name):
        if model(f"{base}.{name}") is not None:
            return Method(value, f"{base}.{name}")
    return value if name in ("forward", "__call__") else interpreter.unknown(f"{value.name}.{name}", node)


def _of_native(interpreter: Interpreter, value: Native, name: str, node: ast.AST, frame: Frame) -> Value:
    found = value.attributes.get(name)
    if found is not None:
        return found
    for base in _chain(value.name):
        member = model(f"{base}.{name}")
        if member is not None:
            return Method(value, f"{base}.{name}") if callable(member) else member
    for base in _chain(value.name):
        reader = model(f"{base}.__getattr__")
        if reader is not None:
            return interpreter.call(Method(value, f"{base}.__getattr__"), [Literal(name)], {}, node, frame)
    return interpreter.unknown(f"{value.name}.{name}", node)


_KINDS: dict[type, str] = {
    Mapping: "dict",
    Slice: "slice",
    Function: "function",
    Partial: "functools.partial",
}
_PYTHON = {str: "str", float: "float", bool: "int", bytes: "bytes", complex: "complex"}


def type_name(value: Value) -> str | None:
    """The dotted name of the Python type of a builtin value: "list", "torch.Size", "str"."""
    if isinstance(value, Sequence):
        return "torch.Size" if value.kind == "size" else value.kind
    if isinstance(value, Int):
        return "int"
    if isinstance(value, Literal):
        return _PYTHON.get(type(value.value))
    if isinstance(value, Mapping):
        return value.kind
    return _KINDS.get(type(value))


def _of_builtin(interpreter: Interpreter, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
    own = getattr(value, "attributes", None)
    if isinstance(own, dict) and name in own:
        return own[name]  # type: ignore[no-any-return]
    if name in ("ndims", "rank") and isinstance(value, Sequence) and value.kind in ("size", "tuple"):
        if value.items is not None:
            return Int(len(value.items))
        return interpreter.unknown("the rank of a shape", node, kind="int")
    kind = type_name(value)
    kinds = (
        [kind, "tuple"] if kind == "torch.Size" else [kind, "dict"] if isinstance(value, Mapping) else [kind]
    )
    for entry in kinds:
        found = model(f"{entry}.{name}")
        if found is not None:
            return Method(value, f"{entry}.{name}") if callable(found) else found
    if isinstance(value, Function):
        if name == "__name__":
            return Literal(value.name)
        return interpreter.unknown(f"an attribute of {value.name}", node)
    if (
        isinstance(value, Mapping)
        and value.kind not in ("dict",)
        and value.entries is not None
        and name in value.entries
    ):
        return value.entries[name]
    # Calling it may change the object: the call must know whose method it is.
    return Method(value, f"{kind}.{name}")


def _of_method(interpreter: Interpreter, value: Method, name: str, node: ast.AST, frame: Frame) -> Value:
    if name == "__func__" and isinstance(value.function, Function):
        return value.function
    if name == "__self__":
        return value.receiver
    if isinstance(value.function, Function):
        return attribute(interpreter, value.function, name, node, frame)
    return interpreter.unknown(f"an attribute of {value.function}", node)


_READERS: dict[type, Callable[..., Value]] = {
    Unknown: _of_unknown,
    External: _of_external,
    Module: _of_module,
    Instance: _of_instance,
    Class: _of_class,
    Super: _of_super,
    TensorValue: _of_tensor,
    Layer: _of_layer,
    Container: _of_container,
    Native: _of_native,
    Sequence: _of_builtin,
    Mapping: _of_builtin,
    Literal: _of_builtin,
    Int: _of_builtin,
    Slice: _of_builtin,
    Function: _of_builtin,
    Partial: _of_builtin,
    Method: _of_method,
}


def set_attribute(
    interpreter: Interpreter, holder: Value, name: str, new: Value, node: ast.AST, frame: Frame
) -> None:
    """Set an attribute of any value."""
    holder = interpreter.resolve(holder)
    if isinstance(holder, Instance):
        _set_on_instance(interpreter, holder, name, new, node, frame)
    elif isinstance(holder, Class):
        interpreter.touch(holder, name)
        holder.members[name] = new
    elif isinstance(holder, Layer):
        interpreter.touch(holder, name)
        if name in ("weight", "kernel") and holder.op is not None:
            holder.op = None
            holder.reason = f"{name} was replaced"
        holder.attributes[name] = new
    elif isinstance(holder, Module):
        interpreter.touch(holder, name)
        holder.members[name] = new
    elif isinstance(holder, Container):
        interpreter.touch(holder, name)
        if holder.entries is not None and name in holder.entries:
            holder.entries[name] = new
        else:
            holder.attributes[name] = new
            if (
                isinstance(new, Layer | Container | Instance)
                and holder.kind == "Sequential"
                and holder.entries is not None
            ):
                holder.entries[name] = new
    elif isinstance(holder, Native | Function):
        interpreter.touch(holder, name)
        holder.attributes[name] = new
    elif isinstance(holder, TensorValue) and name in ("data", "shape"):
        interpreter.touch(holder)
        holder.become(new if isinstance(new, TensorValue) else None)


def _set_on_instance(
    interpreter: Interpreter, holder: Instance, name: str, new: Value, node: ast.AST, frame: Frame
) -> None:
    interpreter.touch(holder, name)
    member = holder.cls.find(name)
    if member is not None and isinstance(member[0], Function) and member[0].kind == "property":
        setter = member[0].attributes.get("setter")
        if setter is not None:
            interpreter.call(Method(holder, setter), [new], {}, node, frame)  # type: ignore[arg-type]
        return
    if isinstance(holder.native, Container) and isinstance(new, Layer | Container | Instance):
        set_attribute(interpreter, holder.native, name, new, node, frame)
    for base in holder.cls.foreign():
        setter_model: Any = model(f"{base}.__setattr__")
        if setter_model is not None:
            interpreter.call(Method(holder, f"{base}.__setattr__"), [Literal(name), new], {}, node, frame)
            return
    holder.attributes[name] = new


HANDLERS: dict[type, Callable[..., Value]] = {ast.Attribute: read}
