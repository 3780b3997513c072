"""The condition that a finding names: as it is written, on one line, and short."""

from __future__ import annotations

import ast

import pytest

from shapecheck.interpret import Project, Source, analyse
from shapecheck.interpret.events import Applied


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ("flag", "flag"),
        ("flag_of_sixty_letters_" + "x" * 38, "flag_of_sixty_letters_" + "x" * 38),
        ("(flag\n            and other)", "flag and other"),
        (
            "use_a_very_long_name and another_long_condition and the_third_condition",
            "use_a_very_long_name and anot…ition and the_third_condition",
        ),
    ],
    ids=["short", "as long as may be", "two lines", "too long"],
)
def test_a_condition_is_shown_on_one_short_line(condition: str, shown: str) -> None:
    names = ", ".join(
        sorted({node.id for node in ast.walk(ast.parse(condition)) if isinstance(node, ast.Name)})
    )
    text = (
        f"import torch\n\n\ndef f({names}):\n    if {condition}:\n"
        "        torch.zeros(2, 3) @ torch.zeros(4, 5)\n"
    )
    events = analyse(Source("case.py", text, ast.parse(text)), Project()).events
    notes = [event.path_note for event in events if isinstance(event, Applied) and event.failed is not None]
    assert notes == [f"when {shown} is true"]
    assert len(shown) <= 60
