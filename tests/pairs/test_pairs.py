"""Common bugs beside their mended twins: the framework and the linter must agree about both.

The broken program fails under the real framework and `lint` names the code and the line; the mended one runs, and
`lint` is silent.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
EXPECTED = re.compile(r"# expect: (SHP\d{3})")


class Case(NamedTuple):
    """One bug: its title and its three programs; the driver may be empty."""

    title: str
    broken: str
    fixed: str
    driver: str


def cases(name: str) -> list[Case]:
    found = []
    for section in (HERE / name).read_text(encoding="utf-8").split("\n## ")[1:]:
        blocks = dict(re.findall(r"```python (\w+)\n(.*?)```", section, re.DOTALL))
        title = section.splitlines()[0]
        found.append(Case(title, blocks["broken"], blocks["fixed"], blocks.get("driver", "")))
    return found


CASES = [*cases("torch.md"), *cases("keras.md")]
parametrized = pytest.mark.parametrize("case", CASES, ids=lambda case: case.title.replace(" ", "-"))


def lint(text: str, folder: Path) -> list[dict[str, object]]:
    target = folder / "case.py"
    target.write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "shapecheck",
        "lint",
        "--no-cache",
        "--isolated",
        "--output-format",
        "json",
    ]
    finished = subprocess.run([*command, str(target)], capture_output=True, text=True, check=False)
    assert finished.returncode in (0, 1), finished.stderr
    return [found for found in json.loads(finished.stdout) if found["severity"] != "note"]


@parametrized
def test_the_broken_program_fails_when_it_is_run(case: Case) -> None:
    with pytest.raises(Exception):  # noqa: B017  # each framework refuses in exceptions of its own
        exec(compile(case.broken + case.driver, case.title, "exec"), {"__name__": "__main__"})


@parametrized
def test_the_mended_program_runs(case: Case) -> None:
    exec(compile(case.fixed + case.driver, case.title, "exec"), {"__name__": "__main__"})


@parametrized
def test_the_linter_finds_the_bug_at_its_line(case: Case, tmp_path: Path) -> None:
    expected = [
        (match.group(1), number)
        for number, line in enumerate(case.broken.splitlines(), 1)
        for match in EXPECTED.finditer(line)
    ]
    assert [(found["code"], found["line"]) for found in lint(case.broken, tmp_path)] == expected


@parametrized
def test_the_linter_is_silent_about_the_mended_program(case: Case, tmp_path: Path) -> None:
    assert lint(case.fixed, tmp_path) == []


def test_every_case_expects_something() -> None:
    assert len(CASES) >= 25
    assert all(EXPECTED.search(case.broken) for case in CASES)
