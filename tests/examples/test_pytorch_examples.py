"""The PyTorch examples under the real framework: seeds run, broken ones are refused where they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.catalogue import BROKEN, SEEDS, files, name
from tests.examples.claims import check_broken, check_mended, check_seed
from tests.examples.repairs import REPAIRS, mended
from tests.examples.running import Run, run_paths, run_sources

FRAMEWORK = "pytorch"


@pytest.fixture(scope="module")
def runs() -> dict[Path, Run]:
    """Every example file, run as it is."""
    return run_paths(files(SEEDS, FRAMEWORK) + files(BROKEN, FRAMEWORK))


@pytest.fixture(scope="module")
def mended_runs() -> dict[Path, Run]:
    """Every broken file, run with its mistake mended."""
    repairs = REPAIRS[FRAMEWORK]
    broken = files(BROKEN, FRAMEWORK)
    return run_sources({path: mended(path.read_text("utf-8"), repairs[path.name]) for path in broken})


@pytest.mark.parametrize("path", files(SEEDS, FRAMEWORK), ids=name)
def test_seed_prints_the_shapes_it_states(path: Path, runs: dict[Path, Run]) -> None:
    check_seed(path.read_text("utf-8"), runs[path])


@pytest.mark.parametrize("path", files(BROKEN, FRAMEWORK), ids=name)
def test_broken_file_fails_where_it_says(path: Path, runs: dict[Path, Run]) -> None:
    check_broken(path.read_text("utf-8"), runs[path])


@pytest.mark.parametrize("path", files(BROKEN, FRAMEWORK), ids=name)
def test_broken_file_has_only_this_mistake(path: Path, mended_runs: dict[Path, Run]) -> None:
    check_mended(mended_runs[path])
