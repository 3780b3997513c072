"""Calls of functions with a contract: the arguments are judged, then the result; what is open is assumed.

What is proven not to fit is reported at the argument (SHP201) or at the `return` (SHP202); where only an annotation
says it, as a warning (SHP205). A result that the body leaves unknown is what the contract promises.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Proof, Shape
from shapecheck.declarations.judging import Judgement, Mismatch, start
from shapecheck.declarations.message import guess, headline
from shapecheck.interpret.contracts import OWN_DIMS
from shapecheck.interpret.contracts_examples import counterexample, free_names
from shapecheck.interpret.contracts_facts import facts_of, is_open
from shapecheck.interpret.contracts_promises import promised
from shapecheck.interpret.failures import fail
from shapecheck.interpret.functions import plan_of
from shapecheck.interpret.lowering import as_size
from shapecheck.interpret.records import Blunder
from shapecheck.interpret.values import Instance, Int, Mapping, Sequence, Unknown

if TYPE_CHECKING:
    from shapecheck.diagnostics.span import Span
    from shapecheck.interpret.contracts import StaticContract
    from shapecheck.interpret.frames import Call, Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Function, Value

UNSAID = Unknown("a body that is left out", ("unsaid",))
NOTHING: frozenset[str] = frozenset()
ARGUMENT, RESULT, ANNOTATION = "SHP201", "SHP202", "SHP205"


class Promise:
    """One call that has begun: its arguments, and what they bound.

    `broken` where an argument is proven not to fit and the call raises, `told` where a mismatch was reported.
    """

    __slots__ = ("broken", "call", "contract", "function", "given", "judgement", "receiver", "told", "values")

    def __init__(
        self,
        contract: StaticContract,
        function: Function,
        call: Call,
        values: dict[str, Value],
        receiver: Value | None,
    ) -> None:
        self.contract = contract
        self.function = function
        self.call = call
        self.values = values
        self.receiver = receiver
        self.given: dict[str, Any] = {}  # the attributes in braces, as they are when the call begins
        self.broken = False
        self.told = False
        self.judgement: Judgement


def begin(
    interpreter: Interpreter, function: Function, names: dict[str, Value], call: Call, receiver: Value | None
) -> Promise:
    """Judge the arguments of a call."""
    contract = function.contract
    assert contract is not None
    promise = Promise(contract, function, call, dict(names), receiver)
    promise.given = {
        f"{{{path}}}": attribute_size(interpreter, path, names, receiver, call.node, call.frame)
        for path in contract.declaration.attributes()
    }
    judgement = promise.judgement = _judged(interpreter, promise)
    if refuted(interpreter, judgement, contract, call.node, call.frame.source) is not None:
        promise.broken, promise.told = contract.enforced, True
        if _is_root(call):  # its arguments were made up to fit, or were asked for
            reason = headline(contract.function, judgement, contract.where)
            interpreter.places.missed(call.node, call.frame.source, reason)
        else:
            _report_arguments(interpreter, promise)
    elif contract.shared and receiver is not None:
        _keep_dims(interpreter, contract, judgement, receiver, function)
    return promise


def _judged(interpreter: Interpreter, promise: Promise) -> Judgement:
    """The arguments against the contract, with the dims that the methods of the instance share."""
    contract, receiver = promise.contract, promise.receiver
    shared: dict[str, tuple[Any, str]] = {}
    if contract.shared and isinstance(receiver, Instance):
        shared = {
            name: (value.size, who)
            for (name, who), value in _own_dims(receiver).items()
            if name in contract.shared and isinstance(value, Int)
        }
    judgement = start(promise.given, shared, contract.declaration.constraints)
    for name, structure in contract.declaration.inputs:
        judgement.value(name, structure, facts_of(interpreter, promise.values.get(name), structure))
    return judgement


def _is_root(call: Call) -> bool:
    return isinstance(call.node, ast.FunctionDef | ast.AsyncFunctionDef)


def attribute_size(
    interpreter: Interpreter,
    path: str,
    names: dict[str, Value],
    receiver: Value | None,
    node: ast.AST,
    frame: Frame,
) -> Any:
    """The size that `{path}` means: an argument, else an attribute of the receiver; None where not known."""
    first, *rest = path.split(".")
    value = names.get(first)
    if value is None:
        if receiver is None:
            return None
        value, rest = receiver, [first, *rest]
    for name in rest:
        value = interpreter.attribute(value, name, node, frame)
    return as_size(interpreter, interpreter.resolve(value))


def _keep_dims(
    interpreter: Interpreter,
    contract: StaticContract,
    judgement: Judgement,
    receiver: Value,
    function: Function,
) -> None:
    """Remember what the dims that all methods share were bound to."""
    if not isinstance(receiver, Instance) or interpreter.path.joined:
        return
    entries = dict(_own_dims(receiver))
    known = {name for name, _ in entries}
    for name in contract.shared:
        size = judgement.binding.bindings.get(name)
        if size is not None and name not in known and not isinstance(size, tuple) and not is_open(size):
            entries[name, f"{function.name}: {judgement.binding.bound_by.get(name, '')}"] = Int(size)
    if len(entries) > len(known):
        interpreter.touch(receiver, OWN_DIMS)
        receiver.attributes[OWN_DIMS] = Mapping(entries, kind=_owned(receiver))


def _own_dims(receiver: Instance) -> dict[Any, Value]:
    """The dims that the methods of an instance have bound; a copy of it starts afresh."""
    kept = receiver.attributes.get(OWN_DIMS)
    if not isinstance(kept, Mapping) or kept.entries is None or kept.kind != _owned(receiver):
        return {}
    return kept.entries


def _owned(receiver: Instance) -> str:
    return f"dims of {id(receiver)}"


def refuted(
    interpreter: Interpreter,
    judgement: Judgement,
    contract: StaticContract,
    node: ast.AST,
    source: Source,
    *,
    free: frozenset[str] = NOTHING,
) -> str | None:
    """None unless something is proven not to fit; then sizes for which it does not, "" where it fits for none.

    What an enforced contract leaves open is assumed from here on. `free` are sizes that stand for any.
    """
    if not contract.enforced:  # of annotations that only say something, sizes and ranks are of interest
        judgement.mismatches[:] = [entry for entry in judgement.mismatches if entry.failure is not None]
    if judgement.mismatches:
        return ""
    path = interpreter.path
    for claim, failure in judgement.binding.pending():
        proof = path.system.decide_briefly(claim)
        example: str | None = ""
        if proof is Proof.UNKNOWN and free and failure is not None:
            example = counterexample(path, claim, free)
            proof = Proof.UNKNOWN if example is None else Proof.NO
        if proof is Proof.UNKNOWN and contract.enforced:
            if path.system.assume(claim).contradiction:
                proof = Proof.NO
            else:
                path.assume(claim, source, node)
        if proof is Proof.NO and failure is not None:
            judgement.mismatches.append(Mismatch(failure.label, failure=failure))
            return example or ""
    return None


def _report_arguments(interpreter: Interpreter, promise: Promise) -> None:
    interpreter.touch(promise.function)  # the next call like this one is looked at too
    mismatch = promise.judgement.mismatches[0]
    label = (mismatch.failure.label if mismatch.failure is not None else mismatch.label).partition("[")[0]
    node = argument_node(promise, label) or promise.call.node
    report(
        interpreter,
        promise.judgement,
        promise.contract,
        ARGUMENT,
        node,
        promise.call.frame.source,
        related=_other_arguments(promise, label),
    )


def report(
    interpreter: Interpreter,
    judgement: Judgement,
    contract: StaticContract,
    code: str,
    node: ast.AST,
    source: Source,
    *,
    related: tuple[tuple[Span, str], ...] = (),
    example: str = "",
) -> None:
    """Record the first mismatch of a judgement, in the words of the run-time error."""
    path = interpreter.path
    message = headline(contract.function, judgement, contract.where)
    help = [f"it does not hold for {example}, for one"] if example else []
    help += [found] if (found := guess(judgement)) else []
    if not contract.enforced:
        code = ANNOTATION
    record = Blunder(
        code, message, node, source, tuple(path.frames), (*related, *_written(contract)), tuple(help)
    )
    if contract.enforced:
        fail(interpreter, record)
    else:
        path.record(record)


def _written(contract: StaticContract) -> list[tuple[Span, str]]:
    """Where the contract stands, unless it is the very call that is reported."""
    span = contract.source.span(contract.node)
    if isinstance(contract.node, ast.FunctionDef | ast.AsyncFunctionDef):
        head = span._replace(end_line=span.line, end_column=span.column + len("def"))
        return [(head, f"the annotations of {contract.function}")]
    if contract.function == "check":
        return []
    return [(span, f"the contract of {contract.function}")]


def argument_node(promise: Promise, name: str) -> ast.expr | None:
    """The expression that the caller wrote for a parameter, None where that cannot be told."""
    node, call = promise.call.node, promise.call
    if not isinstance(node, ast.Call) or call.open:
        return None
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    names = [parameter.arg for parameter in plan_of(promise.function.node).positional]
    if name not in names or any(isinstance(argument, ast.Starred) for argument in node.args):
        return None
    # Before what is written stand the receiver and what a partial application holds.
    position = names.index(name)
    written = position - (len(call.arguments) - len(node.args))
    if not 0 <= written < len(node.args) or position >= len(call.arguments):
        return None
    expression = node.args[written]
    if isinstance(expression, ast.Name):
        held = call.frame.locals.get(expression.id)
        if held is not None and held is not call.arguments[position]:
            return None  # a container hands on something else than it was given
    return expression


def _other_arguments(promise: Promise, label: str) -> tuple[tuple[Span, str], ...]:
    """The arguments that bound what this one does not fit."""
    mismatch = promise.judgement.mismatches[0]
    binders = mismatch.failure.bound_by.values() if mismatch.failure is not None else ()
    names = dict.fromkeys(who.partition(" axis ")[0] for who in binders)
    found = []
    for seen, sizes, _ in promise.judgement.shapes:
        node = argument_node(promise, seen) if seen in names and seen != label else None
        if node is not None:
            found.append((promise.call.frame.source.span(node), f"{seen} is {Shape(*sizes)}"))
    return tuple(found)


def judge_fields(interpreter: Interpreter, instance: Instance, call: Call) -> None:
    """Judge what a dataclass with a contract was made of."""
    contract = instance.cls.contract
    assert contract is not None
    given = {
        f"{{{path}}}": attribute_size(interpreter, path, instance.attributes, instance, call.node, call.frame)
        for path in contract.declaration.attributes()
    }
    judgement = start(given, {}, contract.declaration.constraints)
    for name, structure in contract.declaration.inputs:
        judgement.value(name, structure, facts_of(interpreter, instance.attributes.get(name), structure))
    if refuted(interpreter, judgement, contract, call.node, call.frame.source) is not None:
        report(interpreter, judgement, contract, ARGUMENT, call.node, call.frame.source)


def finish(interpreter: Interpreter, promise: Promise, frame: Frame, result: Value) -> Value:
    """Judge what a call gives, and say more of it where the contract does."""
    structure = promise.contract.declaration.returns
    if structure is None or promise.told:
        return result
    if promise.judgement.open:  # the rank of an argument may have been settled since
        promise.judgement = _judged(interpreter, promise)
        if promise.judgement.mismatches:
            return result  # or an argument was changed
    node = promise.function.node
    if isinstance(node, ast.Lambda) or _is_stub(node):
        if not promise.contract.enforced:
            return result
        return promised(interpreter, structure, promise.judgement.binding, UNSAID, promise.function.frame)
    if plan_of(node).generator:
        _judge_items(interpreter, promise, frame, result)
        return result
    judgement = _continued(promise.judgement)
    judgement.value("result", structure, facts_of(interpreter, result, structure))
    where: ast.AST = frame.return_node or node
    # Who writes an annotation that nothing enforces may well mean less than all that it lets in.
    universal = promise.contract.enforced and _is_root(promise.call)
    free = free_names(judgement.binding) if universal else NOTHING
    example = refuted(interpreter, judgement, promise.contract, where, frame.source, free=free)
    if example is not None:
        if frame.return_node is None and not _never_returns(node):
            return result
        where = frame.return_node.value or where if frame.return_node is not None else where
        report(interpreter, judgement, promise.contract, RESULT, where, frame.source, example=example)
        return interpreter.unknown("a broken promise", node) if promise.contract.enforced else result
    if not promise.contract.enforced:
        return result
    if promise.contract.shared and promise.receiver is not None:
        _keep_dims(interpreter, promise.contract, judgement, promise.receiver, promise.function)
    return promised(interpreter, structure, judgement.binding, result, promise.function.frame)


def _continued(before: Judgement) -> Judgement:
    """The same judgement for what comes after it: neither changes the other."""
    from shapecheck.algebra import Binding

    found = Judgement(Binding.start(before.binding))
    found.shapes = list(before.shapes)
    return found


def _judge_items(interpreter: Interpreter, promise: Promise, frame: Frame, result: Value) -> None:
    """Each item that a generator yields keeps the promise by itself."""
    structure = promise.contract.declaration.returns
    assert structure is not None
    if not isinstance(result, Sequence):
        return
    for item, where in zip(result.items or (), frame.yield_nodes, strict=False):
        judgement = _continued(promise.judgement)
        judgement.value("result", structure, facts_of(interpreter, item, structure))
        if judgement.mismatches:
            report(interpreter, judgement, promise.contract, RESULT, where.value or where, frame.source)


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A body that says nothing: a docstring, `...`, `pass`, or a raise."""
    return all(
        isinstance(entry, ast.Pass | ast.Raise)
        or (isinstance(entry, ast.Expr) and isinstance(entry.value, ast.Constant))
        for entry in node.body
    )


def _never_returns(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return not any(isinstance(entry, ast.Return | ast.Raise) for entry in ast.walk(node))
