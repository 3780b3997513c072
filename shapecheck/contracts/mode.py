"""Whether contracts that are created now are checked: on, off, or strict."""

from __future__ import annotations

import os

VARIABLE = "SHAPECHECK"
MODES = ("on", "off", "strict")


def mode() -> str:
    """What the environment variable SHAPECHECK says: "on" (the default), "off" or "strict".

    Raises ValueError for any other word: a misspelt "off" must not leave contracts on in silence.
    """
    found = os.environ.get(VARIABLE, "").strip().lower() or "on"
    if found not in MODES:
        raise ValueError(f"{VARIABLE}={found!r} is not one of {', '.join(MODES)}")
    return found
