"""What code that is not understood may change: contents that it is given, and what functions that it is given change.

A function that is handed to such code may be called at any time: a hook that appends to a list fills it while something
else seems to happen.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.interpret.values import Container, Function, Instance, Mapping, Method, Partial, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecheck.interpret.frames import Frame
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


# Methods that change what they are called on.
_CHANGING = frozenset(
    (
        "append extend insert add update pop popitem remove discard clear setdefault appendleft extendleft add_module "
        "register_module"
    ).split()
)


def forget_filled(interpreter: Interpreter, body: list[ast.stmt], frame: Frame) -> None:
    """Containers that a loop of unknown length fills may hold anything, also where the turn that was tried leaves."""
    for statement in body:
        for expression, is_set in _changed(statement, methods=_CHANGING):
            if is_set:
                continue
            if isinstance(expression, ast.Attribute):
                holder = _in_frames(frame, expression.value)
                value = holder.attributes.get(expression.attr) if isinstance(holder, Instance) else None
            else:
                value = _in_frames(frame, expression)
            if isinstance(value, Container) and value.entries is not None:
                interpreter.touch(value)
                value.entries = None
            elif isinstance(value, Sequence | Mapping):
                forget_contents(interpreter, [value])


def _in_frames(frame: Frame, expression: ast.expr) -> Value | None:
    """What a name means in a frame or around it."""
    if not isinstance(expression, ast.Name):
        return None
    inner: Frame | None = frame
    while inner is not None:
        if expression.id in inner.locals:
            return inner.locals[expression.id]
        inner = inner.parent
    return frame.module.members.get(expression.id)


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


def _changed(node: ast.AST, *, methods: frozenset[str] | None = None) -> Iterator[tuple[ast.expr, bool]]:
    """Each expression whose contents a function's body may change, and whether it is assigned to itself; `methods`:
    those that change what they are called on, None for all."""
    for entry in ast.walk(node):
        if isinstance(entry, ast.Call) and isinstance(entry.func, ast.Attribute):
            if methods is None or entry.func.attr in methods:
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
    return _in_frames(function.frame, expression)
