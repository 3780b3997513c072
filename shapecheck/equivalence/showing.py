"""Reports in words and as JSON."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.equivalence.measuring import Measured
    from shapecheck.equivalence.report import Failure, NodeReport, Report

VERSION = 1


def shown(report: Report) -> str:
    """The report as text: a table of nodes, weights that do not matter, gradients, the verdict."""
    others = [name for name in report.backends if name != "numpy"]
    lines = [
        f"{report.model}: {', '.join(others)} against numpy in float64, {report.dtype} on {report.device}"
    ]
    lines += [f"left out: {reason}" for reason in report.left_out]
    lines += [f"cases: {_cases(report)}", ""]
    lines += _table(report, others)
    lines += [""]
    lines += _weights(report)
    lines += _gradients(report)
    lines += [f"note: {note}" for note in report.notes]
    lines += ["", *_verdict(report)]
    return "\n".join(lines)


def _cases(report: Report) -> str:
    training = sum(trained for _, trained in report.cases)
    names: dict[str, None] = {}
    for case, _ in report.cases:
        sizes = ", ".join(f"{name} = {size}" for name, size in case.sizes.items())
        names[f"{case.name} ({sizes})" if sizes and case.name != sizes else case.name] = None
    seeds = len({case.seed for case, _ in report.cases})
    return f"{'; '.join(names)}; {seeds} seed{'s' if seeds > 1 else ''}; {training} of {len(report.cases)} in training"


def _table(report: Report, backends: Sequence[str]) -> list[str]:
    heads = ["node", "operator", "shape"]
    heads += [f"{name} {what}" for name in backends for what in ("error", "allowed", "in the whole")]
    rows = [heads]
    for node in report.nodes:
        cells = [node.name, node.operator, node.shape]
        for name in backends:
            cells += _cells(node, name)
        rows.append(cells)
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _cells(node: NodeReport, backend: str) -> list[str]:
    local, whole = node.local.get(backend), node.end_to_end.get(backend)
    if local is None:
        return ["-", "-", "-"]
    mark = "" if local.ok else " !"
    return [f"{_number(local.error)}{mark}", _number(local.allowed), "-" if whole is None else _whole(whole)]


def _whole(found: Measured) -> str:
    return f"{_number(found.error)} of {_number(found.allowed)}{'' if found.ok else ' !'}"


def _number(value: float) -> str:
    return "0" if value == 0 else f"{value:.1e}"


def _weights(report: Report) -> list[str]:
    if not report.weights:
        return []
    lines = [f"weights: {len(report.weights)} tensors came back exactly as they were set"]
    if any(failure.kind == "transfer" for failure in report.failures):
        lines = [f"weights: {len(report.weights)} tensors"]
    precise = sorted(
        {weight.name.partition(".")[0] for weight in report.weights if weight.dtype != report.dtype}
    )
    if precise:
        lines.append(
            f"compared in float64 as well, as {report.dtype} tells too little of them: {', '.join(precise)}"
        )
    finite = [weight for weight in report.weights if isfinite(weight.noticed)]
    if finite:
        least = max(finite, key=lambda weight: weight.noticed)
        lines.append(
            f"an error of {least.noticed:.1e} relative in any of them would have been noticed "
            f"(least sensitive: {least.name})"
        )
    lines += [f"NOT NOTICEABLE: {weight.name}: {_unseen(weight.noticed)}" for weight in report.unnoticed]
    return lines


def _unseen(noticed: float) -> str:
    if not isfinite(noticed):
        return "nothing that its layer gives depends on it"
    return f"an error below {noticed:.1e} relative makes no difference that rounding could not"


def _gradients(report: Report) -> list[str]:
    if not report.gradients:
        return []
    worst = max(report.gradients, key=lambda each: each.measured.ratio)
    return [
        f"gradients: {len(report.gradients)} compared; nearest to its bound: {worst.kind} {worst.name} "
        f"on {worst.backend}, error {_number(worst.measured.error)} of {_number(worst.measured.allowed)}"
    ]


def _verdict(report: Report) -> list[str]:
    first = report.first
    if first is None:
        ratio = f"worst error {report.worst_ratio:.2f} of the allowed one"
        return [f"agree: {len(report.nodes)} nodes, {len(report.cases)} cases, {ratio}"]
    lines = [f"DEPART: {first.sentence}"]
    if first.case:
        sizes = ", ".join(f"{name} = {size}" for name, size in first.sizes)
        lines.append(f"case: {first.case}{f' ({sizes})' if sizes and sizes != first.case else ''}")
    lines.append(
        f"likely cause: {first.cause}" if first.cause else "likely cause: none of the usual ones fits"
    )
    others = len({(failure.backend, failure.node) for failure in report.failures}) - 1
    if others:
        lines.append(f"{others} more place{'s' if others > 1 else ''} depart, here or behind it")
    return lines


def as_json(report: Report) -> dict[str, Any]:
    """The report in JSON's values."""
    first = report.first
    return {
        "version": VERSION,
        "ok": report.ok,
        "model": report.model,
        "backends": list(report.backends),
        "left_out": list(report.left_out),
        "device": report.device,
        "dtype": report.dtype,
        "cases": [
            {"name": case.name, "sizes": case.sizes, "seed": case.seed, "training": training}
            for case, training in report.cases
        ],
        "nodes": [
            {
                "name": node.name,
                "operator": node.operator,
                "shape": node.shape,
                "ok": node.ok,
                "max_abs_error": _finite(node.max_abs_error),
                "allowed": _finite(node.allowed),
                "backends": {
                    name: {
                        "local": _measured(found),
                        "end_to_end": _measured(node.end_to_end[name]) if name in node.end_to_end else None,
                    }
                    for name, found in node.local.items()
                },
            }
            for node in report.nodes
        ],
        "weights": [
            {
                "name": weight.name,
                "noticed": _finite(weight.noticed),
                "dtype": weight.dtype,
                "matters": weight.matters,
            }
            for weight in report.weights
        ],
        "gradients": [
            {"name": each.name, "kind": each.kind, "backend": each.backend, **_measured(each.measured)}
            for each in report.gradients
        ],
        "failures": [_failure(failure) for failure in report.failures],
        "first": None if first is None else _failure(first),
        "notes": list(report.notes),
        "seconds": report.seconds,
    }


def _measured(found: Measured) -> dict[str, Any]:
    return {
        "largest": _finite(found.largest),
        "error": _finite(found.error),
        "allowed": _finite(found.allowed),
        "ok": found.ok,
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "kind": failure.kind,
        "backend": failure.backend,
        "node": failure.node,
        "message": failure.sentence,
        "cause": failure.cause,
        "case": failure.case,
        "sizes": dict(failure.sizes),
        "error": _finite(failure.measured.error),
        "allowed": _finite(failure.measured.allowed),
    }


def _finite(value: float) -> float | None:
    """JSON has no infinity: null."""
    return value if isfinite(value) else None
