"""Failing and expecting to fail: try, raise, assert, and where a failure is recorded."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.loops import assigned_names
from shapecheck.interpret.paths import PathEnd, Raised
from shapecheck.interpret.truth import refine
from shapecheck.interpret.values import Class, External, Function, Module, TensorValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def fail(interpreter: Interpreter, record: Any) -> None:
    """Something cannot work here. Where the code expects failures, control goes there; else it is recorded."""
    path = interpreter.path
    if path.caught:
        raise Raised
    path.record(record)


def try_statement(interpreter: Interpreter, node: ast.Try, frame: Frame) -> str | None:
    """`try`: what its handlers may catch is no finding; what they would set is unknown afterwards."""
    try:
        return _guarded(interpreter, node, frame)
    finally:
        # A `return` in the final block is rare enough to be left out; its statements still run.
        if node.finalbody:
            interpreter.execute(node.finalbody, frame)


def _guarded(interpreter: Interpreter, node: ast.Try, frame: Frame) -> str | None:
    if not node.handlers:
        signal = interpreter.execute(node.body, frame)
        return signal if signal is not None else interpreter.execute(node.orelse, frame)
    path = interpreter.path
    path.caught += 1
    depth, frames = path.depth, len(path.frames)
    try:
        signal = interpreter.execute(node.body, frame)
    except Raised as raised:
        path.depth = depth
        del path.frames[frames:]
        path.caught -= 1
        try:
            return _handle(interpreter, node, raised, frame)
        finally:
            path.caught += 1
    finally:
        path.caught -= 1
    _forget_handled(interpreter, node, frame)
    return signal if signal is not None else interpreter.execute(node.orelse, frame)


def _handle(interpreter: Interpreter, node: ast.Try, raised: Raised, frame: Frame) -> str | None:
    for handler in node.handlers:
        if _catches(interpreter, handler, raised, frame):
            for name in assigned_names(node):
                if any(name in assigned_names(statement) for statement in node.body):
                    frame.locals[name] = interpreter.unknown(f"{name} is set where something fails", node)
            if handler.name:
                frame.locals[handler.name] = interpreter.unknown("an exception", handler)
            return interpreter.execute(handler.body, frame)
    raise raised


def _catches(interpreter: Interpreter, handler: ast.ExceptHandler, raised: Raised, frame: Frame) -> bool:
    if handler.type is None or not raised.names:
        return True
    wanted = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {entry.attr if isinstance(entry, ast.Attribute) else getattr(entry, "id", "") for entry in wanted}
    return bool(names & {"Exception", "BaseException", *raised.names})


def _forget_handled(interpreter: Interpreter, node: ast.Try, frame: Frame) -> None:
    """Names that a handler sets have its value if something failed: definitions and modules stay."""
    for handler in node.handlers:
        for statement in handler.body:
            for name in assigned_names(statement):
                value = frame.locals.get(name)
                if value is not None and not isinstance(value, Class | Function | External | Module):
                    frame.locals[name] = interpreter.unknown(f"{name} is set where something fails", node)


def raise_statement(interpreter: Interpreter, node: ast.Raise, frame: Frame) -> None:
    """`raise`: ends the path quietly, or goes to the handler that catches it."""
    if node.exc is None:
        raise Raised
    called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    value = interpreter.resolve(interpreter.evaluate(called, frame))
    if isinstance(value, External):
        raise Raised((value.name.rpartition(".")[2],))
    if isinstance(value, Class):
        raise Raised(tuple(getattr(entry, "name", "").rpartition(".")[2] for entry in value.mro))
    raise Raised


def assertion(interpreter: Interpreter, node: ast.Assert, frame: Frame) -> None:
    """`assert`: from here on it holds."""
    require(interpreter, node.test, frame)


def require(interpreter: Interpreter, test: ast.expr, frame: Frame, *, wanted: bool = True) -> None:
    """Go on only where the condition holds (or, with `wanted` False, does not)."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And if wanted else ast.Or):
        for part in test.values:
            require(interpreter, part, frame, wanted=wanted)
        return
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        require(interpreter, test.operand, frame, wanted=not wanted)
        return
    if isinstance(test, ast.BoolOp):
        _evaluate_quietly(interpreter, test, frame)
        return
    demand(interpreter, interpreter.evaluate(test, frame), frame, test, wanted=wanted)


def _evaluate_quietly(interpreter: Interpreter, test: ast.BoolOp, frame: Frame) -> None:
    """An alternative: evaluated for what it does, without choosing a way."""
    path = interpreter.path
    path.silent += 1
    system = path.system
    try:
        known = interpreter.known_truth(interpreter.evaluate(test, frame))
    except (Raised, PathEnd):
        known = None
    finally:
        path.silent -= 1
        path.system = system
    del known  # an alternative proves nothing: it is neither assumed nor refuted


def demand(
    interpreter: Interpreter, value: Value, frame: Frame, node: ast.AST, *, wanted: bool = True
) -> None:
    """Assume that a value is true (or false); end the path where it cannot be."""
    value = interpreter.resolve(value)
    known = interpreter.known_truth(value)
    if known is not None:
        if known is not wanted:
            raise Raised(("AssertionError",))
        return
    if isinstance(value, TensorValue) or not isinstance(value, Unknown):
        return
    _assume_key(interpreter, value.key, frame, node, wanted)


def _assume_key(interpreter: Interpreter, key: Any, frame: Frame, node: ast.AST, wanted: bool) -> None:
    path = interpreter.path
    if isinstance(key, tuple) and key[0] == "not":
        _assume_key(interpreter, key[1], frame, node, not wanted)
        return
    if isinstance(key, tuple) and key[0] == "claim":
        claim = key[1] if wanted else key[1].negated()
        if path.system.assume(claim).contradiction:
            raise Raised(("AssertionError",))
        path.assume(claim, frame.source, node)
        return
    path.answers[key] = wanted
    path.decided = path.counter
    if wanted and isinstance(key, tuple) and key[0] == "equals":
        refine(interpreter, key[1], key[2][1])


def is_refusal(node: ast.If) -> bool:
    """`if condition: raise …` and nothing else: an assertion of the opposite."""
    return not node.orelse and isinstance(node.body[-1], ast.Raise) and len(node.body) <= 3


HANDLERS: dict[type, Callable[..., Any]] = {
    ast.Try: try_statement,
    ast.Raise: raise_statement,
    ast.Assert: assertion,
}
if hasattr(ast, "TryStar"):
    HANDLERS[ast.TryStar] = try_statement
