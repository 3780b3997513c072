"""Contracts in source: what `@contract` says of a function, read by the parser that the run-time decorator uses."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Any

from shapecheck.declarations import Parameters, declare
from shapecheck.interpret.functions import plan_of
from shapecheck.interpret.values import Class, Function, Literal, Native, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.declarations import Declaration
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Value

DECORATOR = "shapecheck.Decorator"  # what `contract("…")` gives
DIMS = "shapecheck.Dims"  # what `contract.dims("…")` gives
JAXTYPED = "jaxtyping.jaxtyped"
PUBLIC = "shapecheck.contract"
OWN_DIMS = "__shapecheck_dims__"  # on a class: the names that its methods share
RECEIVERS = ("self", "cls")
CHECKED, WRITTEN = "checked", "written"  # enforced at run time; only an annotation


class StaticContract:
    """The contract of one function: its declaration, where it is written, and whether anything enforces it."""

    __slots__ = ("declaration", "function", "kind", "node", "shared", "source")

    def __init__(
        self, declaration: Declaration, function: str, kind: str, node: ast.AST, source: Source
    ) -> None:
        self.declaration = declaration
        self.function = function
        self.kind = kind
        self.node = node
        self.source = source
        self.shared: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The place as messages at run time write it."""
        return f"{os.path.basename(self.source.path)}:{getattr(self.node, 'lineno', 1)}"

    @property
    def enforced(self) -> bool:
        """Whether a call that breaks it raises."""
        return self.kind == CHECKED


def is_contract(made: Value) -> bool:
    """True for what decorates with a contract: `contract`, `contract(…)`, `jaxtyped`, `jaxtyped(…)`."""
    return getattr(made, "name", "") in (DECORATOR, PUBLIC, JAXTYPED)


def attach(
    interpreter: Interpreter, made: Value, function: Function, decorator: ast.expr, frame: Frame
) -> None:
    """Give a function the contract that a decorator makes; what is wrong with the contract is reported."""
    name = made.name  # type: ignore[attr-defined]  # see is_contract
    if name == DECORATOR:
        assert isinstance(made, Native)
        _declare(interpreter, made, function, decorator, frame)
    else:
        from shapecheck.interpret.contracts_annotations import annotated

        if name == JAXTYPED and not isinstance(decorator, ast.Call):
            return  # `jaxtyped` alone says where names begin; a checker below it does the checking, if there is one
        found = annotated(function, kind=CHECKED, bare=decorator if name == PUBLIC else None)
        if found is not None:
            function.contract = found


def _declare(
    interpreter: Interpreter, made: Native, function: Function, decorator: ast.expr, frame: Frame
) -> None:
    if made.data.get("open"):
        return
    text, named = made.data["text"], made.data["named"]
    parameters = parameters_of(function)
    found = read_once(decorator, parameters, text, named)
    if isinstance(found, Exception):
        from shapecheck.interpret.contracts_faults import malformed

        malformed(interpreter, found, decorator, frame)
        return
    contract = StaticContract(found, called(function), CHECKED, decorator, frame.source)
    function.contract = contract
    if not interpreter.importing:
        from shapecheck.interpret.contracts_faults import report_impossible

        report_impossible(interpreter, contract, function, frame)


def called(function: Function) -> str:
    """What a caller writes to call it: a constructor goes by its class."""
    owner = function.owner if function.name in ("__init__", "__new__") else None
    return function.name if owner is None else owner.name


def read_once(
    node: ast.AST, parameters: Parameters, text: str | None, named: Mapping[str, Any]
) -> Declaration | Exception:
    """The declaration, or the error that the decorator raises; kept with the decorator's node."""
    key = (text, repr(named), parameters.all_names(), parameters.receiver)
    known: tuple[Any, Any] | None = getattr(node, "contract", None)
    if known is not None and known[0] == key:
        return known[1]  # type: ignore[no-any-return]
    found: Declaration | Exception
    try:
        found = declare(parameters, text, named, low=0)
    except (ValueError, TypeError) as error:
        found = error
    node.contract = (key, found)  # type: ignore[attr-defined]  # kept with the node it is about
    return found


def parameters_of(function: Function) -> Parameters:
    """The parameters of a function that a contract may speak of."""
    plan = plan_of(function.node)
    positional = [parameter.arg for parameter in plan.positional]
    takes_receiver = bool(positional) and (
        function.kind in ("property", "class") or (positional[0] in RECEIVERS and function.kind != "static")
    )
    receiver = positional[0] if takes_receiver else None
    defaults: dict[str, Value] = dict(
        zip(positional[len(positional) - len(function.defaults) :], function.defaults, strict=True)
    )
    for parameter, default in zip(plan.keyword_only, function.keyword_defaults, strict=True):
        if default is not None:
            defaults[parameter.arg] = default
    every = [*plan.positional[1 if takes_receiver else 0 :], *plan.keyword_only]
    optional = [
        parameter.arg for parameter in every if may_be_none(defaults.get(parameter.arg), parameter.annotation)
    ]
    names = [parameter.arg for parameter in every]
    return Parameters(names, receiver=receiver, optional=optional, rest=plan.rest, keywords=plan.keywords)


def may_be_none(default: Value | None, annotation: ast.expr | None) -> bool:
    """Whether None may be passed: the default is None (or not known), or the annotation speaks of it."""
    if isinstance(default, Unknown) or (isinstance(default, Literal) and default.value is None):
        return True
    if annotation is None:
        return False
    text = ast.unparse(annotation)
    return "None" in text or "Optional" in text


def decorate_class(
    interpreter: Interpreter, made: Value, cls: Class, decorator: ast.expr, frame: Frame
) -> None:
    """`@contract(…)` on a dataclass or a class with a constructor, `@contract.dims(…)` on any class."""
    if getattr(made, "name", "") == DIMS:
        _share(interpreter, made, cls, decorator, frame)
        return
    own = cls.members.get("__init__")
    if isinstance(own, Function):
        attach(interpreter, made, own, decorator, frame)
        return
    if not cls.fields:
        return
    if getattr(made, "name", "") == PUBLIC:
        from shapecheck.interpret.contracts_annotations import annotated_fields

        cls.contract = annotated_fields(cls, _fields(cls), decorator, frame)
        return
    if not isinstance(made, Native) or made.name != DECORATOR or made.data.get("open"):
        return
    found = read_once(decorator, _fields(cls), made.data["text"], made.data["named"])
    if isinstance(found, Exception):
        from shapecheck.interpret.contracts_faults import malformed

        malformed(interpreter, found, decorator, frame)
        return
    cls.contract = StaticContract(found, cls.name, CHECKED, decorator, frame.source)


def field_annotations(cls: Class) -> dict[str, ast.expr]:
    """The annotations in a class's own body."""
    return {
        entry.target.id: entry.annotation
        for entry in (cls.node.body if cls.node else ())
        if isinstance(entry, ast.AnnAssign) and isinstance(entry.target, ast.Name)
    }


def _fields(cls: Class) -> Parameters:
    annotations = field_annotations(cls)
    names = cls.fields or []
    optional = [
        name
        for name in names
        if may_be_none(member[0] if (member := cls.find(name)) else None, annotations.get(name))
    ]
    return Parameters(names, receiver="self", optional=optional)


def _share(interpreter: Interpreter, made: Value, cls: Class, decorator: ast.expr, frame: Frame) -> None:
    assert isinstance(made, Native)
    names: tuple[str, ...] | None = made.data["names"]
    if names is None:
        return
    cls.members[OWN_DIMS] = Literal(" ".join(names))
    shared = tuple(dict.fromkeys(name for entry in reversed(cls.mro) for name in _own_dims(entry)))
    functions = [member for member in cls.members.values() if isinstance(member, Function)]
    used: set[str] = set()
    for function in functions:
        if function.contract is not None:
            function.contract.shared = shared
            used |= function.contract.declaration.names()
    unknown = [name for name in names if name not in used]
    # A decorated method without a contract may have one that could not be read.
    plain = all(
        function.contract is not None or not getattr(function.node, "decorator_list", ())
        for function in functions
    )
    if unknown and plain:
        from shapecheck.interpret.contracts_faults import malformed

        error = ValueError(f"no contract in {cls.name} speaks of {', '.join(unknown)}")
        malformed(interpreter, error, decorator, frame)


def _own_dims(entry: Any) -> list[str]:
    found = entry.members.get(OWN_DIMS) if isinstance(entry, Class) else None
    return found.value.split() if isinstance(found, Literal) else []
