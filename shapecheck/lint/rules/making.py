"""Making a Diagnostic whose name and severity are the registered ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.codes import named
from shapecheck.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from shapecheck.diagnostics.span import Fix, Related, Span


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
