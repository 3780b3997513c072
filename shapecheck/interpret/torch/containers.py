"""torch's containers of modules: Sequential, ModuleList, ModuleDict and those of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret.expressions import key_value
from shapecheck.interpret.frames import Call
from shapecheck.interpret.torch.modules import inner
from shapecheck.interpret.values import NONE, Container, Instance, Int, Mapping, Sequence, Value

if TYPE_CHECKING:
    from shapecheck.interpret.interpreter import Interpreter


def _numbered(values: list[Value]) -> dict[str, Value]:
    return {str(place): value for place, value in enumerate(values)}


def _filled(interpreter: Interpreter, kind: str, call: Call) -> Container:
    if call.open:
        return Container(kind, None)
    first = interpreter.resolve(call.arguments[0]) if call.arguments else None
    if kind == "Sequential":
        if len(call.arguments) == 1 and isinstance(first, Mapping):
            return Container(kind, _named(first))
        return Container(kind, _numbered(call.arguments))
    if first is None:
        return Container(kind, {})
    if isinstance(first, Mapping):
        return Container(kind, _named(first))
    entries = interpreter.iterate(first, call.node, call.frame)
    if entries is None:
        return Container(kind, None)
    if kind == "ModuleDict":
        return Container(kind, _pairs(interpreter, entries))
    return Container(kind, _numbered(entries))


def _named(mapping: Mapping) -> dict[str, Value] | None:
    if mapping.entries is None or not all(isinstance(key, str) for key in mapping.entries):
        return None
    return dict(mapping.entries)


def _pairs(interpreter: Interpreter, entries: list[Value]) -> dict[str, Value] | None:
    found: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, Sequence) or entry.items is None or len(entry.items) != 2:
            return None
        name = interpreter.plain(entry.items[0])
        if not isinstance(name, str):
            return None
        found[name] = entry.items[1]
    return found


def make(interpreter: Interpreter, call: Call) -> Value:
    """`nn.Sequential(…)`, `nn.ModuleList([…])`, `nn.ModuleDict({…})`."""
    interpreter.places.understood(call.node, call.frame.source, shape=True)
    return _filled(interpreter, _KINDS[call.name.rpartition(".")[2]], call)


def initialise(interpreter: Interpreter, call: Call) -> Value:
    """`super().__init__(…)` in a subclass of a container."""
    if isinstance(call.receiver, Instance):
        call.receiver.native = _filled(interpreter, _KINDS[call.name.split(".")[2]], call)
    return NONE


def append(interpreter: Interpreter, call: Call) -> Value:
    """`append(module)`."""
    container = inner(call.receiver)
    if container is not None:
        interpreter.touch(container)
        if container.entries is not None and call.arguments:
            container.entries[_free_name(container.entries)] = call.arguments[0]
    return call.receiver or NONE


def _free_name(entries: dict[str, Value]) -> str:
    return str(len(entries))


def extend(interpreter: Interpreter, call: Call) -> Value:
    """`extend(modules)`."""
    container = inner(call.receiver)
    if container is not None:
        interpreter.touch(container)
        more = interpreter.iterate(call.arguments[0], call.node, call.frame) if call.arguments else None
        if more is None or container.entries is None:
            container.entries = None
        else:
            for value in more:
                container.entries[_free_name(container.entries)] = value
    return call.receiver or NONE


def insert(interpreter: Interpreter, call: Call) -> Value:
    """`insert(index, module)`."""
    container = inner(call.receiver)
    if container is not None:
        interpreter.touch(container)
        place = interpreter.plain(call.arguments[0]) if len(call.arguments) == 2 else None
        if container.entries is None or not isinstance(place, int):
            container.entries = None
        else:
            rows = list(container.entries.values())
            rows.insert(place, call.arguments[1])
            container.entries = _numbered(rows)
    return call.receiver or NONE


def items(interpreter: Interpreter, call: Call) -> Value:
    """`keys()`, `values()`, `items()`."""
    container = inner(call.receiver)
    if container is None or container.entries is None:
        return Sequence("iterator", None)
    what = call.name.rpartition(".")[2]
    if what == "values":
        return Sequence("list", list(container.entries.values()))
    names = [key_value(interpreter, name) for name in container.entries]
    if what == "keys":
        return Sequence("list", names)
    pairs: list[Value] = [
        Sequence("tuple", [name, value])
        for name, value in zip(names, container.entries.values(), strict=True)
    ]
    return Sequence("list", pairs)


def update(interpreter: Interpreter, call: Call) -> Value:
    """`update({…})`."""
    container = inner(call.receiver)
    more = interpreter.resolve(call.arguments[0]) if call.arguments else None
    if container is not None:
        interpreter.touch(container)
        known = _named(more) if isinstance(more, Mapping) else None
        if known is None or container.entries is None:
            container.entries = None
        else:
            container.entries.update(known)
    return NONE


def length(interpreter: Interpreter, call: Call) -> Value:
    """`len(container)`."""
    container = inner(call.receiver)
    if container is None or container.entries is None:
        return interpreter.unknown("a length", call.node, kind="int")
    return Int(len(container.entries))


def get(interpreter: Interpreter, call: Call) -> Value:
    """`get(name)` and `pop(name)`."""
    container = inner(call.receiver)
    name = interpreter.plain(call.arguments[0]) if call.arguments else None
    if container is None or container.entries is None:
        return interpreter.unknown("a module", call.node)
    if call.name.endswith(".pop"):
        interpreter.touch(container)
        name = (
            list(container.entries)[name]
            if isinstance(name, int) and -len(container.entries) <= name < len(container.entries)
            else name
        )
        found = container.entries.pop(name, None) if isinstance(name, str) else None
        if container.kind != "ModuleDict":
            container.entries = _numbered(list(container.entries.values()))
    else:
        found = container.entries.get(name) if isinstance(name, str) else None
    return found or interpreter.unknown("a module", call.node)


def call_container(interpreter: Interpreter, container: Container, call: Call) -> Value:
    """`sequential(x)`: one entry after the other."""
    if container.kind == "Sequential" and not call.arguments and not call.keywords and not call.open:
        return interpreter.mistake("SHP121", "Sequential: input is missing", call.node, call.frame)
    if container.kind != "Sequential" or len(call.arguments) != 1 or call.keywords:
        return interpreter.unknown(f"a call of a {container.kind}", call.node)
    if container.entries is None:
        interpreter.places.missed(call.node, call.frame.source, "the layers of a Sequential are not known")
        return interpreter.unknown("the layers of a Sequential are not known", call.node)
    value = call.arguments[0]
    for entry in list(container.entries.values()):
        value = interpreter.call(entry, [value], {}, call.node, call.frame)
    return value


_KINDS = {
    "Sequential": "Sequential",
    "ModuleList": "ModuleList",
    "ModuleDict": "ModuleDict",
    "ParameterList": "ModuleList",
    "ParameterDict": "ModuleDict",
}
MODELS: dict[str, Any] = {}
for _name in _KINDS:
    _prefix = f"torch.nn.{_name}"
    MODELS[_prefix] = make
    MODELS[f"{_prefix}.__init__"] = initialise
    MODELS[f"{_prefix}.append"] = append
    MODELS[f"{_prefix}.extend"] = extend
    MODELS[f"{_prefix}.insert"] = insert
    MODELS[f"{_prefix}.update"] = update
    MODELS[f"{_prefix}.__len__"] = length
    MODELS[f"{_prefix}.get"] = get
    MODELS[f"{_prefix}.pop"] = get
    for _method in ("keys", "values", "items"):
        MODELS[f"{_prefix}.{_method}"] = items

__all__ = ["MODELS", "call_container", "inner"]
