"""torch.nn.Module: what user classes inherit from it, and what its methods do to layers and containers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.frames import Call
from shapecheck.interpret.functions import misfit
from shapecheck.interpret.values import (
    NONE,
    Container,
    Function,
    Instance,
    Layer,
    Literal,
    Mapping,
    Method,
    Sequence,
    TensorValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from shapecheck.interpret.interpreter import Interpreter


def initialise(interpreter: Interpreter, call: Call) -> Value:
    """`super().__init__()`."""
    return NONE


def run_forward(interpreter: Interpreter, call: Call) -> Value:
    """`model(x)`: its forward."""
    instance = call.receiver
    if not isinstance(instance, Instance):
        return interpreter.unknown("a module", call.node)
    if HOOKED in instance.attributes:
        return interpreter.unknown(
            f"a hook of {instance.cls.name} may change what it takes or gives", call.node
        )
    own = instance.attributes.get("forward")
    found = instance.cls.find("forward")
    if own is None and found is None:
        if instance.native is not None:
            return interpreter.call(
                instance.native, call.arguments, call.keywords, call.node, call.frame, open=call.open
            )
        return interpreter.unknown(f"{instance.cls.name} has no forward", call.node)
    method: Any = (
        own
        if own is not None
        else Method(instance, found[0])
        if found and isinstance(found[0], Function)
        else None
    )
    if method is None:
        return interpreter.unknown(f"{instance.cls.name}.forward", call.node)
    if instance.cls.node is not None and not interpreter.importing and _all_known(call):
        interpreter.forward_calls.add(id(instance.cls.node))
    if isinstance(method, Method) and isinstance(method.function, Function) and not method.function.kind:
        arguments = [instance, *call.arguments]
        problem = misfit(
            method.function, Call("", call.node, call.frame, arguments, call.keywords, open=call.open)
        )
        if problem is not None:
            return interpreter.mistake("SHP121", f"{instance.cls.name}.{problem}", call.node, call.frame)

    def run() -> Value:
        return interpreter.call(method, call.arguments, call.keywords, call.node, call.frame, open=call.open)

    return interpreter.twins.called(instance, call, run)


HOOKED = "__hooked__"  # on an instance with hooks that may change its inputs or outputs


def register_hook(interpreter: Interpreter, call: Call) -> Value:
    """`register_forward_hook(hook)`, `register_forward_pre_hook(hook)`: what a hook returns replaces values."""
    hook = call.argument(0, "hook")
    hook = None if hook is None else interpreter.resolve(hook)
    holder = call.receiver
    if holder is None or (isinstance(hook, Function) and _gives_nothing(hook)):
        return NONE
    interpreter.touch(holder, HOOKED)
    if isinstance(holder, Instance):
        holder.attributes[HOOKED] = NONE
    elif isinstance(holder, Layer):
        holder.op = None
        holder.reason = "a hook may change what it takes or gives"
    return NONE


def _gives_nothing(hook: Function) -> bool:
    """True for a hook that only looks: it returns nothing, or what adding to a container returns."""
    node = hook.node
    if isinstance(node, ast.Lambda):
        called = node.body.func if isinstance(node.body, ast.Call) else None
        return isinstance(called, ast.Attribute) and called.attr in ("append", "update", "extend", "add")
    return not any(isinstance(entry, ast.Return) and entry.value is not None for entry in ast.walk(node))


def _all_known(call: Call) -> bool:
    """True when some tensor is passed and the shapes of all are known."""
    tensors = [
        value for value in (*call.arguments, *call.keywords.values()) if isinstance(value, TensorValue)
    ]
    return bool(tensors) and all(tensor.shape is not None for tensor in tensors)


def itself(interpreter: Interpreter, call: Call) -> Value:
    """A method that returns the module."""
    return call.receiver if call.receiver is not None else NONE


def nothing(interpreter: Interpreter, call: Call) -> Value:
    """A method that returns None and changes no shape."""
    return NONE


def set_member(interpreter: Interpreter, call: Call) -> Value:
    """`add_module(name, module)`, `register_buffer(name, tensor)`, `register_parameter(name, parameter)`."""
    name, value = call.argument(0, "name"), call.argument(1, _second_name(call.name))
    holder = call.receiver
    if holder is None or value is None:
        return NONE
    container = inner(holder)
    known = isinstance(name, Literal) and isinstance(name.value, str)
    if container is not None and call.name.endswith("module"):
        interpreter.touch(container)
        if not known:
            container.entries = None
        elif container.entries is not None:
            container.entries[name.value] = value  # type: ignore[union-attr]  # known
    elif not known:
        interpreter.touch(holder)
        if isinstance(holder, Instance):
            holder.open = True
    else:
        interpreter.set_attribute(holder, name.value, value, call.node, call.frame)  # type: ignore[union-attr]
    return NONE


def inner(value: Value | None) -> Container | None:
    """The container itself, or the one inside an instance of a subclass."""
    if isinstance(value, Container):
        return value
    if isinstance(value, Instance) and isinstance(value.native, Container):
        return value.native
    return None


def _second_name(name: str) -> str:
    last = name.rpartition(".")[2]
    return {"register_buffer": "tensor", "register_parameter": "param"}.get(last, "module")


def members(value: Value) -> list[tuple[str, Value]] | None:
    """The direct submodules by name, None where they are not known."""
    if isinstance(value, Container):
        return None if value.entries is None else list(value.entries.items())
    if isinstance(value, Instance):
        if value.open:
            return None
        found = [(name, entry) for name, entry in value.attributes.items() if _is_module(entry)]
        if value.native is not None and (inner := members(value.native)):
            found = [*inner, *found]
        return found
    return []


def _is_module(value: Value) -> bool:
    if isinstance(value, Instance):
        return value.cls.derives("torch.nn.Module")
    return isinstance(value, Layer | Container)


def children(interpreter: Interpreter, call: Call) -> Value:
    """`children()` and `named_children()`."""
    found = None if call.receiver is None else members(call.receiver)
    if found is None:
        return Sequence("iterator", None)
    if call.name.rpartition(".")[2] == "children":
        return Sequence("iterator", [entry for _, entry in found])
    return Sequence("iterator", [Sequence("tuple", [Literal(name), entry]) for name, entry in found])


def modules(interpreter: Interpreter, call: Call) -> Value:
    """`modules()` and `named_modules()`: all of them, depth first."""
    collected: list[tuple[str, Value]] = []
    pending: list[tuple[str, Value]] = [("", call.receiver)] if call.receiver is not None else []
    while pending:
        name, value = pending.pop()
        if any(value is entry for _, entry in collected):
            continue
        collected.append((name, value))
        below = members(value)
        if below is None:
            return Sequence("iterator", None)
        prefix = f"{name}." if name else ""
        pending.extend((f"{prefix}{inner}", entry) for inner, entry in reversed(below))
    if call.name.rpartition(".")[2] == "modules":
        return Sequence("iterator", [entry for _, entry in collected])
    return Sequence("iterator", [Sequence("tuple", [Literal(name), entry]) for name, entry in collected])


def unknown_iterator(interpreter: Interpreter, call: Call) -> Value:
    """`parameters()` and its like: some tensors."""
    return Sequence("iterator", None)


def state(interpreter: Interpreter, call: Call) -> Value:
    """`state_dict()`: names and tensors that are not followed."""
    return Mapping(None)


def parameter(interpreter: Interpreter, call: Call) -> Value:
    """`nn.Parameter(tensor)`: the tensor."""
    value = call.argument(0, "data")
    if isinstance(value, TensorValue):
        made = TensorValue(value.shape, value.dtype, family=value.family, axes=value._axes, kind="parameter")
        made.made_by = value.made_by
        return made
    return interpreter.unknown("a parameter", call.node)


def get_member(interpreter: Interpreter, call: Call) -> Value:
    """`get_submodule("a.b")`."""
    name = call.argument(0, "target")
    value: Value | None = call.receiver
    if value is None or not isinstance(name, Literal) or not isinstance(name.value, str):
        return interpreter.unknown("a submodule", call.node)
    for part in name.value.split("."):
        value = interpreter.attribute(value, part, call.node, call.frame)
    return value


_M = "torch.nn.Module."
MODELS: dict[str, Any] = {
    # One condition for all modules of a model: it is trained or evaluated as a whole.
    _M + "training": Unknown("training", ("training",), kind="bool"),
    _M + "__init__": initialise,
    _M + "__call__": run_forward,
    _M + "add_module": set_member,
    _M + "register_module": set_member,
    _M + "register_buffer": set_member,
    _M + "register_parameter": set_member,
    _M + "register_forward_hook": register_hook,
    _M + "register_forward_pre_hook": register_hook,
    _M + "children": children,
    _M + "named_children": children,
    _M + "modules": modules,
    _M + "named_modules": modules,
    _M + "get_submodule": get_member,
    _M + "state_dict": state,
    "torch.nn.Parameter": parameter,
    "torch.nn.parameter.Parameter": parameter,
    "torch.nn.Buffer": parameter,
    "builtins.object.__init__": initialise,
    **{
        _M + name: itself
        for name in (
            "to cuda cpu train eval float half double bfloat16 type apply requires_grad_ to_empty share_memory xpu "
            "compile"
        ).split()
    },
    **{
        _M + name: nothing
        for name in (
            "zero_grad load_state_dict register_full_backward_hook "
            "register_load_state_dict_pre_hook _register_load_state_dict_pre_hook reset_parameters extra_repr log "
            "save_hyperparameters register_backward_hook log_dict"
        ).split()
    },
    **{_M + name: unknown_iterator for name in "parameters named_parameters buffers named_buffers".split()},
}
