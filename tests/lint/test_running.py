"""Whole runs: the cache, several processes, several files, crashes of our own, order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import shapecheck.lint.checking as checking
from shapecheck.lint.engine import Options, lint
from shapecheck.lint.outcome import Outcome

MODELS = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.layer = nn.Linear(features, 8)

    def forward(self, x):
        return self.layer(x)
"""
TRAIN = "import torch\nfrom models import Net\n\nNet(4)(torch.randn(2, 5))\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.shapecheck]\n")
    (tmp_path / "models.py").write_text(MODELS)
    (tmp_path / "train.py").write_text(TRAIN)
    return tmp_path


def run(folder: Path, **options: object) -> Outcome:
    return lint([str(folder)], Options(**options))[0]  # type: ignore[arg-type]


def messages(outcome: Outcome) -> list[str]:
    return [diagnostic.message for diagnostic in outcome.diagnostics]


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are analysed from now on."""
    seen: list[str] = []
    original = checking._analyse

    def analyse(path: str, *rest: object) -> object:
        seen.append(Path(path).name)
        return original(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "_analyse", analyse)
    return seen


def test_a_second_run_analyses_nothing_and_finds_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = counting(monkeypatch)
    first = run(project)
    assert seen == ["models.py", "train.py"]
    assert "Linear expects 4 input features, got 5" in messages(first)
    second = run(project)
    assert seen == ["models.py", "train.py"]
    assert (second.diagnostics, second.covered) == (first.diagnostics, first.covered)
    assert (project / ".shapecheck_cache" / ".gitignore").read_text() == "*\n"


def test_a_change_of_an_imported_file_is_seen(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(project)
    seen = counting(monkeypatch)
    (project / "models.py").write_text(MODELS.replace("nn.Linear(features, 8)", "nn.Linear(5, 8)"))
    assert messages(run(project)) == []
    assert seen == ["models.py", "train.py"]


def test_an_import_that_leads_elsewhere_is_seen(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "models.py").rename(project / "other.py")
    assert messages(run(project)) == []
    seen = counting(monkeypatch)
    (project / "models.py").write_text(MODELS)
    assert "Linear expects 4 input features, got 5" in messages(run(project))
    assert seen == ["models.py", "train.py"]


def test_other_settings_are_another_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(project)
    seen = counting(monkeypatch)
    assert messages(run(project, ignore=("SHP101",))) == []
    assert seen == ["models.py", "train.py"]


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"00\n[1, 2]", None])
def test_a_damaged_cache_counts_as_absent(project: Path, damage: bytes | None) -> None:
    first = run(project)
    entries = [path for path in (project / ".shapecheck_cache").iterdir() if path.name != ".gitignore"]
    assert len(entries) == 2
    for path in entries:
        path.write_bytes(path.read_bytes()[:-9] if damage is None else damage)
    assert run(project).diagnostics == first.diagnostics


def test_without_a_cache_nothing_is_written(project: Path) -> None:
    run(project, cache=False)
    assert not (project / ".shapecheck_cache").exists()


def test_a_cache_that_cannot_be_written_is_done_without(project: Path) -> None:
    (project / ".shapecheck_cache").write_text("a file where the folder would be")
    assert len(run(project).diagnostics) == 1


def test_several_processes_find_the_same(project: Path) -> None:
    for number in range(6):
        (project / f"copy{number}.py").write_text(
            f"{TRAIN}torch.nn.Linear(2, 1)(torch.randn(1, {number + 3}))\n"
        )
    serial = run(project, cache=False)
    parallel = run(project, cache=False, jobs=3)
    assert (parallel.diagnostics, parallel.covered) == (serial.diagnostics, serial.covered)
    assert len(serial.diagnostics) == 7


def test_a_crash_of_ours_is_a_finding_and_the_other_files_are_checked(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = checking._analyse

    def analyse(path: str, *rest: object) -> object:
        if path.endswith("models.py"):
            raise KeyError("lost")
        return original(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "_analyse", analyse)
    outcome = run(project)
    assert outcome.crashed
    crash, found = outcome.diagnostics
    assert (crash.code, crash.span.line) == ("SHP000", 1)
    assert crash.message.startswith(
        "shapecheck failed on this file: KeyError: 'lost' in lint/test_running.py:"
    )
    assert found.code == "SHP101"
    monkeypatch.undo()
    assert not run(project).crashed, "a crash is not remembered"


def test_a_finding_in_an_imported_file_is_silenced_there(project: Path) -> None:
    (finding,) = run(project).diagnostics
    assert (Path(finding.span.path).name, finding.span.line) == ("models.py", 11)
    assert [Path(place.span.path).name for place in finding.related][-1] == "train.py"
    (project / "models.py").write_text(MODELS.replace("layer(x)", "layer(x)  # shapecheck: ignore[SHP101]"))
    for _ in range(2):
        assert messages(run(project)) == []
    (project / "train.py").write_text(TRAIN.replace("5)", "4)"))
    assert messages(run(project)) == ["SHP101 is not found here"]


def test_a_file_that_may_not_be_read_is_a_finding(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = open

    def refuse(path: object, *rest: object) -> object:
        if str(path).endswith("models.py"):
            raise PermissionError(13, "Permission denied")
        return original(path, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", refuse)
    found = run(project, cache=False).diagnostics
    assert [(Path(one.span.path).name, one.code, one.message) for one in found] == [
        ("models.py", "SHP002", "the file cannot be read: permission denied")
    ]


def test_findings_are_ordered_by_place_and_said_once(project: Path) -> None:
    text = "import torch\nfrom torch import nn\n\n"
    text += "".join(
        f"nn.Linear({size}, 1)(torch.randn(1, 2)) if x else nn.Linear(9, 1)(torch.randn(1, 3))\n"
        for size in (5, 6, 7)
    )
    (project / "many.py").write_text(text)
    found = lint([str(project / "many.py")] * 2, Options())[0].diagnostics
    places = [diagnostic.span[1:3] for diagnostic in found]
    assert places == sorted(set(places)) and len(places) == 6


def test_a_cached_entry_is_plain_data(project: Path) -> None:
    run(project)
    for path in (project / ".shapecheck_cache").iterdir():
        if path.name != ".gitignore":
            checksum, _, body = path.read_bytes().partition(b"\n")
            assert len(checksum) == 40
            assert len(json.loads(body)) == 3
