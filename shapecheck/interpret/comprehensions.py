"""Comprehensions: unrolled where what they run over is known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.assignments import assign
from shapecheck.interpret.builtins.containers import distinct
from shapecheck.interpret.expressions import dict_key
from shapecheck.interpret.frames import Frame
from shapecheck.interpret.loops import forget
from shapecheck.interpret.values import Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

MOST_ELEMENTS = 1024
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def _inner(frame: Frame) -> Frame:
    """The scope of a comprehension: its own names, then those around it."""
    inner = Frame(
        frame.module,
        frame.source,
        {},
        parent=frame,
        function=frame.function,
        owner=frame.owner,
        receiver=frame.receiver,
    )
    inner.yielded = frame.yielded
    return inner


def _all(interpreter: Interpreter, node: Comprehension, frame: Frame, emit: Callable[[Frame], None]) -> bool:
    """Run `emit` for each combination; False where it is not known how often that is.

    One that would cost half of what the path has left is given up: what it changes is unknown then.
    """
    path = interpreter.path
    touched: set[Any] = set()
    path.touched.append(touched)
    try:
        exact = _run(interpreter, node.generators, _inner(frame), emit, path.steps // 2)
    finally:
        path.touched.pop()
    if not exact:
        forget(interpreter, touched, node)
    return exact


def _run(
    interpreter: Interpreter,
    generators: list[ast.comprehension],
    frame: Frame,
    emit: Callable[[Frame], None],
    reserve: int,
) -> bool:
    if not generators:
        emit(frame)
        return True
    first, rest = generators[0], generators[1:]
    entries = interpreter.iterate(interpreter.evaluate(first.iter, frame), first.iter, frame)
    if entries is None or len(entries) > MOST_ELEMENTS:
        assign(interpreter, first.target, interpreter.unknown("an element", first.iter), frame, first.target)
        interpreter.path.silent += 1
        try:
            for condition in first.ifs:
                interpreter.evaluate(condition, frame)
            _run(interpreter, rest, frame, emit, reserve)
        finally:
            interpreter.path.silent -= 1
        return False
    exact = True
    for entry in entries:
        interpreter.path.steps -= 1
        if interpreter.path.steps & 127 == 0:
            interpreter.check_budget()
        if interpreter.path.steps < reserve:
            return False
        assign(interpreter, first.target, entry, frame, first.target)
        wanted: bool | None = True
        for condition in first.ifs:
            wanted = interpreter.known_truth(interpreter.evaluate(condition, frame))
            if not wanted:
                break
        if wanted is None:
            exact = False
        elif wanted:
            exact = _run(interpreter, rest, frame, emit, reserve) and exact
    return exact


def _collect(
    interpreter: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, frame: Frame
) -> list[Value] | None:
    items: list[Value] = []
    exact = _all(interpreter, node, frame, lambda inner: items.append(interpreter.evaluate(node.elt, inner)))
    return items if exact else None


def list_comprehension(interpreter: Interpreter, node: ast.ListComp, frame: Frame) -> Value:
    """`[f(x) for x in y]`."""
    return Sequence("list", _collect(interpreter, node, frame))


def set_comprehension(interpreter: Interpreter, node: ast.SetComp, frame: Frame) -> Value:
    """`{f(x) for x in y}`."""
    items = _collect(interpreter, node, frame)
    return Sequence("set", None if items is None else distinct(interpreter, items))


def generator(interpreter: Interpreter, node: ast.GeneratorExp, frame: Frame) -> Value:
    """`(f(x) for x in y)`: run at once."""
    return Sequence("iterator", _collect(interpreter, node, frame))


def dict_comprehension(interpreter: Interpreter, node: ast.DictComp, frame: Frame) -> Value:
    """`{k: v for x in y}`."""
    entries: dict[object, Value] = {}
    all_known = True

    def emit(inner: Frame) -> None:
        nonlocal all_known
        known, key = dict_key(interpreter, interpreter.evaluate(node.key, inner))
        value = interpreter.evaluate(node.value, inner)
        if known:
            entries[key] = value
        else:
            all_known = False

    exact = _all(interpreter, node, frame, emit)
    return Mapping(entries if exact and all_known else None)


HANDLERS: dict[type, Callable[..., Value]] = {
    ast.ListComp: list_comprehension,
    ast.SetComp: set_comprehension,
    ast.GeneratorExp: generator,
    ast.DictComp: dict_comprehension,
}
