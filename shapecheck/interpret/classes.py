"""Classes of the user's: definition, method resolution order, instances."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.foreign import bases as foreign_bases
from shapecheck.interpret.frames import Frame
from shapecheck.interpret.functions import definition
from shapecheck.interpret.values import (
    Class,
    External,
    Function,
    Instance,
    Method,
    Native,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

PLAIN_BASES = frozenset(
    "builtins.object typing.Generic typing.Protocol abc.ABC typing.NamedTuple builtins.dict builtins.list".split()
)


def function_statement(interpreter: Interpreter, node: ast.FunctionDef, frame: Frame) -> None:
    """`def`."""
    if frame.is_module:
        interpreter.shared.rebind(node.name)
    frame.locals[node.name] = definition(interpreter, node, frame)


def class_statement(interpreter: Interpreter, node: ast.ClassDef, frame: Frame) -> None:
    """`class`."""
    bases = [interpreter.resolve(interpreter.evaluate(base, frame)) for base in node.bases]
    cls = Class(node.name, bases, {}, node)
    cls.mro = _linearise(cls)
    cls.open = any(
        not isinstance(base, Class | External) or (isinstance(base, Class) and base.open) for base in bases
    )
    # The body sees the names around it, but methods do not see the body's: they close over the outer frame.
    body = Frame(frame.module, frame.source, cls.members, parent=None if frame.is_module else frame)
    cls.frame = frame
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            cls.members[statement.name] = _method(interpreter, statement, frame, body, cls)
        else:
            interpreter.execute([statement], body)
    value: Value = cls
    for decorator in reversed(node.decorator_list):
        value = _decorated(interpreter, decorator, cls, frame)
    if any(isinstance(base, External) and base.name == "typing.NamedTuple" for base in bases):
        cls.fields = _annotated_names(node)
    if frame.is_module:
        interpreter.shared.rebind(node.name)
    frame.locals[node.name] = value


def _method(
    interpreter: Interpreter,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    frame: Frame,
    body: Frame,
    cls: Class,
) -> Value:
    from shapecheck.interpret.functions import decorate, make_function

    function = make_function(interpreter, node, body, cls)
    function.frame = frame
    return decorate(interpreter, node, function, body) if node.decorator_list else function


def _annotated_names(node: ast.ClassDef) -> list[str]:
    return [
        entry.target.id
        for entry in node.body
        if isinstance(entry, ast.AnnAssign) and isinstance(entry.target, ast.Name)
    ]


def _decorated(interpreter: Interpreter, decorator: ast.expr, cls: Class, frame: Frame) -> Value:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    last = (
        called.attr
        if isinstance(called, ast.Attribute)
        else called.id
        if isinstance(called, ast.Name)
        else ""
    )
    if last in ("dataclass", "dataclasses", "define", "frozen", "s", "attrs"):
        inherited: list[str] = []
        for base in cls.mro[1:]:
            if isinstance(base, Class) and base.fields:
                inherited = [*base.fields, *inherited]
        cls.fields = list(dict.fromkeys([*inherited, *(_annotated_names(cls.node) if cls.node else ())]))
        return cls
    made = interpreter.evaluate(decorator, frame)
    if isinstance(made, Native | External) and made.name.startswith("shapecheck."):
        from shapecheck.interpret.contracts import decorate_class

        decorate_class(interpreter, made, cls, decorator, frame)
        return cls
    if isinstance(made, Function | Method):
        result = interpreter.call(made, [cls], {}, decorator, frame)
        return result if isinstance(result, Class) else cls
    return cls


def _linearise(cls: Class) -> list[Any]:
    """The method resolution order, C3 where the bases allow it, else depth first."""
    chains: list[list[Any]] = []
    for base in cls.bases:
        if isinstance(base, Class):
            chains.append(list(base.mro))
        elif isinstance(base, External):
            chains.append([External(name) for name in foreign_bases(base.name)])
    if len(chains) == 1:
        return [cls, *chains[0]]
    chains.append([chain[0] for chain in chains])
    order: list[Any] = [cls]
    while True:
        chains = [chain for chain in chains if chain]
        if not chains:
            return order
        head = next(
            (chain[0] for chain in chains if not any(_has(other[1:], chain[0]) for other in chains)), None
        )
        if head is None:
            head = chains[0][0]
        order.append(head)
        chains = [[entry for entry in chain if not _equal(entry, head)] for chain in chains]


def _equal(left: Any, right: Any) -> bool:
    return left is right or (
        isinstance(left, External) and isinstance(right, External) and left.name == right.name
    )


def _has(entries: list[Any], wanted: Any) -> bool:
    return any(_equal(entry, wanted) for entry in entries)


def instantiate(interpreter: Interpreter, cls: Class, request: Call) -> Value:
    """`Class(arguments)`."""
    custom = _custom_creation(interpreter, cls, request)
    if custom is not None:
        return custom
    return interpreter.twins.instantiated(cls, request, lambda: _new_instance(interpreter, cls, request))


def _new_instance(interpreter: Interpreter, cls: Class, request: Call) -> Instance:
    instance = Instance(cls)
    interpreter.path.counter += 1
    instance.key = ("instance", interpreter.path.counter)
    initialise(interpreter, instance, request)
    return instance


def _custom_creation(interpreter: Interpreter, cls: Class, request: Call) -> Value | None:
    if cls.find("__new__") is not None:
        return interpreter.unknown(f"{cls.name} makes its own instances", request.node)
    if cls.derives("enum.Enum") or cls.derives("enum.IntEnum"):
        return interpreter.unknown(f"{cls.name} is an enumeration", request.node)
    return None


def initialise(interpreter: Interpreter, instance: Instance, request: Call) -> None:
    """Run the constructor of an instance."""
    cls = instance.cls
    found = cls.find("__init__")
    if found is not None and isinstance(found[0], Function):
        interpreter.call(
            Method(instance, found[0]),
            request.arguments,
            request.keywords,
            request.node,
            request.frame,
            open=request.open,
        )
        return
    if cls.fields is not None:
        _initialise_fields(interpreter, instance, request)
        return
    if found is not None:
        instance.open = True
        return
    foreign = cls.foreign()
    if foreign:
        interpreter.call(
            Method(instance, f"{foreign[0]}.__init__"),
            request.arguments,
            request.keywords,
            request.node,
            request.frame,
            open=request.open,
        )


def _initialise_fields(interpreter: Interpreter, instance: Instance, request: Call) -> None:
    """A dataclass's generated constructor."""
    fields = instance.cls.fields or []
    for name, value in zip(fields, request.arguments, strict=False):
        instance.attributes[name] = value
    for name, value in request.keywords.items():
        instance.attributes[name] = value
    for name in fields:
        if name in instance.attributes:
            continue
        member = instance.cls.find(name)
        if request.open or member is None:
            instance.attributes[name] = interpreter.unknown(f"{name} is unknown", request.node)
        else:
            instance.attributes[name] = _field_default(interpreter, member[0], request)
    if instance.cls.contract is not None:
        from shapecheck.interpret.contracts_calls import judge_fields

        judge_fields(interpreter, instance, request)
    after = instance.cls.find("__post_init__")
    if after is not None:
        interpreter.call(Method(instance, after[0]), [], {}, request.node, request.frame)  # type: ignore[arg-type]


def _field_default(interpreter: Interpreter, default: Value, request: Call) -> Value:
    """`field(default=…)` and `field(default_factory=…)`, as the model of `dataclasses.field` gives them."""
    if isinstance(default, Native) and default.name == "dataclasses.Field":
        factory = default.data.get("factory")
        if factory is not None:
            return interpreter.call(factory, [], {}, request.node, request.frame)
        value = default.data.get("default")
        return (
            value
            if isinstance(value, Value)
            else interpreter.unknown("a field without default", request.node)
        )
    return default


HANDLERS: dict[type, Callable[..., Any]] = {
    ast.FunctionDef: function_statement,
    ast.AsyncFunctionDef: function_statement,
    ast.ClassDef: class_statement,
}
