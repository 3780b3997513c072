"""From a proven failure to its finding: the fact, where both numbers came from, the change that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.span import Edit, Fix, Related
from shapecheck.lint.rules.advice import advice, elsewhere
from shapecheck.lint.rules.making import calls, diagnostic
from shapecheck.lint.rules.provenance import (
    argument_story,
    arrival,
    earlier_demand,
    editable,
    first_use,
    guilty_argument,
    operands,
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
_OPERANDS = ("SHP106", "SHP107", "SHP108", "SHP116", "SHP118")
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
        related=[*related, *calls(event.frames, event.span)],
        help=event.help,
        data=event.data,
    )


def _failure(event: Applied, trace: Trace) -> Iterator[Diagnostic]:
    need = event.failed
    if need is None:
        return
    written = guilty_argument(event)
    moved = list(advice(event, trace, need))
    fit, fix = _fitting(event, trace, need, written)
    places = elsewhere(event, need)
    if places:
        # The wanted size is there, on another axis: the layer's number is more likely right than wrong. An axis
        # of samples has it by chance as well.
        fix = None
        fit = fit if 0 in places or not moved else []
    yield diagnostic(
        "SHP130" if event.conflict else need.code,
        _message(event, need),
        event.span,
        related=[place for place in _story(event, trace, need, written) if place.span != event.span],
        help=[*moved, *fit],
        fix=fix,
    )


def _story(event: Applied, trace: Trace, need: Need, written: Written | None) -> Iterator[Related]:
    """The guilty argument, what arrived, the layer, what else is required, and the calls that led here."""
    told = list(argument_story(written)) if written is not None else []
    tensor = event.inputs[need.subject] if need.subject < len(event.inputs) else None
    made = []
    if need.want is not None and not isinstance(need.want, tuple):
        made = [*size_story(trace, tensor, need.want), *earlier_demand(trace, event, tensor, need.want)]
    if need.code in _OPERANDS:
        made += operands(event)
    told += made or arrival(trace, tensor)
    if event.layer is not None:
        if written is None:
            told += first_use(trace, event)
        site = event.layer.span
        if site[:2] not in [place.span[:2] for place in told] and site[:2] != event.span[:2]:
            told.append(Related(site, f"{_short(event.layer.name)} is made here"))
    yield from told
    yield from (
        Related(span, f"{claim} is required here") for claim, span in event.conflict if span is not None
    )
    yield from calls(event.frames, event.span)


def _message(event: Applied, need: Need) -> str:
    text = need.sentence
    if (
        event.layer is not None and "label" in need.values
    ):  # the layer by the name that its framework gives it
        text = need.template.format(**{**need.values, "label": _short(event.layer.name)})
    if event.conflict:
        demands = " and ".join(dict.fromkeys(str(claim) for claim, _ in event.conflict))
        text = f"no input can meet this: {text}, where {demands}"
    return text + _under(event.path_note)


def _fitting(
    event: Applied, trace: Trace, need: Need, written: Written | None
) -> tuple[list[str], Fix | None]:
    """The value of the guilty argument that fits what arrives, and the edit that writes it."""
    want = need.want
    if written is None or type(want) is not int:
        return [], None  # a size that hangs on the input is no number to write
    tensor = event.inputs[need.subject] if need.subject < len(event.inputs) else None
    folded = product_text(source_of_size(trace, tensor, want), want)
    noun = _ARRIVES.get(need.code)
    value = f"{folded} ({want})" if folded is not None and folded != str(want) else str(want)
    tail = f"matches the {noun} that arrive here" if noun is not None else "fits"
    place = editable(written)
    fix = None
    if place is not None and not _used_otherwise(event, trace, want):
        text = folded.replace("*", " * ") if folded is not None else str(want)
        fix = Fix(f"replace by {text}", (Edit(place, text),))
    return [f"{written.parameter}={value} {tail}"], fix


def _used_otherwise(event: Applied, trace: Trace, want: Size) -> bool:
    """Whether the same layer is also given sizes in numbers that another value fits: then no one value is
    right.
    """
    if event.layer is None:
        return False
    return any(
        other.failed.want != want if other.failed is not None else _in_numbers(other)
        for other in trace.applied()
        if other.layer is not None and other.layer.span == event.layer.span
    )


def _in_numbers(event: Applied) -> bool:
    tensor = event.inputs[0] if event.inputs else None
    return tensor is not None and tensor.shape is not None and all(type(size) is int for size in tensor.shape)


def _under(path_note: str) -> str:
    return f" ({path_note})" if path_note else ""


def _short(name: str) -> str:
    return name.rpartition(".")[2]
