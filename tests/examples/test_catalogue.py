"""The example folders are complete, and the checks on them can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.catalogue import BROKEN, FOLDERS, SEEDS, expectations, files, name, printed_shapes, trial
from tests.examples.claims import check_broken, check_mended, check_seed, planted
from tests.examples.repairs import REPAIRS, mended
from tests.examples.running import Run, run_sources

ALL_BROKEN = [path for framework in FOLDERS for path in files(BROKEN, framework)]


def test_every_strategy_exists_in_both_frameworks() -> None:
    pytorch, keras = ([path.name for path in files(SEEDS, framework)] for framework in FOLDERS)
    assert pytorch == keras
    assert len(pytorch) == 13


@pytest.mark.parametrize("path", ALL_BROKEN, ids=name)
def test_broken_file_announces_one_mistake(path: Path) -> None:
    assert len(expectations(path.read_text("utf-8"))) == 1


@pytest.mark.parametrize("framework", FOLDERS)
def test_every_broken_file_has_a_repair(framework: str) -> None:
    assert sorted(REPAIRS[framework]) == [path.name for path in files(BROKEN, framework)]


def test_codes_cover_the_ways_an_operation_can_fail() -> None:
    codes = {planted(path.read_text("utf-8")).code for path in ALL_BROKEN}
    assert {f"SHP{number}" for number in range(101, 123)} | {
        "SHP301",
        "SHP302",
        "SHP304",
        "SHP306",
        "SHP307",
        "SHP401",
    } <= codes


def test_reading_of_comments() -> None:
    source = 'x = 1\n"""\nSeen by: f(2)\n"""\ny = f(x)  # expect: SHP104\nprint(tuple(y.shape))  # (2, 1)\n'
    assert expectations(source) == [("SHP104", 5)]
    assert trial(source) == "f(2)"
    assert printed_shapes(source) == [(6, (12, 13), "(2, 1)")]
    assert trial("x = 1") is None
    with pytest.raises(AssertionError, match="no shape beside this print"):
        printed_shapes("print(tuple(y.shape))")


def test_runner_tells_output_errors_and_lines() -> None:
    printing, failing = Path("printing.py"), Path("failing.py")
    trying = Path("trying.py")
    sources = {
        printing: "print(__name__)",
        failing: "def f():\n    return [][1]\n\nf()",
        trying: '"""\nSeen by: f(3)\n"""\ndef f(x):\n    return x / 0',
    }
    runs = run_sources(sources)
    assert runs[printing] == Run("__main__\n", None, [])
    assert runs[failing] == Run("", "IndexError: list index out of range", [4, 2])
    assert runs[trying] == Run("", "ZeroDivisionError: division by zero", [5])


def test_claims_refuse_what_did_not_happen() -> None:
    seed = "print(tuple(y.shape))  # (2, 1)"
    check_seed(seed, Run("(2, 1)\n", None, []))
    for run in (Run("(1, 2)\n", None, []), Run("", None, []), Run("(2, 1)\n", "ValueError: x", [1])):
        with pytest.raises(AssertionError):
            check_seed(seed, run)

    refused = "y = 0\ny = f(x)  # expect: SHP104"
    check_broken(refused, Run("", "ValueError: x", [2]))
    for run in (Run("", None, []), Run("", "ValueError: x", [2, 1])):
        with pytest.raises(AssertionError):
            check_broken(refused, run)

    late = "m = F(9)  # expect: SHP120\ny = m(x)  # raises here"
    check_broken(late, Run("", "ValueError: x", [2]))
    with pytest.raises(AssertionError):
        check_broken(late, Run("", "ValueError: x", [1]))

    silent = "y = f(x)  # expect: SHP301"
    check_broken(silent, Run("", None, []))
    with pytest.raises(AssertionError):
        check_broken(silent, Run("", "ValueError: x", [1]))
    with pytest.raises(AssertionError):
        check_mended(Run("", "ValueError: x", [1]))


def test_mending_touches_code_only() -> None:
    source = '"""Repair: g."""\n\ny = f(1)\n'
    assert mended(source, (("f(", "g("),)) == '"""Repair: g."""\n\ny = g(1)\n'
    with pytest.raises(AssertionError, match="nothing to mend"):
        mended(source, (("Repair", "x"),))
