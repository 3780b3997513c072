"""Loops: unrolled over what is known; else run once for any element, with all that they change unknown."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.assignments import assign
from shapecheck.interpret.escaping import forget_filled
from shapecheck.interpret.expressions import key_value, same
from shapecheck.interpret.limits import is_light
from shapecheck.interpret.models import model
from shapecheck.interpret.paths import PathEnd, Raised
from shapecheck.interpret.values import (
    Container,
    Instance,
    Int,
    Layer,
    Literal,
    Mapping,
    Module,
    Native,
    Sequence,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

MOST_TURNS = 256
MOST_ROWS = 64  # tensors are taken apart along an axis up to this size
ENOUGH_TURNS = (
    3  # after so many turns a loop is judged: does it still change anything, what would all of it cost
)
DEAREST_LOOP = 4_000  # steps; what a dearer loop changes is unknown after its first turns


def elements(interpreter: Interpreter, value: Value, node: ast.AST, frame: Frame) -> list[Value] | None:
    """The elements of an iterable, None where they are not known."""
    value = interpreter.resolve(value)
    if isinstance(value, Sequence):
        if value.items is None:
            return None
        found = value.items[value.position :]
        if value.kind == "iterator":
            value.position = len(value.items)
        return found
    if isinstance(value, Mapping):
        return None if value.entries is None else [key_value(interpreter, key) for key in value.entries]
    if isinstance(value, Container):
        if value.entries is None:
            return None
        if value.kind == "ModuleDict":
            return [Literal(name) for name in value.entries]
        return list(value.entries.values())
    if isinstance(value, Literal) and isinstance(value.value, str) and len(value.value) <= MOST_TURNS:
        return [Literal(letter) for letter in value.value]
    if isinstance(value, TensorValue):
        return _rows(interpreter, value, node, frame)
    if isinstance(value, Instance):
        return _of_instance(interpreter, value, node, frame)
    if isinstance(value, Native) and model(f"{value.name}.__iter__") is not None:
        from shapecheck.interpret.values import Method

        made = interpreter.call(Method(value, f"{value.name}.__iter__"), [], {}, node, frame)
        return made.items if isinstance(made, Sequence) else None
    return None


def _rows(interpreter: Interpreter, value: TensorValue, node: ast.AST, frame: Frame) -> list[Value] | None:
    if not value.shape:
        return None
    count = interpreter.path.system.simplify(value.shape[0])
    if not isinstance(count, int) or count > MOST_ROWS:
        return None
    return [interpreter.index(value, Int(place), node, frame) for place in range(count)]


def _of_instance(
    interpreter: Interpreter, value: Instance, node: ast.AST, frame: Frame
) -> list[Value] | None:
    if value.cls.find("__iter__") is not None:
        made = interpreter.call(interpreter.attribute(value, "__iter__", node, frame), [], {}, node, frame)
        return elements(interpreter, made, node, frame) if not isinstance(made, Instance) else None
    if value.native is not None:
        return elements(interpreter, value.native, node, frame)
    if value.cls.fields is not None and value.cls.derives("typing.NamedTuple"):
        return [value.attributes[name] for name in value.cls.fields]
    return None


def any_element(interpreter: Interpreter, value: Value, node: ast.AST, frame: Frame) -> Value:
    """An element of an iterable of unknown length."""
    value = interpreter.resolve(value)
    if isinstance(value, TensorValue) and value.shape:
        return TensorValue(value.shape[1:], value.dtype, family=value.family)
    if isinstance(value, Native) and model(f"{value.name}.__element__") is not None:
        from shapecheck.interpret.values import Method

        return interpreter.call(Method(value, f"{value.name}.__element__"), [], {}, node, frame)
    key = ("element", value.key, id(node)) if isinstance(value, Unknown) else None
    return interpreter.unknown("an element of a loop", node, key=key)


def for_loop(interpreter: Interpreter, node: ast.For, frame: Frame) -> str | None:
    """`for`."""
    iterable = interpreter.evaluate(node.iter, frame)
    entries = elements(interpreter, iterable, node.iter, frame)
    if entries is None or len(entries) > MOST_TURNS:
        element = any_element(interpreter, iterable, node, frame) if entries is None else None
        return _unknown_turns(interpreter, node, frame, element)
    return _known_turns(interpreter, node, frame, entries)


def _known_turns(interpreter: Interpreter, node: ast.For, frame: Frame, entries: list[Value]) -> str | None:
    """One turn for each element, until nothing changes any more or the turns cost too much."""
    path = interpreter.path
    before: dict[str, Value] | None = None
    changed: set[Any] = set()
    start = path.cost
    for turn, entry in enumerate(entries):
        assign(interpreter, node.target, entry, frame, node.iter)
        path.touched.append(set())
        try:
            signal = interpreter.execute(node.body, frame)
        finally:
            touched = path.touched.pop()
        if signal == "break":
            return None
        if signal == "return":
            return signal
        if turn < ENOUGH_TURNS or len(entries) <= ENOUGH_TURNS:
            changed |= touched
            before = dict(frame.locals) if not touched and turn == ENOUGH_TURNS - 1 else None
            continue
        if (
            not touched
            and before is not None
            and _unchanged(before, frame.locals, unread_targets(node))
            and _go_on_alike(entries[turn:], node)
        ):
            assign(interpreter, node.target, entries[-1], frame, node.iter)
            break
        changed |= touched
        before = None if touched else dict(frame.locals)
        if turn == ENOUGH_TURNS and (path.cost - start) // (turn + 1) * (len(entries) - turn) > DEAREST_LOOP:
            forget(interpreter, changed, node)
            forget_names(interpreter, assigned_names(node), frame, node)
            return None
    return interpreter.execute(node.orelse, frame) if node.orelse else None


def _go_on_alike(entries: list[Value], node: ast.For) -> bool:
    """True when the turns to come see what this one saw."""
    if not assigned_names(node.target) - unread_targets(node):
        return True
    return all(alike(entries[0], entry) for entry in entries[1:])


def unread_targets(node: ast.For) -> set[str]:
    """The names of the loop's target that its body does not read, kept with it."""
    found: set[str] | None = getattr(node, "unread", None)
    if found is None:
        read = {
            entry.id
            for statement in node.body
            for entry in ast.walk(statement)
            if isinstance(entry, ast.Name) and isinstance(entry.ctx, ast.Load)
        }
        found = assigned_names(node.target) - read
        node.unread = found  # type: ignore[attr-defined]  # kept with the node it is about
    return found


def _unchanged(before: dict[str, Value], after: dict[str, Value], unread: set[str]) -> bool:
    """True when no name that is read means anything else than a turn ago."""
    return len(before) == len(after) and all(
        name in before and (name in unread or alike(before[name], value)) for name, value in after.items()
    )


def alike(left: Value, right: Value) -> bool:
    """True when two values cannot be told apart by what the analysis does with them."""
    if same(left, right):
        return True
    if isinstance(left, TensorValue) and isinstance(right, TensorValue):
        return left.shape is not None and left.shape == right.shape and left.dtype == right.dtype
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return (
            isinstance(left.key, tuple)
            and isinstance(right.key, tuple)
            and left.key[0] == right.key[0] == "new"
        )
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        if left.items is None or right.items is None:
            return left.items is right.items
        return (
            is_light(left)
            and len(left.items) == len(right.items)
            and all(alike(a, b) for a, b in zip(left.items, right.items, strict=True))
        )
    if isinstance(left, Layer) and isinstance(right, Layer):
        return left.node is right.node and left.op == right.op
    return False


def while_loop(interpreter: Interpreter, node: ast.While, frame: Frame) -> str | None:
    """`while`: turns as long as the condition is known to hold."""
    for _ in range(MOST_TURNS):
        condition = interpreter.known_truth(interpreter.evaluate(node.test, frame))
        if condition is False:
            return interpreter.execute(node.orelse, frame) if node.orelse else None
        if condition is None or (isinstance(node.test, ast.Constant) and _ > 0):
            break
        interpreter.path.touched.append(set())
        try:
            signal = interpreter.execute(node.body, frame)
        finally:
            interpreter.path.touched.pop()
        if signal == "break":
            return None
        if signal == "return":
            return signal
    return _unknown_turns(interpreter, node, frame, None)


def _unknown_turns(
    interpreter: Interpreter, node: ast.For | ast.While, frame: Frame, element: Value | None
) -> str | None:
    """The body once for any turn: first in silence to see what it changes, then with all that unknown.

    Afterwards what it changes is unknown too: there may have been no turn at all, or many.
    """
    path = interpreter.path
    names = assigned_names(node)
    touched: set[Any] = set()
    if not path.silent or len(path.touched) < 2:
        path.silent += 1
        path.touched.append(touched)
        system = path.system
        try:
            _one_turn(interpreter, node, frame, names, element)
        except (Raised, PathEnd):
            pass  # a rehearsal: what it raises, the turn below raises again
        finally:
            path.touched.pop()
            path.silent -= 1
            path.system = system
        forget(interpreter, touched, node)
    again: set[Any] = set()
    path.touched.append(again)
    try:
        signal = _one_turn(interpreter, node, frame, names, element)
    finally:
        path.touched.pop()
    forget(interpreter, touched | again, node)
    forget_filled(interpreter, node.body, frame)
    forget_names(interpreter, names, frame, node)
    if signal == "return" and isinstance(node, ast.While) and isinstance(node.test, ast.Constant):
        return signal
    if signal == "return":
        frame.returned = None
        frame.uncertain = True
    return None


def _one_turn(
    interpreter: Interpreter, node: ast.For | ast.While, frame: Frame, names: set[str], element: Value | None
) -> str | None:
    forget_names(interpreter, names, frame, node)
    if isinstance(node, ast.For | ast.AsyncFor):
        value = element if element is not None else interpreter.unknown("an element of a loop", node.iter)
        assign(interpreter, node.target, value, frame, node.iter)
    else:
        interpreter.evaluate(node.test, frame)
    return interpreter.execute(node.body, frame)


def assigned_names(node: ast.AST) -> set[str]:
    """The names that a statement may bind, kept with it."""
    found: set[str] | None = getattr(node, "assigned", None)
    if found is None:
        found = {
            entry.id
            for entry in ast.walk(node)
            if isinstance(entry, ast.Name) and not isinstance(entry.ctx, ast.Load)
        }
        node.assigned = found  # type: ignore[attr-defined]  # kept with the node it is about
    return found


def forget_names(interpreter: Interpreter, names: set[str], frame: Frame, node: ast.AST) -> None:
    """Names that a loop binds may mean anything."""
    for name in names:
        if name in frame.locals:
            frame.locals[name] = interpreter.unknown(f"{name} is changed in a loop", node)


def forget(interpreter: Interpreter, touched: set[Any], node: ast.AST) -> None:
    """Containers and attributes that a loop changes may hold anything."""
    for holder, name in touched:
        if isinstance(holder, Sequence):
            holder.items = None
        elif isinstance(holder, TensorValue):
            holder.become(None)
        elif isinstance(holder, Mapping | Container):
            if name is None:
                holder.entries = None
        elif isinstance(holder, Module):
            holder.members[name] = interpreter.unknown(f"{name} is changed in a loop", node)
        elif name is not None and hasattr(holder, "attributes"):
            holder.attributes[name] = interpreter.unknown(f"{name} is changed in a loop", node)


HANDLERS: dict[type, Callable[..., Any]] = {
    ast.For: for_loop,
    ast.AsyncFor: for_loop,
    ast.While: while_loop,
}
