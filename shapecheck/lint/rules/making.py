"""Making a Diagnostic whose name and severity are the registered ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.codes import named
from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Related

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from shapecheck.diagnostics.span import Fix, Span


def diagnostic(
    code: str,
    message: str,
    span: Span,
    *,
    related: Iterable[Related] = (),
    help: Iterable[str] = (),
    fix: Fix | None = None,
    data: dict[str, Any] | None = None,
) -> Diagnostic:
    """A finding with this code; related places and help lines that repeat are said once."""
    registered = named(code)
    return Diagnostic(
        code,
        registered.name,
        registered.severity,
        message,
        span,
        tuple(dict.fromkeys(related)),
        tuple(dict.fromkeys(help)),
        fix,
        data or {},
    )


def calls(frames: tuple[Span, ...], span: Span) -> list[Related]:
    """The calls that led to a place, innermost first; the function that is analysed by itself is no call."""
    return [Related(frame, "called from here") for frame in reversed(frames) if not encloses(frame, span)]


def encloses(outer: Span, inner: Span) -> bool:
    """Whether one place lies within another."""
    return outer.path == inner.path and outer[1:3] <= inner[1:3] and inner[3:5] <= outer[3:5]
