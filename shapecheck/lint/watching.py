"""The last resort against an analysis that does not end: an alarm after so much processor time for a file.

What a file may cost is counted in work (`interpret/paths.py`), so that every machine says the same. The alarm is for
the single step that nobody knew could take for ever.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

try:
    # `signal` builds enumerations, which costs milliseconds at every start.
    import _signal as signals  # type: ignore[import-not-found]
except ImportError:
    import signal as signals

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 60.0  # twice of what the interpreter allows itself


class Overdue(BaseException):
    """The alarm went off. No Exception: what handles the mistakes of one operator must let it pass."""


@contextmanager
def watched() -> Iterator[None]:
    """Raises Overdue inside after SECONDS of processor time; does nothing where there are no alarms."""
    before = _armed()
    try:
        yield
    finally:
        if before is not None:
            signals.setitimer(signals.ITIMER_PROF, 0)
            signals.signal(signals.SIGPROF, before)


def _armed() -> object:
    if not hasattr(signals, "setitimer"):
        return None
    try:
        before = signals.signal(signals.SIGPROF, _ring)
    except ValueError:  # not in the main thread
        return None
    signals.setitimer(signals.ITIMER_PROF, SECONDS)
    return before


def _ring(number: int, frame: object) -> NoReturn:
    raise Overdue
