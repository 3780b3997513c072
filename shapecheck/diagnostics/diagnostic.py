"""The Diagnostic value: one finding, with everything a reader needs to act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from shapecheck.diagnostics.span import Fix, Related, Span


class Diagnostic(NamedTuple):
    """One finding. `message` states the fact with both values; `help` lines say what to change.

    `severity` is "error", "warning" or "note"; notes never change the exit status. `name` is the rule's name.
    """

    code: str
    name: str
    severity: str
    message: str
    span: Span
    related: tuple[Related, ...] = ()
    help: tuple[str, ...] = ()
    fix: Fix | None = None
    data: dict[str, Any] = {}  # noqa: RUF012  # never mutated: a shared empty default
