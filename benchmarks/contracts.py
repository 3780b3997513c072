"""What a contract costs on an eager call, beside hand-written asserts and jaxtyping with beartype.

    python -m benchmarks.contracts [--check]

Torch tensors on the CPU, one, two and four arguments, the return checked as well. Every variant checks the
same: ranks, the sizes the tensors share, and one literal size. Times are the least of many rounds, in
nanoseconds, the call itself included; the rounds of all variants are interleaved. With `--check` the exit
status says whether the promised ratios hold.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import torch

ROUNDS = 60
CALLS = 2000
ASSERT_RATIO = 1.3
PEER_RATIO = 12.0
IMPORT_MILLISECONDS = 40.0


def bare(count: int) -> Callable[..., Any]:
    def one(a):
        return a

    def two(a, b):
        return a

    def four(a, b, c, d):
        return a

    return {1: one, 2: two, 4: four}[count]


def by_hand(count: int) -> Callable[..., Any]:
    def one(a):
        assert a.ndim == 2
        n, c = a.shape
        assert c == 16
        result = a
        assert result.ndim == 2
        assert result.shape == (n, 16)
        return result

    def two(a, b):
        assert a.ndim == 2
        assert b.ndim == 2
        n, c = a.shape
        assert c == 16
        assert b.shape == (n, c)
        result = a
        assert result.ndim == 2
        assert result.shape == (n, c)
        return result

    def four(a, b, c, d):
        assert a.ndim == 2
        assert b.ndim == 2
        assert c.ndim == 2
        assert d.ndim == 2
        n, k = a.shape
        assert k == 16
        assert b.shape == (n, k)
        assert c.shape == (n, k)
        assert d.shape == (n, k)
        result = a
        assert result.ndim == 2
        assert result.shape == (n, k)
        return result

    return {1: one, 2: two, 4: four}[count]


def ours(count: int) -> Callable[..., Any]:
    from shapecheck.contracts import contract

    first = "n c=16"
    inputs = ", ".join([first, *["n c"] * (count - 1)])
    text = f"{inputs} -> n 16"
    decorated: Callable[..., Any] = contract(text)(bare(count))
    return decorated


def off(count: int) -> Callable[..., Any]:
    os.environ["SHAPECHECK"] = "off"
    try:
        return ours(count)
    finally:
        del os.environ["SHAPECHECK"]


def peers(count: int) -> Callable[..., Any]:
    from beartype import beartype
    from jaxtyping import Float, jaxtyped

    first, other = Float[torch.Tensor, "n 16"], Float[torch.Tensor, "n 16"]

    @jaxtyped(typechecker=beartype)
    def one(a: first) -> first:
        return a

    @jaxtyped(typechecker=beartype)
    def two(a: first, b: other) -> first:
        return a

    @jaxtyped(typechecker=beartype)
    def four(a: first, b: other, c: other, d: other) -> first:
        return a

    return {1: one, 2: two, 4: four}[count]


def types_only(count: int) -> Callable[..., Any]:
    from beartype import beartype

    @beartype
    def one(a: torch.Tensor) -> torch.Tensor:
        return a

    @beartype
    def two(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return a

    @beartype
    def four(a: torch.Tensor, b: torch.Tensor, c: torch.Tensor, d: torch.Tensor) -> torch.Tensor:
        return a

    return {1: one, 2: two, 4: four}[count]


VARIANTS: dict[str, Callable[[int], Callable[..., Any]]] = {
    "bare call": bare,
    "shapecheck, off": off,
    "hand-written asserts": by_hand,
    "shapecheck": ours,
    "beartype alone (no shapes)": types_only,
    "jaxtyping + beartype": peers,
}


def measure(count: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Nanoseconds of one call, bare call included, for each variant."""
    arguments = tuple(torch.zeros(8, 16) for _ in range(count))
    functions = {name: make(count) for name, make in VARIANTS.items()}
    least = dict.fromkeys(functions, float("inf"))
    for _ in range(rounds):
        for name, function in functions.items():
            calls = CALLS if name != "jaxtyping + beartype" else CALLS // 20
            repeated = [None] * calls
            start = time.perf_counter_ns()
            for _ in repeated:
                function(*arguments)
            least[name] = min(least[name], (time.perf_counter_ns() - start) / calls)
    return least


def import_cost() -> tuple[float, list[str]]:
    """Milliseconds of CPU that importing the contracts adds to a process, and the heavy modules it loads."""
    probe = (
        "import sys, time; s = time.process_time(); import shapecheck.contracts; "
        "t = time.process_time() - s; "
        "print(t * 1000, *[m for m in ('numpy', 'torch', 'jax', 'inspect') if m in sys.modules])"
    )
    with tempfile.TemporaryDirectory() as cache:
        # Compiled modules are kept, as they are for every user but not in every test environment.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-c", probe]
        runs = [subprocess.check_output(command, text=True, env=environment).split() for _ in range(10)][1:]
    runs.sort(key=lambda words: float(words[0]))
    return float(runs[len(runs) // 2][0]), runs[0][1:]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit 1 where a promised ratio does not hold")
    options = parser.parse_args()
    counts = (1, 2, 4)
    table = {count: measure(count) for count in counts}
    print(f"{'ns per call':28}" + "".join(f"{f'{count} tensor' + 's' * (count > 1):>12}" for count in counts))
    for name in VARIANTS:
        print(f"{name:28}" + "".join(f"{table[count][name]:12.0f}" for count in counts))
    missed = []
    for count in counts:
        row = table[count]
        by_asserts = row["shapecheck"] / row["hand-written asserts"]
        by_peers = row["jaxtyping + beartype"] / row["shapecheck"]
        print(f"{count}: {by_asserts:.2f} × asserts, {by_peers:.0f} × cheaper than jaxtyping + beartype")
        if by_asserts > ASSERT_RATIO or by_peers < PEER_RATIO:
            missed.append(str(count))
    milliseconds, heavy = import_cost()
    print(f"import of the contracts: {milliseconds:.0f} ms CPU, heavy modules: {', '.join(heavy) or 'none'}")
    if milliseconds > IMPORT_MILLISECONDS or heavy:
        missed.append("import")
    if options.check and missed:
        print(f"missed: {', '.join(missed)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
