"""Paths: one run of a root for each combination of unknown conditions, and what is proven by them.

A root is executed from its start once for each path. A path is the list of answers given to unknown conditions; the
same condition (by key) gets the same answer on a path. A failure is proven when

(a) it happens with at most one unknown answer before it, which is not about a size (such answers are often those for
    degenerate sizes that nobody passes), or
(b) all paths were explored, and for one of the answers before it every path with that answer fails there.

A path that ends in the user's own `raise`, or that a budget cut, does not fail.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Proof

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Hashable

    from shapecheck.algebra import Claim, Size, System
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Value

MOST_PATHS = 64
SECONDS = 0.4  # of one root, before its paths are cut short
STEPS = 6_000  # statements that run before anything with tensors happens
GRANT = 60  # further statements for each operator that is applied
MOST_GRANTS = 1_000
OPERATOR_COST = 5  # in statements
DEPTH = 40


class PathEnd(Exception):
    """The path ends here, quietly: the user's own raise, a failed assertion, sys.exit."""


class Raised(Exception):
    """The user's code raises; `names` are the exception's class and its bases, () where they are not known."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.names = names


class BudgetSpent(Exception):
    """The steps or the time of a root are used up; the message says which."""


class Path:
    """The state of one run: answers, assumptions, events, budgets."""

    __slots__ = (
        "answers",
        "assumed",
        "caught",
        "counter",
        "cut",
        "depth",
        "doubt",
        "ended",
        "forced",
        "frames",
        "grants",
        "joined",
        "order",
        "records",
        "refinements",
        "script",
        "silent",
        "steps",
        "symbols",
        "system",
        "taken_names",
        "touched",
    )

    def __init__(self, forced: list[bool], system: System, *, steps: int = STEPS) -> None:
        self.forced = forced
        self.answers: dict[Hashable, bool] = {}
        self.order: list[tuple[Hashable, bool, Any]] = []
        self.system = system
        self.assumed: list[tuple[Claim, Source, ast.AST]] = []
        self.refinements: dict[Hashable, Value] = {}
        self.records: list[
            tuple[Any, int, int]
        ] = []  # what happened, after how many answers, with how much doubt
        self.doubt = 0
        self.frames: list[tuple[Source, ast.AST]] = []
        self.touched: list[set[Any]] = []  # one set for each loop of unknown length that is running
        self.symbols: dict[Hashable, Size] = {}
        self.taken_names: set[str] = set()
        self.counter = 0
        self.steps = steps
        self.grants = 0
        self.depth = 0
        self.silent = 0
        self.caught = 0
        self.joined = 0  # branches of unknown conditions that are running without a choice having been made
        self.script = False  # runs a module body: conditions that no argument decides are joined, not chosen
        self.ended = False
        self.cut = False

    @property
    def cost(self) -> int:
        """What the path did so far: its statements, and some for each operator."""
        return STEPS - self.steps + self.grants * (GRANT + OPERATOR_COST)

    def grant(self) -> None:
        """Code that works with tensors may run longer than code that does not."""
        if self.grants < MOST_GRANTS:
            self.grants += 1
            self.steps += GRANT

    def record(self, entry: Any) -> None:
        """Keep something that happened, with the unknown conditions that led here."""
        if not self.silent:
            self.records.append((entry, len(self.order), self.doubt + self.joined))

    def answer(self, key: Hashable, where: Any, *, first: bool = True) -> bool:
        """The answer to an unknown condition on this path; `first` is what is tried first."""
        found = self.answers.get(key)
        if found is None:
            if self.silent:  # a rehearsal chooses nothing
                return first
            index = len(self.order)
            found = self.forced[index] if index < len(self.forced) else first
            self.answers[key] = found
            self.doubt += 2 if is_about_size(key) else 1
            self.order.append((key, found, where))
        return found

    def decide(self, claim: Claim, where: Any) -> bool:
        """Whether a claim holds on this path: proven, or assumed one way here and the other way on another path."""
        proof = claim.proof()
        if proof is Proof.UNKNOWN:
            proof = self.system.decide(claim)
        if proof is not Proof.UNKNOWN:
            return proof is Proof.YES
        if self.silent:
            return True
        negated = claim.negated()
        key = ("claim", claim)
        if key not in self.answers:
            if self.system.assume(claim).contradiction:
                return False
            if self.system.assume(negated).contradiction:
                return True
        answer = self.answer(key, where)
        self.system = self.system.assume(claim if answer else negated)
        return answer

    def assume(self, claim: Claim, source: Source, node: ast.AST) -> None:
        """From here on the claim holds: something that was executed needs it."""
        self.system = self.system.assume(claim)
        self.assumed.append((claim, source, node))


def is_about_size(key: Any) -> bool:
    """True for a condition that compares sizes."""
    while isinstance(key, tuple) and key[0] == "not":
        key = key[1]
    if not isinstance(key, tuple):
        return False
    return key[0] == "claim" or (key[0] == "equals" and key[1][0] != "rank" and key[2][0] in ("int", "Dim"))


class Exploration:
    """All explored paths of one root."""

    __slots__ = ("complete", "paths")

    def __init__(self, paths: list[Path], complete: bool) -> None:
        self.paths = paths
        self.complete = complete

    def proven(
        self, path: Path, key: Hashable, answers: int, doubt: int, places: dict[Hashable, set[int]]
    ) -> bool:
        """Whether what happened on `path` after that many answers is proven; `places`: the paths it happens on."""
        if doubt <= 1:
            return True
        if not self.complete:
            return False
        where = places[key]
        return any(
            all(
                index in where
                for index, other in enumerate(self.paths)
                if other.answers.get(condition) is answer
            )
            for condition, answer, _ in path.order[:answers]
        )


def explore(
    run: Callable[[Path], None],
    system: System,
    *,
    most: int = MOST_PATHS,
    expired: Callable[[], bool],
    doubtful: Callable[[Exploration], bool],
    seconds: float = SECONDS,
) -> Exploration:
    """Run a root on its paths: first those that give one other answer than the first path, then, if a failure was seen
    whose proof needs all paths (`doubtful`), the others, until all are done or the budget is spent."""
    pending: deque[tuple[int, list[bool]]] = deque([(0, [])])
    later: deque[tuple[int, list[bool]]] = deque()
    paths: list[Path] = []
    stop = time.process_time() + seconds
    while pending:
        if len(paths) >= most or (len(paths) >= 2 and time.process_time() > stop) or (paths and expired()):
            return Exploration(paths, False)
        flips, forced = pending.popleft()
        path = Path(forced, system)
        run(path)
        paths.append(path)
        answers = [answer for _, answer, _ in path.order]
        for index in range(len(forced), len(answers)):
            (later if flips else pending).append((flips + 1, [*answers[:index], not answers[index]]))
        if not pending and later and doubtful(Exploration(paths, False)):
            if len(later) + len(paths) > most:
                return Exploration(paths, False)  # it cannot be completed
            pending, later = later, deque()
    return Exploration(paths, not later and not any(path.cut for path in paths))
