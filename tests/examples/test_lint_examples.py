"""The linter on the examples: silent on what is right, exact on planted mistakes, right about shapes."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from tests.examples.catalogue import BROKEN, FOLDERS, SEEDS, files, name, printed_shapes
from tests.examples.claims import planted
from tests.examples.linting import by_path, lint, shown
from tests.examples.repairs import REPAIRS, mended

ALL_SEEDS = [path for framework in FOLDERS for path in files(SEEDS, framework)]
ALL_BROKEN = [path for framework in FOLDERS for path in files(BROKEN, framework)]


@pytest.fixture(scope="module")
def on_seeds() -> dict[Path, list[dict[str, Any]]]:
    return by_path(lint(SEEDS))


@pytest.fixture(scope="module")
def on_broken() -> dict[Path, list[dict[str, Any]]]:
    return by_path(lint(BROKEN))


@pytest.fixture(scope="module")
def on_mended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The findings in mended copies of the broken files, by the name of the original."""
    folder = tmp_path_factory.mktemp("mended").resolve()
    copies = {}
    for framework in FOLDERS:
        for path in files(BROKEN, framework):
            text = mended(path.read_text("utf-8"), REPAIRS[framework][path.name])
            copy = folder / f"{framework}_{path.name}"
            copy.write_text(text, "utf-8")
            copies[name(path)] = copy
    found = by_path(lint(folder))
    return {original: found.get(copy, []) for original, copy in copies.items()}


@pytest.mark.parametrize("path", ALL_SEEDS, ids=name)
def test_seed_is_clean(path: Path, on_seeds: dict[Path, list[dict[str, Any]]]) -> None:
    assert shown(on_seeds.get(path, [])) == []


@pytest.mark.parametrize("path", ALL_SEEDS, ids=name)
def test_seed_is_understood(path: Path) -> None:
    """Silence counts only where every operation was understood."""
    stats = lint(path, stats=True)["stats"]
    assert stats["operations"] > 0
    assert stats["understood"] == stats["operations"]


@pytest.mark.parametrize("path", ALL_SEEDS, ids=name)
def test_linter_knows_the_shapes_that_a_run_prints(path: Path, tmp_path: Path) -> None:
    """The shape beside each print, which a real run confirms elsewhere, is what reveal_shape infers there."""
    source = path.read_text("utf-8")
    printed = printed_shapes(source)
    copy = tmp_path / path.name
    copy.write_text(_with_reveals(source), "utf-8")
    revealed = {
        entry["line"]: entry["data"].get("shape") for entry in lint(copy) if entry["code"] == "SHP901"
    }
    stated = {entry.line: _shape(entry.stated) for entry in printed}
    assert revealed == stated


def _with_reveals(source: str) -> str:
    """The source with each printed tensor wrapped in reveal_shape; lines keep their numbers."""
    lines = source.splitlines()
    for line, (start, end), _ in printed_shapes(source):
        text = lines[line - 1]
        lines[line - 1] = f"{text[:start]}reveal_shape({text[start:end]}){text[end:]}"
    first = next(place for place, text in enumerate(lines) if text.startswith(("import ", "from ")))
    lines[first] = f"from shapecheck import reveal_shape; {lines[first]}"
    return "\n".join(lines) + "\n"


def _shape(stated: str) -> list[int]:
    """The numbers of `(2, 1)` or `torch.Size([8, 10])`."""
    return list(
        ast.literal_eval(stated.removeprefix("torch.Size(").removesuffix(")") if "[" in stated else stated)
    )


@pytest.mark.parametrize("path", ALL_BROKEN, ids=name)
def test_planted_mistake_is_found_at_its_line(
    path: Path, on_broken: dict[Path, list[dict[str, Any]]]
) -> None:
    found = on_broken.get(path, [])
    assert [(entry["code"], entry["line"]) for entry in found] == [planted(path.read_text("utf-8"))], shown(
        found
    )


@pytest.mark.parametrize("path", ALL_BROKEN, ids=name)
def test_mended_file_is_clean(path: Path, on_mended: dict[str, list[dict[str, Any]]]) -> None:
    assert shown(on_mended[name(path)]) == []
