"""Functions of the user's: definition, decorators, binding of arguments, execution."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from shapecheck.interpret.frames import Call, Frame
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.paths import DEPTH
from shapecheck.interpret.sharing import CHANGEABLE
from shapecheck.interpret.values import (
    NONE,
    External,
    Function,
    Instance,
    Int,
    Mapping,
    Method,
    Native,
    Sequence,
)

if TYPE_CHECKING:
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Class, Value

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Plan(NamedTuple):
    """What is worked out once for a function's syntax: its parameters, and whether it is a generator."""

    positional: list[ast.arg]
    only_positional: int
    rest: str | None
    keyword_only: list[ast.arg]
    keywords: str | None
    generator: bool
    scopes: dict[str, str] | None


def plan_of(node: FunctionNode) -> Plan:
    """The plan of a function, kept with its syntax node."""
    found: Plan | None = getattr(node, "plan", None)
    if found is None:
        arguments = node.args
        generator, scopes = _survey(node)
        found = Plan(
            [*arguments.posonlyargs, *arguments.args],
            len(arguments.posonlyargs),
            arguments.vararg.arg if arguments.vararg else None,
            arguments.kwonlyargs,
            arguments.kwarg.arg if arguments.kwarg else None,
            generator,
            scopes or None,
        )
        node.plan = found  # type: ignore[union-attr]  # kept with the node it is about
    return found


def _survey(node: FunctionNode) -> tuple[bool, dict[str, str]]:
    """Whether the body yields, and which names it declares global or nonlocal."""
    generator = False
    scopes: dict[str, str] = {}
    pending: list[ast.AST] = list(node.body) if isinstance(node.body, list) else [node.body]
    while pending:
        entry = pending.pop()
        if isinstance(entry, ast.Yield | ast.YieldFrom):
            generator = True
        elif isinstance(entry, ast.Global):
            scopes.update(dict.fromkeys(entry.names, "global"))
        elif isinstance(entry, ast.Nonlocal):
            scopes.update(dict.fromkeys(entry.names, "nonlocal"))
        if not isinstance(entry, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(entry))
    return generator, scopes


def make_function(
    interpreter: Interpreter, node: FunctionNode, frame: Frame, owner: Class | None = None
) -> Function:
    """A function value; its defaults are evaluated now, as Python does."""
    defaults = [_default(interpreter, entry, frame) for entry in node.args.defaults]
    keyword_defaults = [
        None if entry is None else _default(interpreter, entry, frame) for entry in node.args.kw_defaults
    ]
    made = Function(node, frame, defaults, keyword_defaults, owner)
    if frame.source.jaxtyped:
        from shapecheck.interpret.contracts_annotations import attach_written

        attach_written(made)
    return made


def _default(interpreter: Interpreter, node: ast.expr, frame: Frame) -> Value:
    value = interpreter.evaluate(node, frame)
    if type(value) is Int:
        return Int(value.size, Trace("default", node, frame.source, value.size, parts=(value.origin,)))
    return value


# Decorators that leave what a call computes as it is, by the last part of their name.
NEUTRAL = frozenset(
    (
        "no_grad inference_mode enable_grad function jit script compile contract jaxtyped typechecked beartype wraps "
        "lru_cache cache abstractmethod overload override final export ignore unused disable script_method "
        "register_keras_serializable keras_export record autocast custom_fwd custom_bwd is_grad_enabled "
        "set_grad_enabled checkpoint dynamo_disable fixture parametrize skip skipif mark slow torch_required "
        "once run_once timer profile torchscript_compat named_apply singledispatch contextmanager tf_export "
        "register_module_notrace_fn typechecker unused_argument assert_type"
    ).split()
)
CONTRACTS = frozenset(("contract", "jaxtyped"))
CONTRACT_HOMES = ("shapecheck.", "jaxtyping.")
METHODS_THAT_STAY = frozenset(("forward", "call", "__init__", "__call__", "build"))


def decorate(
    interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, function: Function, frame: Frame
) -> Value:
    """What a decorated definition binds."""
    value: Value = function
    for decorator in reversed(node.decorator_list):
        value = _decorated(interpreter, decorator, function, value, frame)
    return value


def _decorated(
    interpreter: Interpreter, decorator: ast.expr, function: Function, value: Value, frame: Frame
) -> Value:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    last = (
        called.attr
        if isinstance(called, ast.Attribute)
        else called.id
        if isinstance(called, ast.Name)
        else ""
    )
    if last in ("property", "cached_property"):
        function.kind = "property"
        return value
    if last == "staticmethod" or last == "classmethod":
        function.kind = last.removesuffix("method")
        return value
    if last in ("setter", "getter", "deleter") and isinstance(called, ast.Attribute):
        return _accessor(interpreter, called, function, frame)
    if last in ("xfail", "raises"):
        function.attributes["expected to fail"] = NONE
        return value
    if (last in NEUTRAL and last not in CONTRACTS) or _from_marks(called):
        return value
    made = interpreter.resolve(interpreter.evaluate(decorator, frame))
    if isinstance(made, External | Native) and made.name.startswith(CONTRACT_HOMES) and value is function:
        from shapecheck.interpret.contracts import attach, is_contract

        if is_contract(made):
            attach(interpreter, made, function, decorator, frame)
            return value
    if last in NEUTRAL:
        return value
    if isinstance(made, Function | Method):
        return interpreter.call(made, [value], {}, decorator, frame)
    if function.name in METHODS_THAT_STAY or (
        isinstance(made, External) and made.name.startswith(("torch.", "tf.", "keras."))
    ):
        function.attributes["wrapped"] = NONE  # by something that may take other arguments
        return value
    function.kind = function.kind or "unknown"
    return value


def _from_marks(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Attribute)
        and called.value.attr == "mark"
    )


def _accessor(interpreter: Interpreter, called: ast.Attribute, function: Function, frame: Frame) -> Value:
    """`@x.setter` keeps the property and remembers how it is set."""
    before = interpreter.evaluate(called.value, frame)
    if isinstance(before, Function):
        before.attributes[called.attr] = function
        return before
    return function


def definition(
    interpreter: Interpreter, node: ast.FunctionDef, frame: Frame, owner: Class | None = None
) -> Value:
    """The value of a `def`."""
    function = make_function(interpreter, node, frame, owner)
    return decorate(interpreter, node, function, frame) if node.decorator_list else function


def call_function(
    interpreter: Interpreter, function: Function, request: Call, *, receiver: Value | None = None
) -> Value:
    """Run a function on arguments."""
    path = interpreter.path
    node = function.node
    if not interpreter.importing:
        interpreter.called.add(id(node))
    if function.kind == "unknown":
        return interpreter.unknown(f"{function.name} has an unknown decorator", request.node)
    if path.depth >= DEPTH:
        return interpreter.unknown(f"{function.name} calls itself too deeply", request.node)
    twins = interpreter.twins
    if receiver is None and function.owner is None and function.contract is None and twins.active:
        return twins.computed.ran(function, request, lambda: _run(interpreter, function, request, None))
    return _run(interpreter, function, request, receiver)


def _run(interpreter: Interpreter, function: Function, request: Call, receiver: Value | None) -> Value:
    path = interpreter.path
    names = bind_arguments(interpreter, function, request)
    if names is None:
        problem = misfit(function, request) if _is_plain_call(function, request, receiver) else None
        if problem is not None and problem.endswith(" given"):
            return interpreter.mistake("SHP121", problem, request.node, request.frame)
        return interpreter.unknown(f"{function.name} cannot take these arguments", request.node)
    outer = function.frame
    frame = Frame(
        outer.module,
        outer.source,
        names,
        parent=None if outer.is_module else outer,
        function=function,
        owner=function.owner,
        receiver=receiver if receiver is not None else _first(function, names),
    )
    promise = None
    if function.contract is not None:
        from shapecheck.interpret import contracts_calls

        promise = contracts_calls.begin(interpreter, function, names, request, frame.receiver)
        if promise.broken:
            return interpreter.unknown(f"the contract of {function.name} is broken", request.node)
    path.depth += 1
    path.frames.append((request.frame.source, request.node))
    try:
        result = run_body(interpreter, function, frame)
        return result if promise is None else contracts_calls.finish(interpreter, promise, frame, result)
    finally:
        path.depth -= 1
        path.frames.pop()


def _is_plain_call(function: Function, request: Call, receiver: Value | None) -> bool:
    """True where the code itself calls the function by its name, or its class, with these arguments: no model of a
    library does it, no decorator and no class that is not known stands between."""
    node = request.node
    if (
        not isinstance(node, ast.Call)
        or isinstance(function.node, ast.Lambda)
        or function.node.decorator_list
    ):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in (function.name, function.owner.name if function.owner is not None else ""):
        return False
    if isinstance(receiver, Instance) and (receiver.cls is not function.owner or receiver.cls.open):
        return False
    given = len(request.arguments) - (receiver is not None)
    return given == len(node.args) and len(request.keywords) == len(node.keywords)


def _first(function: Function, names: dict[str, Value]) -> Value | None:
    if function.owner is None or function.kind == "static" or not function.node.args.args:
        return None
    return names.get(function.node.args.args[0].arg)


def run_body(interpreter: Interpreter, function: Function, frame: Frame) -> Value:
    """Execute a function's body in its frame; a generator runs at once."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return interpreter.evaluate(node.body, frame)
    plan = plan_of(node)
    frame.local_globals = plan.scopes
    if plan.generator:
        frame.yielded = []
        interpreter.execute(node.body, frame)
        return Sequence("iterator", None if frame.uncertain else frame.yielded)
    signal = interpreter.execute(node.body, frame)
    if frame.uncertain:
        return interpreter.unknown(f"what {function.name} returns depends on a loop", node)
    if signal == "return" and frame.returned is not None:
        return frame.returned
    return NONE


def bind_arguments(interpreter: Interpreter, function: Function, request: Call) -> dict[str, Value] | None:
    """The local names that a call binds, None where the arguments do not fit."""
    plan = plan_of(function.node)
    names: dict[str, Value] = {}
    given = request.arguments
    count = len(plan.positional)
    for parameter, value in zip(plan.positional, given, strict=False):
        names[parameter.arg] = _passed(value, parameter.arg, request)
    if len(given) > count:
        if plan.rest is None:
            return None
        names[plan.rest] = Sequence("tuple", given[count:])
    elif plan.rest is not None:
        names[plan.rest] = Sequence("tuple", None if request.open else [])
    extra = _bind_keywords(plan, names, request)
    if extra is None:
        return None
    return names if _fill_defaults(interpreter, function, plan, names, request) else None


def misfit(function: Function, request: Call) -> str | None:
    """Why arguments (the receiver among them) do not fit a function's parameters, None where they may."""
    if request.open or isinstance(function.node, ast.Lambda) or "wrapped" in function.attributes:
        return None
    plan = plan_of(function.node)
    names = [parameter.arg for parameter in plan.positional]
    given = len(request.arguments)
    if given > len(names) and plan.rest is None:
        return f"{function.name} takes {len(names) - 1} inputs, got {given - 1}"
    known = {*names[plan.only_positional :], *(parameter.arg for parameter in plan.keyword_only)}
    strange = [name for name in request.keywords if name not in known]
    if strange and plan.keywords is None:
        return f"{function.name} has no parameter {strange[0]}"
    required = names[: len(names) - len(function.defaults)][given:]
    keyword_only = zip(plan.keyword_only, function.keyword_defaults, strict=True)
    required += [parameter.arg for parameter, default in keyword_only if default is None]
    missing = [name for name in required if name not in request.keywords]
    if missing:
        called = function.owner.name if function.owner and function.name == "__init__" else function.name
        return f"{called} needs {', '.join(missing)}, which {'are' if len(missing) > 1 else 'is'} not given"
    return None


def _passed(value: Value, name: str, request: Call) -> Value:
    if type(value) is Int:
        origin = Trace(
            "argument", request.node, request.frame.source, value.size, name=name, parts=(value.origin,)
        )
        return Int(value.size, origin)
    return value


def _bind_keywords(plan: Plan, names: dict[str, Value], request: Call) -> bool | None:
    extra: dict[object, Value] = {}
    named = {parameter.arg for parameter in plan.positional[plan.only_positional :]}
    named.update(parameter.arg for parameter in plan.keyword_only)
    for name, value in request.keywords.items():
        if name in named:
            if name in names:
                return None
            names[name] = _passed(value, name, request)
        elif plan.keywords is None:
            return None
        else:
            extra[name] = value
    if plan.keywords is not None:
        names[plan.keywords] = Mapping(None if request.open else extra)
    return True


def _fill_defaults(
    interpreter: Interpreter, function: Function, plan: Plan, names: dict[str, Value], request: Call
) -> bool:
    first = len(plan.positional) - len(function.defaults)
    for index, parameter in enumerate(plan.positional):
        if parameter.arg not in names:
            if request.open:
                names[parameter.arg] = interpreter.unknown(f"{parameter.arg} is unknown", request.node)
            elif index >= first:
                names[parameter.arg] = _watched(interpreter, function.defaults[index - first])
            else:
                return False
    for parameter, default in zip(plan.keyword_only, function.keyword_defaults, strict=True):
        if parameter.arg not in names:
            if request.open:
                names[parameter.arg] = interpreter.unknown(f"{parameter.arg} is unknown", request.node)
            elif default is not None:
                names[parameter.arg] = _watched(interpreter, default)
            else:
                return False
    return True


def _watched(interpreter: Interpreter, default: Value) -> Value:
    """A default; all calls share it."""
    if type(default) in CHANGEABLE:
        interpreter.shared.read(default)
    return default
