"""The wheel holds the packages and nothing else, and works without the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A copy, because setuptools writes build/ and *.egg-info beside the sources that other workers read.
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    sources.mkdir()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file() and name.startswith(
            ("shapecheck/", "backends/", "pyproject.toml", "README.md", "LICENSE")
        ):
            target = sources / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ".",
    ]
    subprocess.run(command, cwd=sources, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


PACKAGES = {"shapecheck", "shapecheck_keras", "shapecheck_numpy", "shapecheck_torch"}


def test_the_wheel_has_the_four_packages_and_their_typing_markers(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_distribution_has_no_dependencies_of_its_own(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
    requires = [
        line for line in archive.read(metadata).decode().splitlines() if line.startswith("Requires-Dist")
    ]
    assert requires
    assert all("extra ==" in line for line in requires)


def test_the_wheel_lints_on_its_own(wheel: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text("import torch\nx = torch.zeros(2, 3) @ torch.zeros(4, 5)\n", encoding="utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(wheel)!r}); from shapecheck.cli import main; sys.exit(main())"
    )
    command = [sys.executable, "-I", "-S", "-c", code, "lint", "--no-cache", str(model)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 1, finished.stderr
    assert "SHP107" in finished.stdout
