"""Objects that hold named values: dataclass fields, SimpleNamespace, and what argparse gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.reading import closed, text, unknown
from shapecheck.interpret.stdlib.copying import deeply_copied
from shapecheck.interpret.values import (
    FALSE,
    NONE,
    TRUE,
    Class,
    Instance,
    Literal,
    Mapping,
    Native,
    Sequence,
    Value,
)

if TYPE_CHECKING:
    from typing import Any

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def field(interpreter: Interpreter, call: Call) -> Value:
    """`dataclasses.field(default=…)` or `field(default_factory=…)`."""
    return Native(
        "dataclasses.Field",
        default=call.keywords.get("default"),
        factory=call.keywords.get("default_factory"),
    )


def as_dict(interpreter: Interpreter, call: Call) -> Value:
    """`dataclasses.asdict(instance)`."""
    value = call.argument(0)
    found = _as_dict(value) if value is not None else None
    return found or unknown(interpreter, call)


def _as_dict(value: Value) -> Value:
    if isinstance(value, Instance) and value.cls.fields is not None:
        fields = [name for name in value.cls.fields if name in value.attributes]
        return Mapping({name: _as_dict(value.attributes[name]) for name in fields})
    if isinstance(value, Sequence) and value.items is not None:
        return Sequence(value.kind, [_as_dict(item) for item in value.items])
    return deeply_copied(value) if isinstance(value, Mapping) else value


def as_tuple(interpreter: Interpreter, call: Call) -> Value:
    """`dataclasses.astuple(instance)`."""
    value = call.argument(0)
    if isinstance(value, Instance) and value.cls.fields is not None:
        names = value.cls.fields
        return Sequence("tuple", [value.attributes.get(name) or unknown(interpreter, call) for name in names])
    return unknown(interpreter, call)


def is_dataclass(interpreter: Interpreter, call: Call) -> Value:
    """`dataclasses.is_dataclass(x)`."""
    value = call.argument(0)
    cls = value.cls if isinstance(value, Instance) else value
    return Literal(cls.fields is not None) if isinstance(cls, Class) else unknown(interpreter, call, "bool")


def namespace(interpreter: Interpreter, call: Call) -> Value:
    """`types.SimpleNamespace(a=1)`, `argparse.Namespace(a=1)`."""
    made = Native("types.SimpleNamespace", open=call.open or bool(call.arguments))
    made.attributes.update(call.keywords)
    return made


def parser(interpreter: Interpreter, call: Call) -> Value:
    """`argparse.ArgumentParser(…)`: `entries` holds each option's default by the name that it gets."""
    return Native("argparse.ArgumentParser", entries={}, root=None)


def _root(receiver: Value | None) -> Native | None:
    if not isinstance(receiver, Native):
        return None
    root = receiver.data.get("root")
    return root if isinstance(root, Native) else receiver


def group(interpreter: Interpreter, call: Call) -> Value:
    """`parser.add_argument_group(…)`: its options belong to the parser."""
    return Native("argparse.ArgumentParser", entries={}, root=_root(call.receiver))


def subparsers(interpreter: Interpreter, call: Call) -> Value:
    """`parser.add_subparsers(…)`: which command is given is not known."""
    root = _root(call.receiver)
    if root is not None:
        root.data["open"] = True
    return unknown(interpreter, call)


def add_argument(interpreter: Interpreter, call: Call) -> Value:
    """`parser.add_argument("--size", type=int, default=4)`."""
    root = _root(call.receiver)
    if root is None:
        return NONE
    flags = [text(interpreter, value) for value in call.arguments]
    known = [flag for flag in flags if flag is not None]
    name = text(interpreter, call.keywords.get("dest"))
    if call.open or len(known) < len(flags) or not (known or name):
        root.data["open"] = True
        return unknown(interpreter, call)
    if name is None:
        long = [flag for flag in known if flag.startswith("--")]
        name = (long or known)[0].lstrip("-").replace("-", "_")
    root.data["entries"][name] = _default(interpreter, call, known)
    return unknown(interpreter, call)


def _default(interpreter: Interpreter, call: Call, flags: list[str]) -> Value:
    """What an option is when nobody gives it; what must be given is unknown."""
    action = text(interpreter, call.keywords.get("action"))
    default = call.keywords.get("default")
    if default is not None:
        kind = call.keywords.get("type")
        # argparse runs a default that is written as text through `type`.
        if isinstance(default, Literal) and isinstance(default.value, str) and kind is not None:
            return interpreter.call(kind, [default], {}, call.node, call.frame)
        return default
    if "action" in call.keywords and action in ("store_true", "store_false"):
        return FALSE if action == "store_true" else TRUE
    return unknown(interpreter, call)


def set_defaults(interpreter: Interpreter, call: Call) -> Value:
    """`parser.set_defaults(size=4)`."""
    root = _root(call.receiver)
    if root is not None:
        root.data["entries"].update(call.keywords)
    return NONE


def parse_args(interpreter: Interpreter, call: Call) -> Value:
    """`parser.parse_args()`: an object of the defaults; arguments given in the call may replace any."""
    root = _root(call.receiver)
    entries: dict[str, Value] = root.data["entries"] if root is not None else {}
    made = Native("types.SimpleNamespace", open=root is None or bool(root.data.get("open")))
    given = call.argument(0, "args")
    replaced = given is not None and not (isinstance(given, Sequence) and given.items == [])
    if isinstance(given, Literal) and given.value is None:
        replaced = False
    for name, value in entries.items():
        made.attributes[name] = unknown(interpreter, call) if replaced else value
    return made


def parse_known_args(interpreter: Interpreter, call: Call) -> Value:
    """`parser.parse_known_args()`."""
    return Sequence("tuple", [parse_args(interpreter, call), Sequence("list", None)])


def unknown_member(interpreter: Interpreter, call: Call) -> Value:
    """An attribute that nobody set where it can be seen: the same unknown value each time."""
    name: Any = text(interpreter, call.argument(0))
    return interpreter.unknown(f"{name} is not known", call.node, key=("member", id(call.receiver), name))


def constant(interpreter: Interpreter, call: Call) -> Value:
    """`enum.auto()`: a number that nobody looks at."""
    return unknown(interpreter, call, "int")


MODELS = {
    "dataclasses.field": closed(field),
    "dataclasses.asdict": closed(as_dict),
    "dataclasses.astuple": closed(as_tuple),
    "dataclasses.is_dataclass": closed(is_dataclass),
    "types.SimpleNamespace": namespace,
    "types.SimpleNamespace.__getattr__": unknown_member,
    "argparse.Namespace": namespace,
    "argparse.ArgumentParser": parser,
    "argparse.ArgumentParser.add_argument": add_argument,
    "argparse.ArgumentParser.add_argument_group": group,
    "argparse.ArgumentParser.add_mutually_exclusive_group": group,
    "argparse.ArgumentParser.add_subparsers": subparsers,
    "argparse.ArgumentParser.set_defaults": set_defaults,
    "argparse.ArgumentParser.parse_args": parse_args,
    "argparse.ArgumentParser.parse_known_args": parse_known_args,
    "enum.auto": constant,
}
