"""What code that is not understood may change: contents that it is given, and what functions that it is given change.

A function that is handed to such code may be called at any time: a hook that appends to a list fills it while something
else seems to happen.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.interpret.values import Function, Instance, Mapping, Method, Partial, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def forget_contents(interpreter: Interpreter, values: Iterable[Value]) -> None:
    """Whatever lists and dicts the values are, or are reached by functions among them, may hold anything."""
    for value in values:
        if isinstance(value, Sequence):
            if value.kind in ("list", "set", "iterator") and value.items is not None:
                interpreter.touch(value)
                value.items = None
        elif isinstance(value, Mapping):
            if value.entries is not None:
                interpreter.touch(value)
                value.entries = None
        elif isinstance(value, Function):
            _forget_changed(interpreter, value, None)
        elif isinstance(value, Method) and isinstance(value.function, Function):
            _forget_changed(interpreter, value.function, value.receiver)
        elif isinstance(value, Partial):
            forget_contents(interpreter, [value.function, *value.arguments, *value.keywords.values()])


def _forget_changed(interpreter: Interpreter, function: Function, receiver: Value | None) -> None:
    """What a function changes when it is called: what it calls methods of, sets items of, or assigns to."""
    for expression, is_set in _changed(function.node):
        if isinstance(expression, ast.Attribute):
            holder = _named(function, expression.value, receiver)
            if not isinstance(holder, Instance):
                continue
            value = holder.attributes.get(expression.attr)
            if is_set:
                interpreter.touch(holder, expression.attr)
                reason = f"{expression.attr} is set by a function that may be called at any time"
                holder.attributes[expression.attr] = interpreter.unknown(reason, expression)
            elif isinstance(value, Sequence | Mapping):
                forget_contents(interpreter, [value])
        else:
            value = _named(function, expression, receiver)
            if isinstance(value, Sequence | Mapping):
                forget_contents(interpreter, [value])


def _changed(node: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """Each expression whose contents a function's body may change, and whether it is assigned to itself."""
    for entry in ast.walk(node):
        if isinstance(entry, ast.Call) and isinstance(entry.func, ast.Attribute):
            yield entry.func.value, False
        elif isinstance(entry, ast.Subscript) and not isinstance(entry.ctx, ast.Load):
            yield entry.value, False
        elif isinstance(entry, ast.Attribute) and isinstance(entry.ctx, ast.Store):
            yield entry, True
        elif isinstance(entry, ast.AugAssign) and isinstance(entry.target, ast.Name):
            yield entry.target, False


def _named(function: Function, expression: ast.expr, receiver: Value | None) -> Value | None:
    """What a name of the body means outside of it, or its first parameter; None for its own names."""
    if not isinstance(expression, ast.Name):
        return None
    parameters = function.node.args
    positional = [*parameters.posonlyargs, *parameters.args]
    if receiver is not None and positional and positional[0].arg == expression.id:
        return receiver
    if any(entry.arg == expression.id for entry in (*positional, *parameters.kwonlyargs)):
        return None
    frame = function.frame
    while frame is not None:
        if expression.id in frame.locals:
            return frame.locals[expression.id]
        if frame.parent is None:
            break
        frame = frame.parent
    return frame.module.members.get(expression.id)
