"""Builtins about objects and their attributes, and those with effects only: getattr, setattr, print, exec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.reading import closed, text, unknown
from shapecheck.interpret.models import model
from shapecheck.interpret.names import FOREIGN, canonical
from shapecheck.interpret.values import (
    NONE,
    Class,
    External,
    Function,
    Instance,
    Int,
    Literal,
    Mapping,
    Module,
    Native,
    Sequence,
    TensorValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

_MODULE_MEMBERS = frozenset(
    [
        "training", "forward", "call", "build", "parameters", "named_parameters", "children",
        "named_children", "modules", "named_modules", "buffers", "named_buffers", "state_dict",
        "load_state_dict", "apply", "to", "cuda", "cpu", "eval", "train", "float", "half", "double", "type",
        "zero_grad", "register_buffer", "register_parameter", "register_module", "add_module",
        "get_submodule", "get_parameter", "get_buffer", "requires_grad_", "share_memory",
        "register_forward_hook", "register_forward_pre_hook", "dump_patches", "compile", "extra_repr",
        "bfloat16", "to_empty",
    ]
)  # fmt: skip
_PYTHON = {"list": list, "tuple": tuple, "set": set, "range": range}


def has(interpreter: Interpreter, value: Value, name: str) -> bool | None:
    """Whether a value has an attribute, None where that is not known."""
    value = interpreter.resolve(value)
    if isinstance(value, Instance):
        return _instance_has(value, name)
    if isinstance(value, Module):
        return True if name in value.members else None if value.open else _module_has(value, name)
    if isinstance(value, Class):
        return True if value.find(name) else None
    if isinstance(value, Int):
        return hasattr(int, name)
    if isinstance(value, Literal):
        return hasattr(value.value, name)
    if isinstance(value, Sequence) and value.kind in _PYTHON:
        return name in (value.attributes or ()) or hasattr(_PYTHON[value.kind], name)
    if isinstance(value, Mapping) and value.kind == "dict":
        return hasattr(dict, name)
    if isinstance(value, TensorValue):
        return True if name in ("shape", "dtype") else None
    attributes = getattr(value, "attributes", None)
    return True if attributes and name in attributes else None


def _module_has(value: Module, name: str) -> bool | None:
    # A package may hold submodules that something else imported.
    return False if value.source is not None and not value.source.path.endswith("__init__.py") else None


def _instance_has(value: Instance, name: str) -> bool | None:
    if name in value.attributes or value.cls.find(name):
        return True
    if value.open or value.cls.open or value.cls.find("__getattr__") or value.cls.find("__getattribute__"):
        return None
    if value.cls.find("__slots__") or name.startswith("__") or value.native is not None:
        return None
    foreign = value.cls.foreign()
    if any(model(f"{base}.{name}") is not None for base in foreign):
        return True
    plain = [base for base in foreign if base not in ("torch.nn.Module", "builtins.object")]
    return None if plain or name in _MODULE_MEMBERS or name.startswith("_") else False


def get_attribute(interpreter: Interpreter, call: Call) -> Value:
    """`getattr(object, name, default)`."""
    if len(call.arguments) < 2:
        return unknown(interpreter, call)
    subject = interpreter.resolve(call.arguments[0])
    name = text(interpreter, call.arguments[1])
    if name is None:
        return unknown(interpreter, call)
    if len(call.arguments) == 2 or isinstance(subject, Unknown):
        return interpreter.attribute(subject, name, call.node, call.frame)
    known = has(interpreter, subject, name)
    if known is False:
        return call.arguments[2]
    if known or (isinstance(subject, External) and _is_known(canonical(f"{subject.name}.{name}"))):
        return interpreter.attribute(subject, name, call.node, call.frame)
    return unknown(interpreter, call)


def _is_known(dotted: str) -> bool:
    from shapecheck.dialects.registry import spelling

    return model(dotted) is not None or spelling(dotted) is not None


def has_attribute(interpreter: Interpreter, call: Call) -> Value:
    """`hasattr(object, name)`."""
    name = text(interpreter, call.argument(1))
    subject = call.argument(0)
    if name is None or subject is None:
        return unknown(interpreter, call, "bool")
    subject = interpreter.resolve(subject)
    known = has(interpreter, subject, name)
    if known is not None:
        return Literal(known)
    if isinstance(subject, Unknown):
        key = ("hasattr", subject.key, name)
        return interpreter.unknown("an attribute of an unknown value", call.node, key=key, kind="bool")
    return unknown(interpreter, call, "bool")


def set_attribute(interpreter: Interpreter, call: Call) -> Value:
    """`setattr(object, name, value)`; under an unknown name any attribute may be the one that changed."""
    if len(call.arguments) != 3:
        return unknown(interpreter, call)
    subject = interpreter.resolve(call.arguments[0])
    name = text(interpreter, call.arguments[1])
    if name is not None:
        interpreter.set_attribute(subject, name, call.arguments[2], call.node, call.frame)
    elif isinstance(subject, Instance):
        _forget_attributes(interpreter, subject, call)
    return NONE


def _forget_attributes(interpreter: Interpreter, subject: Instance, call: Call) -> None:
    subject.open = True
    for name, value in subject.attributes.items():
        if not isinstance(value, Function | Class | Module):
            interpreter.touch(subject, name)
            subject.attributes[name] = unknown(interpreter, call)


def delete_attribute(interpreter: Interpreter, call: Call) -> Value:
    """`delattr(object, name)`."""
    name = text(interpreter, call.argument(1))
    subject = call.argument(0)
    if isinstance(subject, Instance):
        if name is None:
            _forget_attributes(interpreter, subject, call)
        else:
            interpreter.touch(subject, name)
            subject.attributes.pop(name, None)
    return NONE


def nothing(interpreter: Interpreter, call: Call) -> Value:
    """What only has an effect on the world: `print`."""
    return NONE


def not_known(interpreter: Interpreter, call: Call) -> Value:
    """What only the running program knows: `input`, `id`, `hash`, an exception object."""
    return unknown(interpreter, call)


def whole_number(interpreter: Interpreter, call: Call) -> Value:
    """An integer that only the running program knows."""
    return unknown(interpreter, call, "int")


def attributes_of(interpreter: Interpreter, call: Call) -> Value:
    """`vars(object)`; a change made through it would not be seen, so the object stays open."""
    subject = call.argument(0)
    if isinstance(subject, Instance):
        return interpreter.attribute(subject, "__dict__", call.node, call.frame)
    if (
        isinstance(subject, Native)
        and subject.name == "types.SimpleNamespace"
        and not subject.data.get("open")
    ):
        return Mapping(dict(subject.attributes))
    return Mapping(None)


def global_names(interpreter: Interpreter, call: Call) -> Value:
    """`globals()`: names may be bound through it that no statement binds."""
    call.frame.module.open = True
    return Mapping(None)


def execute(interpreter: Interpreter, call: Call) -> Value:
    """`exec(code)` and `eval(code)`: every name that holds data may have been bound anew."""
    call.frame.module.open = True
    for names in (call.frame.locals, call.frame.module.members):
        for name, value in list(names.items()):
            if not isinstance(value, Function | Class | Module | External):
                names[name] = unknown(interpreter, call)
    return NONE if call.name.endswith("exec") else unknown(interpreter, call)


def imported(interpreter: Interpreter, call: Call) -> Value:
    """`importlib.import_module("torch.nn")` of a foreign module."""
    name = text(interpreter, call.argument(0, "name"))
    if name is not None and name.partition(".")[0] in FOREIGN and len(call.arguments) == 1:
        return External(canonical(name))
    return unknown(interpreter, call)


def plain_object(interpreter: Interpreter, call: Call) -> Value:
    """`object()`: a mark that is nothing else."""
    return Native("builtins.object")


def set_plainly(interpreter: Interpreter, call: Call) -> Value:
    """`object.__setattr__(self, name, value)`, also called as `super().__setattr__(name, value)`."""
    rest = call.arguments
    subject = call.receiver
    if subject is None and rest:
        subject, rest = rest[0], rest[1:]
    if isinstance(subject, Instance) and len(rest) == 2:
        name = text(interpreter, rest[0])
        if name is None:
            _forget_attributes(interpreter, subject, call)
        else:
            interpreter.touch(subject, name)
            subject.attributes[name] = rest[1]
    return NONE


MODELS = {
    "builtins.getattr": closed(get_attribute),
    "builtins.hasattr": closed(has_attribute),
    "builtins.setattr": closed(set_attribute),
    "builtins.delattr": delete_attribute,
    "builtins.print": nothing,
    "builtins.input": not_known,
    "builtins.open": not_known,
    "builtins.id": whole_number,
    "builtins.hash": whole_number,
    "builtins.vars": attributes_of,
    "builtins.locals": not_known,
    "builtins.globals": global_names,
    "builtins.exec": execute,
    "builtins.eval": execute,
    "builtins.compile": not_known,
    "builtins.dir": not_known,
    "builtins.object": plain_object,
    "builtins.object.__setattr__": set_plainly,
    "builtins.__import__": imported,
    "importlib.import_module": imported,
    "builtins.memoryview": not_known,
}
