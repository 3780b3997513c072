"""The same algebra of sizes on shapecheck, jax's symbolic dimensions, sympy and torch's symbolic shapes.

    python benchmarks/algebra.py [--repeat 30] [--layers 1,2,5,10,20]

Prints how many layers of a convolution and pooling chain each builds in a second, what deciding an equality
costs, and who proves and refutes what. Every repetition uses symbols of new names, so no library answers
from its tables; shapecheck's own repeated questions are the row "again". Figures are CPU time of this
process, the least of all repetitions. A library that is not installed is named in its row.
"""

from __future__ import annotations

import argparse
import operator
import statistics
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

NAMES = ("n", "t", "c", "h", "w")
# Decisions timed together: one takes less than the clock can tell.
BATCH = 16
FRESH = count()

# The identities: what each side is, as functions of the library's symbols and its `floor`, max and min.
# The name says the divisibility that is assumed, where one is.
TRUE: dict[str, Callable[..., tuple[Any, Any]]] = {
    "h//2//2 = h//4": lambda s: (s.h // 2 // 2, s.h // 4),
    "(h-1)//2+1 = (h+1)//2": lambda s: ((s.h - 1) // 2 + 1, (s.h + 1) // 2),
    "two stride-2 convolutions": lambda s: (((s.h - 1) // 2 + 1 - 1) // 2 + 1, (s.h - 1) // 4 + 1),
    "(h+2-3)//1+1 = h": lambda s: ((s.h + 2 - 3) // 1 + 1, s.h),
    "(4*h+3)//4 = h": lambda s: ((4 * s.h + 3) // 4, s.h),
    "(8*h+4)//4 = 2*h+1": lambda s: ((8 * s.h + 4) // 4, 2 * s.h + 1),
    "-(-h//2) = (h+1)//2": lambda s: (-(-s.h // 2), (s.h + 1) // 2),
    "(h+6)//7*7-h = (-h)%7": lambda s: ((s.h + 6) // 7 * 7 - s.h, -s.h % 7),
    "h//2*2+h%2 = h": lambda s: (s.h // 2 * 2 + s.h % 2, s.h),
    "h//2+(h+1)//2 = h": lambda s: (s.h // 2 + (s.h + 1) // 2, s.h),
    "concatenated halves": lambda s: ((s.h - s.h // 2) + s.h // 2, s.h),
    "flatten over n*t": lambda s: (
        s.n * s.t * s.c * (s.h // 4) * (s.w // 4) // (s.n * s.t),
        s.c * (s.h // 4) * (s.w // 4),
    ),
    "n*t*c*h*w//(n*t*c*h) = w": lambda s: (s.n * s.t * s.c * s.h * s.w // (s.n * s.t * s.c * s.h), s.w),
    "n*t*(c*h) = h*c*(t*n)": lambda s: (s.n * s.t * (s.c * s.h), s.h * s.c * (s.t * s.n)),
    "16 | h: U-Net": lambda s: (s.h // 2 // 2 // 2 // 2 * 16, s.h),
    "16 | h: h%4 = 0": lambda s: (s.h % 4, 0),
    "16 | h: h//4*4 = h": lambda s: (s.h // 4 * 4, s.h),
    "16 | h: (h+1)//2 = h//2": lambda s: ((s.h + 1) // 2, s.h // 2),
}
FALSE: dict[str, Callable[..., tuple[Any, Any]]] = {
    "h = h+1": lambda s: (s.h, s.h + 1),
    "2*h = 2*w+1": lambda s: (2 * s.h, 2 * s.w + 1),
    "(h+1)//2 = h//2": lambda s: ((s.h + 1) // 2, s.h // 2),
    "h//2*2 = h": lambda s: (s.h // 2 * 2, s.h),
    "h//2//3 = h//5": lambda s: (s.h // 2 // 3, s.h // 5),
    "c*(h//2)*(w//2) = c*h*w//4": lambda s: (s.c * (s.h // 2) * (s.w // 2), s.c * s.h * s.w // 4),
    "h*w = h+w": lambda s: (s.h * s.w, s.h + s.w),
    "h%4 = 0": lambda s: (s.h % 4, 0),
}


class Symbols:
    """Five symbols of one library under names that were never used before."""

    def __init__(self, make: Callable[[list[str]], list[Any]]) -> None:
        tag = next(FRESH)
        for name, value in zip(NAMES, make([f"{name}{tag}" for name in NAMES]), strict=True):
            setattr(self, name, value)


class Shapecheck:
    """This project's algebra."""

    name = "shapecheck"

    def __init__(self) -> None:
        from shapecheck import algebra

        self.algebra = algebra

    def symbols(self) -> Symbols:
        return Symbols(lambda names: list(self.algebra.symbols(" ".join(names))))

    def divisible(self) -> tuple[Symbols, Any]:
        symbols = self.symbols()
        return symbols, self.algebra.System().assume(self.algebra.Divides(16, symbols.h))

    def decide(self, a: Any, b: Any, context: Any = None) -> str:
        answer = self.algebra.equal(a, b, system=context)
        if answer is self.algebra.Proof.YES:
            return "proved"
        if answer is self.algebra.Proof.NO:
            return "refuted"
        return "unknown"

    def refute(self, a: Any, b: Any) -> str:
        """Never equal, or an assignment for which they differ."""
        claim = self.algebra.Equal(a, b)
        if self.decide(a, b) == "refuted":
            return "refuted"
        return "witness" if self.algebra.witness(claim) else "unknown"


class Jax:
    """jax.export's symbolic dimensions."""

    name = "jax"

    def __init__(self) -> None:
        from jax import export
        from jax._src.export import shape_poly

        self.export = export
        self.shapes = shape_poly

    def symbols(self) -> Symbols:
        return Symbols(lambda names: list(self.export.symbolic_shape(",".join(names))))

    def divisible(self) -> tuple[Symbols, Any]:
        # jax uses a fact about h % 16 for that very remainder only; as h = 16*k it uses it everywhere.
        def make(names: list[str]) -> list[Any]:
            fact = f"{names[NAMES.index('h')]} == 16*k"
            return list(self.export.symbolic_shape(",".join([*names, "k"]), constraints=[fact]))[:-1]

        return Symbols(make), None

    def decide(self, a: Any, b: Any, context: Any = None) -> str:
        # `==` is False also where nothing is known; the bounds of the difference say more.
        if a is b:
            return "proved"
        low, high = self.bounds(a - b)
        if low == high == 0:
            return "proved"
        return "refuted" if low > 0 or high < 0 else "unknown"

    def bounds(self, difference: Any) -> tuple[float, float]:
        if isinstance(difference, int):
            return difference, difference
        found: tuple[float, float] = self.shapes._bounds_decision(
            difference, self.shapes.BoundsPrecision.BEST
        )
        return found

    refute = decide


class Sympy:
    """sympy with floor(), compared after expand()."""

    name = "sympy"

    def __init__(self) -> None:
        import sympy

        self.sympy = sympy

    def symbols(self) -> Symbols:
        return Symbols(lambda names: [self.sympy.Symbol(name, integer=True, positive=True) for name in names])

    def divisible(self) -> tuple[Symbols, Any]:
        # sympy's floor cannot be given the fact; h = 16*k says the same.
        symbols = self.symbols()
        symbols.h = 16 * symbols.h
        return symbols, None

    def decide(self, a: Any, b: Any, context: Any = None) -> str:
        difference = self.sympy.expand(a - b)
        if difference == 0:
            return "proved"
        return "refuted" if difference.is_zero is False else "unknown"

    refute = decide


class Torch:
    """torch's symbolic shapes (ShapeEnv)."""

    name = "torch"

    def __init__(self) -> None:
        import torch
        from torch._dynamo.source import ConstantSource
        from torch.fx.experimental import symbolic_shapes

        self.torch = torch
        self.shapes = symbolic_shapes
        self.source = ConstantSource

    def symbols(self) -> Symbols:
        environment = self.shapes.ShapeEnv()
        dynamic = self.shapes.DimDynamic.DYNAMIC

        def make(names: list[str]) -> list[Any]:
            found = []
            for index, name in enumerate(names):
                hint = 17 + 16 * index
                symbol = environment.create_symbol(hint, source=self.source(name), dynamic_dim=dynamic)
                found.append(environment.create_symintnode(symbol, hint=hint))
            return found

        return Symbols(make)

    def divisible(self) -> tuple[Symbols, Any]:
        environment = self.shapes.ShapeEnv()

        def make(names: list[str]) -> list[Any]:
            found = [environment.create_unbacked_symint() for _ in names]
            for value in found:
                self.torch._check(value >= 1)
            self.torch._check(found[NAMES.index("h")] % 16 == 0)
            return found

        return Symbols(make), None

    def decide(self, a: Any, b: Any, context: Any = None) -> str:
        if self.shapes.statically_known_true(a == b):
            return "proved"
        return "refuted" if self.shapes.statically_known_true(a != b) else "unknown"

    refute = decide


class Missing:
    """A library that is not here."""

    def __init__(self, name: str, reason: Exception) -> None:
        self.name = name
        self.reason = str(reason)


def library(kind: type[Any]) -> Any:
    try:
        return kind()
    except ImportError as reason:
        return Missing(kind.name, reason)


def layer(size: Any, index: int) -> Any:
    """One layer: convolutions that keep the size, pools and strided convolutions that halve it."""
    kind = index % 4
    if kind == 0:
        return (size + 2 * 1 - 3) // 1 + 1
    if kind == 1:
        return (size - 2) // 2 + 1
    if kind == 2:
        return (size + 2 * 2 - 5) // 1 + 1
    return (size + 2 * 1 - 3) // 2 + 1


def chain(size: Any, layers: int) -> Any:
    for index in range(layers):
        size = layer(size, index)
    return size


def halving(size: Any, layers: int) -> Any:
    """Every second layer halves (rounding down): the join of 20 of these is size // 1024."""
    for index in range(layers):
        size = (size - 2) // 2 + 1 if index % 2 else (size + 2 - 3) // 1 + 1
    return size


def seconds(prepare: Callable[[], Any], work: Callable[[Any], Any], repeat: int) -> float:
    """The least CPU time of one call of `work`, each on something newly prepared."""
    best = float("inf")
    for _ in range(repeat):
        prepared = prepare()
        start = time.process_time_ns()
        work(prepared)
        elapsed = time.process_time_ns() - start
        best = min(best, elapsed * 1e-9)
    return best


def build_rate(lib: Any, layers: int, repeat: int) -> float:
    """Layers a second; several chains a measurement, as clocks are coarse."""
    chains = max(1, 60 // layers)
    spent = seconds(
        lambda: [lib.symbols().h for _ in range(chains)],
        lambda sizes: [chain(size, layers) for size in sizes],
        repeat,
    )
    return layers * chains / spent


def again_rate(lib: Any, layers: int, repeat: int) -> float:
    size = lib.symbols().h
    chain(size, layers)
    spent = seconds(lambda: None, lambda _: [chain(size, layers) for _ in range(50)], repeat)
    return 50 * layers / spent


def join_seconds(lib: Any, layers: int, repeat: int) -> tuple[float, str]:
    def prepare() -> tuple[Any, Any]:
        size = lib.symbols().h
        return halving(size, layers), size // 2 ** (layers // 2)

    answer = lib.decide(*prepare())
    return seconds(prepare, lambda sides: lib.decide(*sides), repeat), answer


def sides(lib: Any, name: str, make: Callable[..., tuple[Any, Any]]) -> tuple[Any, Any, Any]:
    symbols, context = lib.divisible() if name.startswith("16 |") else (lib.symbols(), None)
    return (*make(symbols), context)


def given(lib: Any, name: str) -> tuple[Symbols, Any]:
    return lib.divisible() if name.startswith("16 |") else (lib.symbols(), None)


def verdict_of(lib: Any, name: str, repeat: int) -> tuple[str, float, float]:
    """The verdict on one identity, seconds to decide it, seconds to build both sides and decide."""
    if name in TRUE:
        make, ask = TRUE[name], lib.decide
    else:
        make, ask = FALSE[name], lambda a, b, _: lib.refute(a, b)

    def whole(start: tuple[Symbols, Any]) -> str:
        symbols, context = start
        return str(ask(*make(symbols), context))

    def built(start: tuple[Symbols, Any]) -> tuple[Any, Any, Any]:
        symbols, context = start
        return (*make(symbols), context)

    try:
        verdict = whole(given(lib, name))
        few = range(BATCH if verdict == "proved" else 2)
        alone = seconds(
            lambda: [built(given(lib, name)) for _ in few],
            lambda all_sides: [ask(*s) for s in all_sides],
            repeat,
        )
        both = seconds(
            lambda: [given(lib, name) for _ in few], lambda starts: [whole(s) for s in starts], repeat
        )
    except Exception as reason:  # a peer's own refusal is its verdict, whatever it raises
        return f"raised {type(reason).__name__}", float("nan"), float("nan")
    return verdict, alone / len(few), both / len(few)


def row(*cells: object) -> str:
    first, *rest = cells
    return f"{first!s:<28}" + "".join(f"{cell!s:>16}" for cell in rest)


def print_build(libs: list[Any], layers: list[int], repeat: int) -> None:
    print(row("build, layers/s", *(f"{number} layers" for number in layers)))
    rates: dict[str, list[float]] = {}
    for lib in libs:
        if isinstance(lib, Missing):
            print(row(lib.name, f"not installed: {lib.reason}"))
            continue
        rates[lib.name] = [build_rate(lib, number, repeat) for number in layers]
        print(row(lib.name, *(f"{rate:,.0f}" for rate in rates[lib.name])))
        if isinstance(lib, Shapecheck):
            print(row("  again", *(f"{again_rate(lib, number, repeat):,.0f}" for number in layers)))
    print_ratios("times faster than", rates, operator.truediv)


def print_ratios(title: str, figures: dict[str, list[float]], ratio: Callable[[float, float], float]) -> None:
    ours = figures["shapecheck"]
    for name, theirs in figures.items():
        if name != "shapecheck":
            texts = (f"{ratio(a, b):.1f}x" for a, b in zip(ours, theirs, strict=True))
            print(row(f"  {title} {name}", *texts))


def print_join(libs: list[Any], layers: list[int], repeat: int) -> None:
    print("\n" + row("join = h//2^k, ms", *(f"{number} layers" for number in layers)))
    spent: dict[str, list[float]] = {}
    for lib in libs:
        if isinstance(lib, Missing):
            print(row(lib.name, "not installed"))
            continue
        found = [join_seconds(lib, number, 3 if isinstance(lib, Jax) else repeat) for number in layers]
        spent[lib.name] = [time for time, _ in found]
        print(row(lib.name, *(f"{time * 1e3:.4f} {answer[:3]}" for time, answer in found)))
    print_ratios("times faster than", spent, lambda a, b: b / a)


def print_verdicts(libs: list[Any], repeat: int) -> None:
    present = [lib for lib in libs if not isinstance(lib, Missing)]
    found = {lib.name: {name: verdict_of(lib, name, repeat) for name in (*TRUE, *FALSE)} for lib in present}
    print("\n" + row("identity (verdict, µs)", *(lib.name for lib in present)))
    for name in (*TRUE, *FALSE):
        if name == next(iter(FALSE)):
            print("  false ones:")
        texts = (f"{found[lib.name][name][0]} {found[lib.name][name][1] * 1e6:.1f}" for lib in present)
        print(row(name, *texts))
    good = ("refuted", "witness")
    proved = {key: sum(f[name][0] == "proved" for name in TRUE) for key, f in found.items()}
    refuted = {key: sum(f[name][0] in good for name in FALSE) for key, f in found.items()}
    print(row("proved", *(f"{proved[lib.name]}/{len(TRUE)}" for lib in present)))
    print(row("refuted", *(f"{refuted[lib.name]}/{len(FALSE)}" for lib in present)))
    for title, index in (("decision", 1), ("with building", 2)):
        print_decisions(title, index, found, [lib.name for lib in present])


def print_decisions(title: str, index: int, found: dict[str, Any], names: list[str]) -> None:
    """Medians over what each proves, and how many times longer each takes where both prove."""
    cells, ratios = [], []
    for name in names:
        proved = [identity for identity in TRUE if found[name][identity][0] == "proved"]
        times = [found[name][identity][index] for identity in proved]
        ours = [found["shapecheck"][identity][index] for identity in proved]
        cells.append(f"{statistics.median(times) * 1e6:.1f}")
        each = [theirs / mine for theirs, mine in zip(times, ours, strict=True)]
        ratios.append(f"{statistics.geometric_mean(each):.1f}x {sum(times) / sum(ours):.1f}x")
    print(row(f"median {title}, µs", *cells))
    print(row("  ratio: mean, total", *ratios))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=30)
    parser.add_argument("--layers", default="1,2,5,10,20")
    options = parser.parse_args()
    layers = [int(number) for number in options.layers.split(",")]
    libs = [library(kind) for kind in (Shapecheck, Jax, Sympy, Torch)]
    print_build(libs, layers, options.repeat)
    print_join(libs, layers, options.repeat)
    print_verdicts(libs, options.repeat)


if __name__ == "__main__":
    main()
