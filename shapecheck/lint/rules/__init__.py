"""The rules, one a file, and the way from the interpreter's events to their findings.

A rule module's docstring is its page; its `check(event, trace)` yields findings. A module is imported when an
event could concern it, so that a clean file pays for no rule.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from shapecheck.diagnostics.codes import CODES
from shapecheck.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from shapecheck.lint.rules.trace import Trace

# The last part of a spelled name, and the rules that look at it although it works.
_LOSSES = (
    "MSELoss",
    "L1Loss",
    "SmoothL1Loss",
    "HuberLoss",
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
)
_SOFTMAXES = ("softmax", "log_softmax", "Softmax", "LogSoftmax")
_WATCHED: dict[str, tuple[str, ...]] = {
    "view": ("SHP301", "SHP307"),
    "reshape": ("SHP301", "SHP307"),
    "Reshape": ("SHP301",),
    "getitem": ("SHP304",),
    **dict.fromkeys(_LOSSES, ("SHP302",)),
    **dict.fromkeys(_SOFTMAXES, ("SHP306",)),
}


def module_name(code: str) -> str:
    """The module of the rule with this code."""
    return f"{__name__}.{CODES[code].name.replace('-', '_')}"


def diagnostics_of(events: Iterable[Any]) -> Iterator[Diagnostic]:
    """Every finding in what the interpreter saw, in the order of the events."""
    events = tuple(events)
    trace: Trace | None = None
    for event in events:
        kind = type(event).__name__
        if kind == "Applied":
            codes = (
                (event.failed.code,)
                if event.failed is not None
                else _WATCHED.get(event.name.rpartition(".")[2], ())
            )
        elif kind == "Revealed":
            codes = ("SHP901",)
        else:
            codes = (event.code,)
        for code in codes:
            if trace is None:
                from shapecheck.lint.rules.trace import Trace

                trace = Trace(events)
            yield from import_module(module_name(code)).check(event, trace)
