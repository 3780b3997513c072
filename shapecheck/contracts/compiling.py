"""From a declaration to a checking function: source, code, and a function that looks like the original."""

from __future__ import annotations

import builtins
import linecache

from shapecheck.contracts.emitter import BUILTINS
from shapecheck.contracts.facts import made_up, plain_facts
from shapecheck.contracts.functions import FunctionWriter, Options, stage_attributes
from shapecheck.contracts.record import Contract, is_recording, remember
from shapecheck.contracts.sharing import reader
from shapecheck.contracts.signature import Signature
from shapecheck.contracts.tracing import constant_when_traced, is_traced
from shapecheck.declarations.dtypes import accepted_dtypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from shapecheck.contracts.errors import ShapeError
    from shapecheck.contracts.functions import Source
    from shapecheck.declarations import Declaration

ATTRIBUTE = "__shapecheck_contract__"


class Place:
    """Where a contract stands: path and line."""

    __slots__ = ("line", "path")

    def __init__(self, path: str, line: int) -> None:
        self.path = path
        self.line = line


def compile_contract(
    function: Callable[..., Any],
    signature: Signature,
    declaration: Declaration,
    place: Place,
    *,
    strict: bool,
    shared: tuple[str, ...] = (),
) -> Callable[..., Any]:
    """The function that checks the declaration around a call of `function`, with its signature and docs."""
    qualified = getattr(function, "__qualname__", signature.name)
    contract = Contract(
        declaration,
        function=_called(signature.name, qualified),
        qualified=f"{getattr(function, '__module__', '')}.{qualified}",
        path=place.path,
        line=place.line,
        strict=strict,
    )
    counted = is_recording()
    if counted:
        remember(contract)
    names = declaration.names()
    contract.shared = tuple(name for name in shared if name in names) if signature.receiver == "self" else ()
    remark = f"  # {contract.where}: @contract({_one_line(declaration.text)})"
    options = Options(strict=strict, counted=counted, shared=contract.shared, remark=remark)
    source = FunctionWriter(signature, declaration, options).write()
    contract.accepted = {word: accepted_dtypes(word) for word in source.dtypes}
    arguments = [*_parts(contract, function), *contract.accepted.values()]
    name = f"<contract {contract.where} {qualified}>"
    found: Callable[..., Any] = build(source, name, arguments, _globals(function))
    _dress(found, function, signature)
    found.__dict__[ATTRIBUTE] = contract
    return found


def _called(name: str, qualified: str) -> str:
    """What a caller writes to call it: a constructor goes by its class."""
    parts = qualified.split(".")
    return parts[-2] if name in ("__init__", "__new__") and len(parts) > 1 else name


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _globals(function: Any) -> dict[str, Any]:
    # The user's own: TorchScript looks names up there when it sees through to the original.
    found = function
    while not hasattr(found, "__globals__"):
        found = getattr(found, "__wrapped__", None) or getattr(found, "__func__", None)
        if found is None:
            return {}
    result: dict[str, Any] = found.__globals__
    if not result.get("__builtins__") or not BUILTINS.isdisjoint(result):
        # A namedtuple's constructor has no builtins at all, and a module may have its own `max`.
        return {**result, **{word: getattr(builtins, word) for word in BUILTINS}, "__builtins__": builtins}
    return result


def build(source: Source, name: str, arguments: list[Any], namespace: dict[str, Any]) -> Any:
    """Run the source with its text where tracebacks, `inspect` and AutoGraph look for it."""
    unique, number = name, 1
    lines = source.text.splitlines(keepends=True)
    while unique in linecache.cache and linecache.cache[unique][2:3] != (lines,):
        number += 1
        unique = f"{name[:-1]} #{number}>"
    linecache.cache[unique] = (len(source.text), None, lines, unique)
    local: dict[str, Any] = {}
    exec(compile(source.text, unique, "exec", dont_inherit=True), namespace, local)
    return local["build"](*arguments)


def _dress(found: Any, function: Any, signature: Signature) -> None:
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__"):
        if hasattr(function, attribute):
            setattr(found, attribute, getattr(function, attribute))
    found.__dict__.update(getattr(function, "__dict__", {}))
    found.__wrapped__ = function
    found.__defaults__ = signature.defaults or None
    found.__kwdefaults__ = signature.keyword_defaults or None


def _parts(contract: Contract, function: Any) -> list[Any]:
    """What the generated code calls, in the order of `functions.OURS`."""
    explain = explainer(contract)
    count = _counter(contract)
    shared = reader(contract.shared)
    return [function, explain, contract.pending, contract.settled, count, made_up, shared]


def _counter(contract: Contract) -> Callable[[], None]:
    # Under torch.compile a call is counted when it is traced, so that the count cannot cause a recompilation.
    @constant_when_traced
    def count() -> None:
        contract.calls += 1

    return count


def explainer(contract: Contract) -> Callable[..., ShapeError | None]:
    """The function that generated code asks when its quick check is not content."""
    paths = [
        tuple(f"{{{path}}}" for path in stage_attributes(contract.declaration, stage)) for stage in (0, 1)
    ]
    keys = contract.keys

    @constant_when_traced
    def judge(stage: int, facts: Any, attributes: tuple[Any, ...], instance: Any = None) -> None:
        error = contract.judge(stage, facts, dict(zip(paths[stage], attributes, strict=True)), instance)
        if error is not None:
            raise error

    def explain(
        stage: int, values: tuple[Any, ...], attributes: tuple[Any, ...], instance: Any = None
    ) -> ShapeError | None:
        if is_traced():
            plain = tuple([plain_facts(value, keys) for value in values])
            if instance is None:
                judge(stage, plain, attributes)
            else:
                judge(stage, plain, attributes, instance)
            return None
        known = dict(zip(paths[stage], attributes, strict=True))
        error = contract.judge(stage, contract.facts(values), known, instance)
        if error is None:
            contract.learn_dtypes(values)
        return error

    return explain
