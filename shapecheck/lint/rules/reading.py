"""Turns a proven failure into its finding: the fact, where both numbers came from, and the change that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.diagnostics.span import Edit, Fix, Related
from shapecheck.lint.rules.making import diagnostic
from shapecheck.lint.rules.provenance import (
    argument_story,
    editable,
    guilty_argument,
    product_text,
    size_story,
    source_of_size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.interpret.events import Applied, Mistake, Note
    from shapecheck.lint.rules.provenance import Written
    from shapecheck.lint.rules.trace import Trace
    from shapecheck.ops.base import Need

# What the wanted number counts, by code, for the sentence "… matches the features that arrive here".
_ARRIVES = {"SHP101": "features", "SHP102": "channels"}


def read(event: Applied | Mistake | Note, trace: Trace) -> Iterator[Diagnostic]:
    """The finding of any event that carries a code."""
    kind = type(event).__name__
    if kind == "Applied":
        yield from _failure(event, trace)  # type: ignore[arg-type]  # the name is the type
    elif kind == "Mistake":
        yield _mistake(event)  # type: ignore[arg-type]
    else:
        yield diagnostic(event.code, event.message, event.span)  # type: ignore[union-attr]


def _mistake(event: Mistake) -> Diagnostic:
    related = [Related(span, message) for span, message in event.related]
    return diagnostic(
        event.code,
        event.message + _under(event.path_note),
        event.span,
        related=[*related, *_calls(event.frames)],
        help=event.help,
        data=event.data,
    )


def _failure(event: Applied, trace: Trace) -> Iterator[Diagnostic]:
    need = event.failed
    if need is None:
        return
    written = guilty_argument(event)
    related = list(argument_story(written)) if written is not None else []
    tensor = event.inputs[need.subject] if need.subject < len(event.inputs) else None
    want = need.want
    if want is not None:
        related += size_story(trace, tensor, want)
    if event.layer is not None and not any(place.span.line == event.layer.span.line for place in related):
        related.append(Related(event.layer.span, f"{_short(event.layer.name)} is made here"))
    related += [
        Related(span, f"{claim} is required here") for claim, span in event.conflict if span is not None
    ]
    help, fix = _help(event, trace, need, written)
    yield diagnostic(
        need.code,
        need.sentence + _under(event.path_note),
        event.span,
        related=[place for place in [*related, *_calls(event.frames)] if place.span != event.span],
        help=help,
        fix=fix,
    )


def _help(event: Applied, trace: Trace, need: Need, written: Written | None) -> tuple[list[str], Fix | None]:
    if written is None or need.want is None:
        return [], None
    tensor = event.inputs[need.subject] if need.subject < len(event.inputs) else None
    want: Size = need.want
    folded = product_text(source_of_size(trace, tensor, want), want)
    noun = _ARRIVES.get(need.code)
    value = f"{folded} ({want})" if folded is not None and folded != str(want) else str(want)
    tail = f"matches the {noun} that arrive here" if noun is not None else "fits"
    place = editable(written)
    fix = None
    if place is not None and type(want) is int:
        text = folded.replace("*", " * ") if folded is not None else str(want)
        fix = Fix(f"replace by {text}", (Edit(place, text),))
    return [f"{written.parameter}={value} {tail}"], fix


def _under(path_note: str) -> str:
    return f" ({path_note})" if path_note else ""


def _calls(frames: tuple[Any, ...]) -> list[Related]:
    return [Related(span, "called from here") for span in reversed(frames)]


def _short(name: str) -> str:
    return name.rpartition(".")[2]
