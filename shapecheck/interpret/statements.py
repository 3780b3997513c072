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
    frame.return_node = node
    return "return"


def branch(interpreter: Interpreter, node: ast.If, frame: Frame) -> str | None:
    """`if`: one branch, or both joined where nothing is chosen."""
    if is_refusal(node):
        interpreter.branches.add((id(node), True))
        interpreter.seen.ways.add((id(node.test), False))
        require(interpreter, node.test, frame, wanted=False)
        return None
    condition = interpreter.evaluate(node.test, frame)
    known = interpreter.known_truth(condition)
    if known is None and _joins(interpreter, condition, node):
        return _both(interpreter, node, frame)
    if known is None:
        known = interpreter.truth(condition, node.test, frame)
    if not interpreter.path.silent:
        interpreter.branches.add((id(node), known))
        interpreter.seen.ways.add((id(node.test), known))
    return interpreter.execute(node.body if known else node.orelse, frame)


def _joins(interpreter: Interpreter, condition: Value, node: ast.If) -> bool:
    """True where an unknown condition runs both branches; in a script only if no branch leaves."""
    return interpreter.joins(condition) and (
        not leaves(node) or not interpreter.path.script or bool(interpreter.joining)
    )


_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Yield, ast.YieldFrom)


def leaves(node: ast.AST) -> bool:
    """True where control may leave a statement, kept with it."""
    found: bool | None = getattr(node, "leaves", None)
    if found is None:
        found = any(isinstance(entry, _LEAVING) for entry in ast.walk(node))
        node.leaves = found  # type: ignore[attr-defined]  # kept with the node it is about
    return found


def _both(interpreter: Interpreter, node: ast.If, frame: Frame) -> str | None:
    """Run both branches of an unknown condition; what differs afterwards is unknown, definitions stay."""
    before = dict(frame.locals)
    system = interpreter.path.system
    first = _one_way(interpreter, node.body, frame, node)
    after = dict(frame.locals)
    frame.locals.clear()
    frame.locals.update(before)
    interpreter.path.system = system
    second = _one_way(interpreter, node.orelse, frame, node)
    interpreter.path.system = system
    join_names(interpreter, frame, after, node)
    return first if first == second else None


def _one_way(interpreter: Interpreter, body: list[ast.stmt], frame: Frame, node: ast.AST) -> str | None:
    if not body:
        return None
    path = interpreter.path
    weight = path.weight((frame.source, node))
    path.joined += weight
    touched: set[Any] = set()
    path.touched.append(touched)
    try:
        return run_quietly(interpreter, body, frame)
    finally:
        path.touched.pop()
        path.joined -= weight
        from shapecheck.interpret.loops import forget

        forget(interpreter, touched, node)


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


EXPECTED = frozenset(
    ("raises", "assertRaises", "assertRaisesRegex", "assert_raises", "suppress", "assertWarns")
)


def with_statement(interpreter: Interpreter, node: ast.With, frame: Frame) -> str | None:
    """`with`: the body runs; where failing is expected, failures in it are no findings."""
    expected = False
    for item in node.items:
        called = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
        last = (
            called.attr
            if isinstance(called, ast.Attribute)
            else called.id
            if isinstance(called, ast.Name)
            else ""
        )
        expected = expected or last in EXPECTED
        value = interpreter.resolve(interpreter.evaluate(item.context_expr, frame))
        entered: Value = value
        if isinstance(value, Instance) and value.cls.find("__enter__") is not None:
            entered = interpreter.call(
                interpreter.attribute(value, "__enter__", node, frame), [], {}, node, frame
            )
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
