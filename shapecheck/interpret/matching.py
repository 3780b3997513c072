"""`match`: the first case that certainly fits; an uncertain one is a condition."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.comparing import compare
from shapecheck.interpret.values import FALSE, NONE, TRUE, Literal, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def match_statement(interpreter: Interpreter, node: ast.Match, frame: Frame) -> str | None:
    """`match subject: case …`."""
    subject = interpreter.resolve(interpreter.evaluate(node.subject, frame))
    for case in node.cases:
        fits = _fits(interpreter, case.pattern, subject, frame)
        known = interpreter.known_truth(fits)
        if known is None:
            known = interpreter.truth(fits, case.pattern, frame)
        if known and case.guard is not None:
            known = interpreter.truth(interpreter.evaluate(case.guard, frame), case.guard, frame)
        if known:
            return interpreter.execute(case.body, frame)
    return None


def _fits(interpreter: Interpreter, pattern: ast.pattern, subject: Value, frame: Frame) -> Value:
    """Whether a pattern fits, as a condition; names are bound on the way."""
    if isinstance(pattern, ast.MatchValue):
        return compare(
            interpreter, ast.Eq(), subject, interpreter.evaluate(pattern.value, frame), pattern, frame
        )
    if isinstance(pattern, ast.MatchSingleton):
        literal = NONE if pattern.value is None else Literal(pattern.value)
        return compare(interpreter, ast.Is(), subject, literal, pattern, frame)
    if isinstance(pattern, ast.MatchAs):
        fits = TRUE if pattern.pattern is None else _fits(interpreter, pattern.pattern, subject, frame)
        if pattern.name is not None:
            frame.locals[pattern.name] = subject
        return fits
    if isinstance(pattern, ast.MatchOr):
        return _any_fits(interpreter, pattern, subject, frame)
    if isinstance(pattern, ast.MatchSequence):
        return _sequence_fits(interpreter, pattern, subject, frame)
    for entry in ast.walk(pattern):
        name = getattr(entry, "name", None) or getattr(entry, "rest", None)
        if isinstance(name, str):
            frame.locals[name] = interpreter.unknown(f"{name} is bound by a pattern", pattern)
    return interpreter.unknown("a pattern", pattern, kind="bool")


def _any_fits(interpreter: Interpreter, pattern: ast.MatchOr, subject: Value, frame: Frame) -> Value:
    result: Value = FALSE
    for entry in pattern.patterns:
        fits = _fits(interpreter, entry, subject, frame)
        known = interpreter.known_truth(fits)
        if known:
            return TRUE
        if known is None:
            result = fits if result is FALSE else interpreter.unknown("a pattern", pattern, kind="bool")
    return result


def _sequence_fits(
    interpreter: Interpreter, pattern: ast.MatchSequence, subject: Value, frame: Frame
) -> Value:
    stars = any(isinstance(entry, ast.MatchStar) for entry in pattern.patterns)
    items = subject.items if isinstance(subject, Sequence) else None
    if items is None or stars:
        for entry in ast.walk(pattern):
            name = getattr(entry, "name", None)
            if isinstance(name, str):
                frame.locals[name] = interpreter.unknown(f"{name} is bound by a pattern", pattern)
        fits = isinstance(subject, Unknown | Sequence)
        return interpreter.unknown("a pattern", pattern, kind="bool") if fits else FALSE
    if len(items) != len(pattern.patterns):
        return FALSE
    result: Value = TRUE
    for entry, item in zip(pattern.patterns, items, strict=True):
        fits_one = _fits(interpreter, entry, item, frame)
        known = interpreter.known_truth(fits_one)
        if known is False:
            return FALSE
        if known is None:
            result = fits_one if result is TRUE else interpreter.unknown("a pattern", pattern, kind="bool")
    return result


HANDLERS: dict[type, Callable[..., Any]] = {ast.Match: match_statement}
