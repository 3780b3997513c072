"""Which files are checked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shapecheck.lint.configuration import Configurations
from shapecheck.lint.discovery import targets


def found(folder: Path, *paths: str) -> list[str]:
    files, _ = targets([str(folder / path) for path in paths or ("",)], Configurations())
    return [os.path.relpath(target.path, folder) for target in files]


def make(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("", encoding="utf-8")


def test_python_files_and_notebooks_below_a_folder_are_found_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a/z.py", "a/n.ipynb", "notes.txt", "data.pyc")
    assert found(tmp_path) == ["a/n.ipynb", "a/z.py", "b.py"]


@pytest.mark.parametrize(
    "folder", [".git", ".venv", ".tox", "node_modules", "build", "dist", "__pycache__", "lib/site-packages"]
)
def test_what_nobody_wrote_is_left_out(tmp_path: Path, folder: str) -> None:
    make(tmp_path, f"{folder}/a.py", "b.py")
    assert found(tmp_path) == ["b.py"]


def test_a_virtual_environment_of_any_name_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, "myenv/pyvenv.cfg", "myenv/lib/a.py", "b.py")
    assert found(tmp_path) == ["b.py"]


def test_a_named_file_is_checked_wherever_it_lies_and_only_once(tmp_path: Path) -> None:
    make(tmp_path, "build/a.py", "b.py", "script")
    assert found(tmp_path, "build/a.py", "", "b.py", "script") == ["b.py", "build/a.py", "script"]


def test_configured_globs_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "vendor/a.py", "src/gen_pb2.py", "src/b.py")
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nexclude = ["vendor", "*_pb2.py"]\n')
    assert found(tmp_path) == ["src/b.py"]


def test_a_folder_that_is_called_like_a_file_is_a_folder(tmp_path: Path) -> None:
    make(tmp_path, "x.py/inner.py")
    assert found(tmp_path) == ["x.py/inner.py"]
    assert found(tmp_path, "x.py") == ["x.py/inner.py"]


def test_links_that_lead_back_end(tmp_path: Path) -> None:
    make(tmp_path, "a/b.py")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "self.py").symlink_to(tmp_path / "a" / "self.py")
    assert found(tmp_path) == ["a/b.py"]


def test_a_path_that_does_not_exist_is_said_and_the_others_are_found(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    files, missing = targets([str(tmp_path / "a.py"), "nowhere.py"], Configurations())
    assert [target.path for target in files] == [str(tmp_path / "a.py")]
    assert missing == ["nowhere.py does not exist"]
