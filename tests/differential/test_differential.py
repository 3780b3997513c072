"""Mutants of correct programs: what runs under the real framework gets no error, most of what crashes gets one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.differential.judging import Verdict, findings, judge
from tests.differential.mutations import Mutant, mutants
from tests.differential.running import Runner

CORPUS = Path(__file__).parent / "corpus"
PROGRAMS = {kind: sorted((CORPUS / kind).glob("*.py")) for kind in ("torch", "keras")}
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
SEED = int(os.environ.get("DIFFERENTIAL_SEED", "1"))
# How many mutants there are of each program, and the share of crashes that must be found.
COUNTS = {"torch": 400 if THOROUGH else 30, "keras": 250 if THOROUGH else 12}
SHARES = {"torch": 0.97, "keras": 0.85}


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    warm = Runner()
    yield warm
    warm.close()


@pytest.mark.parametrize("kind", PROGRAMS)
def test_the_programs_run_and_the_linter_is_silent(kind: str, runner: Runner) -> None:
    for program in PROGRAMS[kind]:
        text = program.read_text(encoding="utf-8")
        assert (runner.run(text).message, findings(text)) == ("", []), program.name


@pytest.mark.parametrize("kind", PROGRAMS)
def test_the_linter_is_right_about_mutants(kind: str, runner: Runner) -> None:
    verdicts = [
        (program.name, judge(mutant, runner.run(mutant.text)))
        for program in PROGRAMS[kind]
        for mutant in mutants(
            program.read_text(encoding="utf-8"), COUNTS[kind], Random(f"{SEED} {program.name}")
        )
    ]
    count = {name: sum(verdict.kind == name for _, verdict in verdicts) for name in KINDS}
    crashes = count["found"] + count["elsewhere"] + count["missed"]
    print(f"\n{kind}: {len(verdicts)} mutants, {crashes} crashes, {count}")
    print(
        "\n".join(
            shown(name, verdict) for name, verdict in verdicts if verdict.kind in ("missed", "elsewhere")
        )
    )
    assert [shown(name, verdict) for name, verdict in verdicts if verdict.kind == "alarm"] == []
    assert count["found"] >= SHARES[kind] * crashes
    assert count["quiet"] >= 0.05 * len(verdicts), "mutants that work must be among them"


KINDS = ("quiet", "found", "missed", "elsewhere", "alarm", "other")


def shown(name: str, verdict: Verdict) -> str:
    """One line about a verdict, for whoever looks into it."""
    ran = verdict.ran
    mutant: Mutant = verdict.mutant
    where = f"{name}:{mutant.line}"
    how = f"{ran.error} at {ran.lines[-1:]}: {ran.message[:110]!r}" if ran.error else "it runs"
    return f"{verdict.kind} {where} {mutant.change}; {how}; said {list(verdict.said)}"
