"""How many models `verify` verifies a minute, and where the time goes.

    python -m benchmarks.verify [--models 60] [--backends torch,keras]

Models are drawn as in the property test, the same in every run; each is verified at one set of sizes with one seed.
The first models pay for importing and warming up the frameworks and are not counted.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

from hypothesis import HealthCheck, Phase, given, settings

from shapecheck import verify
from shapecheck.backend import BackendError
from shapecheck.strategies import Case, cases

WARMING = 5


def drawn(count: int) -> list[Case]:
    """The first models that the strategy draws."""
    found: list[Case] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found


def measured(listed: list[Case], backends: list[str], **options: Any) -> tuple[int, float, Counter[str]]:
    """How many models were verified, in how many seconds, and the seconds of each part."""
    parts: Counter[str] = Counter()
    verified, started = 0, 0.0
    for number, (model, dims) in enumerate(listed):
        if number == WARMING:
            verified, started, parts = 0, time.perf_counter(), Counter()
        try:
            report = verify(model, backends, dims, seeds=1, edges=False, **options)
        except BackendError:
            continue
        assert report.ok, report
        verified += 1
        parts.update(report.seconds)
    return verified, time.perf_counter() - started, parts


def show(title: str, verified: int, seconds: float, parts: Counter[str]) -> None:
    """Models a minute, and each part's share of the time."""
    print(f"{title}: {60 * verified / seconds:.0f} models a minute ({verified} in {seconds:.1f} s)")
    rest = seconds - sum(parts.values())
    for part, spent in [*parts.most_common(), ("all else", rest)]:
        print(f"  {part:<24} {spent:7.2f} s  {spent / seconds:4.0%}")


def main() -> None:
    """Measure each backend alone, then all, then all with gradients and sensitivities."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=int, default=60)
    parser.add_argument("--backends", default="torch,keras")
    arguments = parser.parse_args()
    backends = arguments.backends.split(",")
    listed = drawn(arguments.models + WARMING)
    for backend in backends:
        show(f"{backend}, values", *measured(listed, [backend], sensitivity=False))
    if len(backends) > 1:
        show(f"{' and '.join(backends)}, values", *measured(listed, backends, sensitivity=False))
    show("the same with sensitivity and gradients", *measured(listed, backends, gradients=True))


if __name__ == "__main__":
    main()
