"""The cases that run: the real framework agrees about every shape, and fails where the analysis says so."""

from __future__ import annotations

import sys
import traceback
import types
from typing import Any

import pytest

from .literate import Case, cases

torch = pytest.importorskip("torch")
RUNNING = [case for case in cases() if case.runs]


def executed(case: Case) -> tuple[dict[int, list[str]], int | None]:
    """The shapes that really pass the reveals, and the line of the case in which it fails, if it does."""
    seen: dict[int, list[str]] = {}

    def shape_text(value: Any) -> str:
        if isinstance(value, tuple | list):
            return f"[{', '.join(shape_text(entry) for entry in value)}]"
        sizes = tuple(int(size) for size in value.shape)
        return f"({sizes[0]},)" if len(sizes) == 1 else str(sizes)

    def reveal_shape(value: Any) -> Any:
        line = sys._getframe(1).f_lineno
        seen.setdefault(line, []).append(shape_text(value))
        return value

    stand_in = types.ModuleType("shapecheck")
    stand_in.reveal_shape = reveal_shape  # type: ignore[attr-defined]  # what the case imports
    before = sys.modules.get("shapecheck")
    sys.modules["shapecheck"] = stand_in
    try:
        exec(compile(case.text, "case.py", "exec"), {"__name__": "__main__"})
    except Exception as error:  # whatever the framework raises is the answer
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "case.py"
        ]
        return seen, lines[-1]
    finally:
        if before is not None:
            sys.modules["shapecheck"] = before
    return seen, None


@pytest.mark.parametrize("case", RUNNING, ids=[case.name for case in RUNNING])
def test_the_framework_agrees(case: Case) -> None:
    torch.manual_seed(0)
    seen, failing = executed(case)
    if failing is None:
        assert not case.errors
        assert {line: set(texts) for line, texts in seen.items()} == {
            line: set(texts) for line, texts in case.reveals.items()
        }
    else:
        assert failing in {line for line, _ in case.errors}
