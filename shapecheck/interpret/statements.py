"""Statements: expressions, if, return, with, global, pass, break, continue."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.expressions import same
from shapecheck.interpret.failures import is_refusal, require
from shapecheck.interpret.paths import PathEnd, Raised
from shapecheck.interpret.values import NONE, Class, External, Function, Instance, Module

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

_MISSING = object()


def expression(interpreter: Interpreter, node: ast.Expr, frame: Frame) -> None:
    """An expression for what it does."""
    if type(node.value) is not ast.Constant:
        interpreter.evaluate(node.value, frame)


def returned(interpreter: Interpreter, node: ast.Return, frame: Frame) -> str:
    """`return value`."""
    frame.returned = NONE if node.value is None else interpreter.evaluate(node.value, frame)
    return "return"


def branch(interpreter: Interpreter, node: ast.If, frame: Frame) -> str | None:
    """`if`: one branch, or both joined where an import's conditions are not known."""
    if is_refusal(node):
        require(interpreter, node.test, frame, wanted=False)
        return None
    condition = interpreter.evaluate(node.test, frame)
    if (interpreter.joining or interpreter.path.silent) and interpreter.known_truth(condition) is None:
        return _both(interpreter, node, frame)
    taken = node.body if interpreter.truth(condition, node.test, frame) else node.orelse
    return interpreter.execute(taken, frame)


def _both(interpreter: Interpreter, node: ast.If, frame: Frame) -> str | None:
    """Run both branches of an unknown condition; names that differ afterwards are unknown, definitions stay."""
    before = dict(frame.locals)
    first = run_quietly(interpreter, node.body, frame)
    after = dict(frame.locals)
    frame.locals.clear()
    frame.locals.update(before)
    second = run_quietly(interpreter, node.orelse, frame)
    join_names(interpreter, frame, after, node)
    return first if first == second else None


def run_quietly(interpreter: Interpreter, body: list[ast.stmt], frame: Frame) -> str | None:
    """Run statements; what they raise ends only them."""
    try:
        return interpreter.execute(body, frame)
    except (PathEnd, Raised):
        return None


def join_names(interpreter: Interpreter, frame: Frame, other: dict[str, Value], node: ast.AST) -> None:
    """Make the names of the frame what they are on either of two ways."""
    kept = Class | Function | External | Module
    for name, value in other.items():
        mine: Any = frame.locals.get(name, _MISSING)
        if mine is _MISSING:
            if isinstance(value, kept):
                frame.locals[name] = value
            else:
                frame.locals[name] = interpreter.unknown(f"{name} depends on a condition", node)
        elif mine is not value and not same(mine, value):
            if isinstance(value, kept):
                frame.locals[name] = value
            elif not isinstance(mine, kept):
                frame.locals[name] = interpreter.unknown(f"{name} depends on a condition", node)


EXPECTED = frozenset(("raises", "assertRaises", "assertRaisesRegex", "assert_raises", "suppress", "assertWarns"))


def with_statement(interpreter: Interpreter, node: ast.With, frame: Frame) -> str | None:
    """`with`: the body runs; where failing is expected, failures in it are no findings."""
    expected = False
    for item in node.items:
        called = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
        last = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        expected = expected or last in EXPECTED
        value = interpreter.resolve(interpreter.evaluate(item.context_expr, frame))
        entered: Value = value
        if isinstance(value, Instance) and value.cls.find("__enter__") is not None:
            entered = interpreter.call(interpreter.attribute(value, "__enter__", node, frame), [], {}, node, frame)
        elif not isinstance(value, Instance):
            entered = value if last in ("open",) else interpreter.unknown("what a with statement gives", node)
        if item.optional_vars is not None:
            from shapecheck.interpret.assignments import assign

            assign(interpreter, item.optional_vars, entered, frame, node)
    if not expected:
        return interpreter.execute(node.body, frame)
    interpreter.path.caught += 1
    try:
        return interpreter.execute(node.body, frame)
    except Raised:
        return None
    finally:
        interpreter.path.caught -= 1


def scope(interpreter: Interpreter, node: ast.Global | ast.Nonlocal, frame: Frame) -> None:
    """`global` and `nonlocal`: known from the function's plan."""


def nothing(interpreter: Interpreter, node: ast.Pass, frame: Frame) -> None:
    """`pass`."""


def leave(interpreter: Interpreter, node: ast.Break, frame: Frame) -> str:
    """`break`."""
    return "break"


def go_on(interpreter: Interpreter, node: ast.Continue, frame: Frame) -> str:
    """`continue`."""
    return "continue"


def type_alias(interpreter: Interpreter, node: ast.AST, frame: Frame) -> None:
    """`type X = …`: of no concern to shapes."""


HANDLERS: dict[type, Callable[..., Any]] = {
    ast.Expr: expression,
    ast.Return: returned,
    ast.If: branch,
    ast.With: with_statement,
    ast.AsyncWith: with_statement,
    ast.Global: scope,
    ast.Nonlocal: scope,
    ast.Pass: nothing,
    ast.Break: leave,
    ast.Continue: go_on,
}
if hasattr(ast, "TypeAlias"):
    HANDLERS[ast.TypeAlias] = type_alias
