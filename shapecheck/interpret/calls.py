"""Calls: the arguments, and what calling each kind of value means."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.dialects.registry import spelling
from shapecheck.interpret.escaping import forget_contents
from shapecheck.interpret.frames import Call
from shapecheck.interpret.models import model
from shapecheck.interpret.paths import Raised
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
    Native,
    Partial,
    Super,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def call_node(interpreter: Interpreter, node: ast.Call, frame: Frame) -> Value:
    """`function(arguments)`."""
    function = interpreter.evaluate(node.func, frame)
    if type(function) is External and function.name == "builtins.super":
        return _super(interpreter, node, frame)
    arguments: list[Value] = []
    open = False
    for argument in node.args:
        if type(argument) is ast.Starred:
            entries = interpreter.iterate(interpreter.evaluate(argument.value, frame), argument, frame)
            if entries is None:
                open = True
            elif not open:
                arguments.extend(entries)
        else:
            value = interpreter.evaluate(argument, frame)
            if not open:
                arguments.append(value)
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = interpreter.evaluate(keyword.value, frame)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
            continue
        value = interpreter.resolve(value)
        if (
            isinstance(value, Mapping)
            and value.entries is not None
            and all(isinstance(key, str) for key in value.entries)
        ):
            keywords.update(value.entries)
        elif isinstance(value, Literal | Int):
            raise Raised(("TypeError",))
        else:
            open = True
    return call(interpreter, function, arguments, keywords, node, frame, open=open)


def call(
    interpreter: Interpreter,
    function: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
    frame: Frame,
    *,
    open: bool = False,
) -> Value:
    """Call any value."""
    path = interpreter.path
    path.calls += 1
    if path.calls & 1023 == 0:
        interpreter.check_budget()
    handler = _CALLERS.get(type(function))
    if handler is None:
        return interpreter.unknown("a call of something that is no function", node)
    return handler(interpreter, function, Call("", node, frame, arguments, keywords, open=open))


def _super(interpreter: Interpreter, node: ast.Call, frame: Frame) -> Value:
    """`super()` and `super(Class, self)`."""
    owner, receiver = frame.owner, frame.receiver
    inner: Frame | None = frame
    while (owner is None or receiver is None) and inner is not None:
        owner, receiver = owner or inner.owner, receiver or inner.receiver
        inner = inner.parent
    if len(node.args) == 2:
        named = interpreter.evaluate(node.args[0], frame)
        receiver = interpreter.evaluate(node.args[1], frame)
        if isinstance(named, Class):
            owner = named
        elif owner is None or not isinstance(named, External) or named.name != owner.name:
            return interpreter.unknown("super of an unknown class", node)
    if owner is None or receiver is None:
        return interpreter.unknown("super outside of a method", node)
    return Super(receiver, owner)


def _function(interpreter: Interpreter, function: Function, request: Call) -> Value:
    from shapecheck.interpret.functions import call_function

    return call_function(interpreter, function, request)


def _method(interpreter: Interpreter, method: Method, request: Call) -> Value:
    function = method.function
    if isinstance(function, Function):
        from shapecheck.interpret.functions import call_function

        request.arguments = [method.receiver, *request.arguments]
        return call_function(interpreter, function, request, receiver=method.receiver)
    request.receiver = method.receiver
    if isinstance(function, str):
        return _model(interpreter, function, request)
    from shapecheck.interpret.applying import call_spelled

    return call_spelled(interpreter, function, request)


def _model(interpreter: Interpreter, name: str, request: Call) -> Value:
    request.name = name
    if (
        name == "native.__call__"
        and isinstance(request.receiver, Instance)
        and request.receiver.native is not None
    ):
        return call(
            interpreter,
            request.receiver.native,
            request.arguments,
            request.keywords,
            request.node,
            request.frame,
            open=request.open,
        )
    found = model(name)
    if found is None:
        if name.endswith(".__init__"):
            return _foreign_init(interpreter, name.removesuffix(".__init__"), request)
        given = [*request.arguments, *request.keywords.values()]
        forget_contents(interpreter, given if request.receiver is None else [request.receiver, *given])
        return interpreter.unknown(f"{name} is not modelled", request.node)
    if not callable(found):
        return found  # type: ignore[no-any-return]
    return found(interpreter, request)  # type: ignore[no-any-return]


def _foreign_init(interpreter: Interpreter, base: str, request: Call) -> Value:
    """`super().__init__(…)` of a subclass of a foreign layer makes that layer inside the instance."""
    receiver = request.receiver
    if isinstance(receiver, Instance) and spelling(base) is not None:
        receiver.native = _external(interpreter, External(base), request)
    return Literal(None)


def _class(interpreter: Interpreter, cls: Class, request: Call) -> Value:
    from shapecheck.interpret.classes import instantiate

    return instantiate(interpreter, cls, request)


def _external(interpreter: Interpreter, function: External, request: Call) -> Value:
    name = function.name
    request.name = name
    found = model(name)
    if found is not None:
        return found(interpreter, request) if callable(found) else found  # type: ignore[no-any-return]
    spelled = spelling(name)
    if spelled is not None:
        from shapecheck.interpret.applying import call_spelled

        return call_spelled(interpreter, spelled, request)
    return unknown_call(interpreter, name, request)


def unknown_call(interpreter: Interpreter, name: str, request: Call) -> Value:
    """Something foreign that is not known: whatever lists and dicts it gets may come back changed."""
    forget_contents(interpreter, [*request.arguments, *request.keywords.values()])
    root = name.partition(".")[0]
    if root in ("torch", "tf", "keras", "numpy", "einops", "jax") and _touches_tensors(name, request):
        interpreter.places.missed(request.node, request.frame.source, f"{name} is not known")
    return interpreter.unknown(f"{name} is not known", request.node)


# What works around tensors and makes none: not knowing it says nothing about the model.
_SIDE_ROOTS = tuple(
    (
        "torch.no_grad torch.device torch.accelerator torch.inference_mode torch.nn.init "
        "torch.autocast torch.amp torch.autograd.set torch.autograd.profiler torch.enable_grad "
        "torch.get_default torch.set torch.random torch.profiler torch.jit torch.onnx torch.fx "
        "torch.export torch.hub torch.mps tf.GradientTape tf.keras.backend tf.name_scope tf.debugging "
        "numpy.random.seed numpy.set torch.optim torch.utils torch.cuda torch.distributed "
        "torch.backends torch.save torch.load tf.data tf.io tf.config tf.train tf.summary "
        "keras.optimizers keras.callbacks keras.utils keras.datasets keras.initializers "
        "keras.regularizers keras.constraints keras.losses keras.metrics"
    ).split()
)


def _touches_tensors(name: str, request: Call) -> bool:
    return not name.startswith(_SIDE_ROOTS)


def _layer(interpreter: Interpreter, layer: Layer, request: Call) -> Value:
    from shapecheck.interpret.applying import call_layer

    return call_layer(interpreter, layer, request)


def _instance(interpreter: Interpreter, instance: Instance, request: Call) -> Value:
    found = instance.cls.find("__call__")
    if found is not None and isinstance(found[0], Function):
        return _method(interpreter, Method(instance, found[0]), request)
    for base in instance.cls.foreign():
        if model(f"{base}.__call__") is not None:
            request.receiver = instance
            return _model(interpreter, f"{base}.__call__", request)
    if instance.native is not None:
        return call(
            interpreter,
            instance.native,
            request.arguments,
            request.keywords,
            request.node,
            request.frame,
            open=request.open,
        )
    return interpreter.unknown(f"a call of a {instance.cls.name}", request.node)


def _container(interpreter: Interpreter, container: Container, request: Call) -> Value:
    from shapecheck.interpret.torch.containers import call_container

    return call_container(interpreter, container, request)


def _native(interpreter: Interpreter, native: Native, request: Call) -> Value:
    from shapecheck.interpret.foreign import bases

    request.receiver = native
    for base in bases(native.name):
        if model(f"{base}.__call__") is not None:
            return _model(interpreter, f"{base}.__call__", request)
    return interpreter.unknown(f"a call of a {native.name}", request.node)


def _partial(interpreter: Interpreter, partial: Partial, request: Call) -> Value:
    return call(
        interpreter,
        partial.function,
        [*partial.arguments, *request.arguments],
        {**partial.keywords, **request.keywords},
        request.node,
        request.frame,
        open=request.open,
    )


def _unknown(interpreter: Interpreter, function: Unknown, request: Call) -> Value:
    refined = interpreter.resolve(function)
    if refined is not function:
        return call(
            interpreter,
            refined,
            request.arguments,
            request.keywords,
            request.node,
            request.frame,
            open=request.open,
        )
    forget_contents(interpreter, [*request.arguments, *request.keywords.values()])
    values = [*request.arguments, *request.keywords.values()]
    if any(isinstance(value, TensorValue) for value in values):
        interpreter.places.missed(request.node, request.frame.source, function.reason)
    return interpreter.unknown(function.reason, request.node)


def _super_call(interpreter: Interpreter, value: Super, request: Call) -> Value:
    return interpreter.unknown("a call of super()", request.node)


_CALLERS: dict[type, Callable[..., Value]] = {
    Function: _function,
    Method: _method,
    Class: _class,
    External: _external,
    Layer: _layer,
    Instance: _instance,
    Container: _container,
    Native: _native,
    Partial: _partial,
    Unknown: _unknown,
    Super: _super_call,
}
HANDLERS: dict[type, Callable[..., Value]] = {ast.Call: call_node}
