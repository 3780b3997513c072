"""Paths: one run of a root for each combination of unknown conditions, and what is proven by them.

A root is executed from its start once for each path. A path is the list of answers given to unknown conditions; the
same condition (by key) gets the same answer on a path. A failure is proven when

(a) it happens with at most one unknown answer before it, which is not about a size (such answers are often those for
    degenerate sizes that nobody passes), or
(b) all paths were explored, and for one of the answers before it every path with that answer fails there;
    the answer of (a) and (b) is to a condition in the root's own code; and
(c) at every other rank that the inputs may have, everything with that answer fails too, be it elsewhere.

Why this is sound: with (a) or (b) the answer alone makes the failure happen at this rank, whatever else is chosen; with
(c) no rank escapes it; so no input makes a run with that answer work. That the answer can be given at all follows from
its being written: nobody writes a branch that is never taken. That holds for the root's own branches only: those of
functions and layers that it calls are for all who call them. A condition on the rank itself settles the rank, and is no
free choice. A path that ends in the user's own `raise`, or that a budget cut, does not fail. `proving.py` holds it all.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import Proof

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Hashable

    from shapecheck.algebra import Claim, Size, System
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Value

MOST_PATHS = 64
FURTHER = 6  # what all further paths of a root may cost, in costs of its first path…
FURTHER_LEAST = 3_000  # …and what they may cost in any case, in statements
STEPS = 6_000  # statements that run before anything with tensors happens
GRANT = 60  # further statements for each operator that is applied
MOST_GRANTS = 1_000
MOST_CALLS = 50_000  # of functions and layers: an expression may make many, and is no statement
OPERATOR_COST = 5  # in statements
ASSUMPTION_COST = 10  # in statements
DEPTH = 40
MOST_DOUBT = 1  # with no more, what happens on a path is proven by that path (see `proving.py`)


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
        "calls",
        "caught",
        "counter",
        "cut",
        "decided",
        "depth",
        "doubt",
        "ended",
        "forced",
        "frames",
        "grants",
        "home",
        "joined",
        "limit",
        "order",
        "reached",
        "recorded",
        "records",
        "refinements",
        "script",
        "silent",
        "sites",
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
        self.sites: list[Hashable] = []  # of each answer: the condition's place, and the call that led there
        self.reached: list[tuple[int, int]] = []  # of each answer: what the path cost before, the doubt after
        self.system = system
        self.assumed: list[tuple[Claim, Source, ast.AST]] = []
        self.refinements: dict[Hashable, Value] = {}
        self.records: list[
            tuple[Any, int, int]
        ] = []  # what happened, after how many answers, with how much doubt
        self.recorded = 0  # how many there were, those of rehearsals too
        self.doubt = 0
        self.frames: list[tuple[Source, ast.AST]] = []
        self.touched: list[set[Any]] = []  # one set for each loop of unknown length that is running
        self.symbols: dict[Hashable, Size] = {}
        self.taken_names: set[str] = set()
        self.counter = 0
        self.decided = 0  # the counter at the last answer: nothing is known of what was made since
        self.limit = self.steps = steps
        self.grants = 0
        self.calls = 0
        self.depth = 0
        self.silent = 0
        self.caught = 0
        self.joined = 0  # branches of unknown conditions that are running without a choice having been made
        self.home: tuple[Source, int, int] | None = None  # the lines that the root itself is, None for any
        self.script = False  # runs a module body: conditions that no argument decides are joined, not chosen
        self.ended = False
        self.cut = False

    @property
    def cost(self) -> int:
        """What the path did so far: its statements, and some for each operator."""
        return self.limit - self.steps + self.grants * (GRANT + OPERATOR_COST)

    def progress(self) -> tuple[int, ...]:
        """Equal as long as nothing more comes to be known on this path."""
        known = (len(self.order), len(self.answers), len(self.assumed), len(self.refinements))
        return (*known, len(self.symbols), len(self.taken_names), id(self.system))

    def grant(self) -> None:
        """Code that works with tensors may run longer than code that does not."""
        if self.grants < MOST_GRANTS:
            self.grants += 1
            self.steps += GRANT

    def record(self, entry: Any) -> None:
        """Keep something that happened, with the unknown conditions that led here."""
        self.recorded += 1
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
            self.decided = self.counter
            self.doubt += self._weigh(key, where)
            self.order.append((key, found, where))
            self.reached.append((self.cost, self.doubt))
            self.sites.append((id(where[1]), id(self.frames[-1][1]) if self.frames else 0))
        return found

    def is_own(self, where: Any) -> bool:
        """Whether a condition, given as its source and node, stands in the root's own code."""
        if self.home is None:
            return True
        (home, first, last), (source, node) = self.home, where
        if getattr(node, "passed", False):
            return False
        return source is home and first <= node.lineno <= last

    def doubt_of(self, answers: int) -> int:
        """How much doubt the first answers add up to: there is more where branches were joined."""
        return sum(self._weigh(key, where) for key, _, where in self.order[:answers])

    def _weigh(self, key: Hashable, where: Any) -> int:
        return 2 if is_about_size(key) else self.weight(where)

    def weight(self, where: Any) -> int:
        """How much doubt a condition adds: one that other code asks is for other callers, who may pass what this one
        never does."""
        return 1 if self.is_own(where) else 2

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
        self.steps -= ASSUMPTION_COST


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


class Seen:
    """Which ways the conditions of a root have gone, on whatever path."""

    __slots__ = ("answers", "ways")

    def __init__(self) -> None:
        self.ways: set[tuple[int, bool]] = set()  # (id of the condition of an `if`, way)
        self.answers: set[tuple[Hashable, bool]] = set()  # (place and call, answer)

    def note(self, path: Path) -> None:
        """Remember how a path went."""
        for site, (_, answer, _) in zip(path.sites, path.order, strict=True):
            self.answers.add((site, answer))

    def is_new(self, site: Hashable, condition: ast.AST, answer: bool) -> bool:
        """True for a way that nothing went before."""
        return (id(condition), answer) not in self.ways and (site, answer) not in self.answers


def explore(
    run: Callable[[Path], None],
    system: System,
    *,
    most: int = MOST_PATHS,
    expired: Callable[[], bool],
    doubtful: Callable[[Exploration], bool],
    seen: Seen,
) -> Exploration:
    """Run a root on its paths: first those that give one other answer than the first path and thereby go where nothing
    went before, then, if a failure was seen whose proof needs all paths (`doubtful`), the others, until all are done or
    the budget is spent. The budget counts work, not time: what is found does not depend on the machine. Where it cannot
    be enough for all paths, only those are run that prove something by themselves."""
    plans = _Plans()
    paths: list[Path] = []
    left = 0
    while plans.pending:
        if len(paths) >= most or (paths and (left <= 0 or expired())):
            return Exploration(paths, False)
        plan = plans.pending.popleft()
        if plan.flips == 1 and plan.turn is not None and not seen.is_new(*plan.turn):
            plans.later.append(plan._replace(turn=None))
        else:
            path = Path(plan.forced(), system)
            run(path)
            seen.note(path)
            left = left - path.cost if paths else max(FURTHER * path.cost, FURTHER_LEAST)
            paths.append(path)
            plans.add(path, plan)
            plans.prune(most - len(paths), left)
        if not plans.pending and plans.later and doubtful(Exploration(paths, False)):
            plans.pending, plans.later = plans.later, deque()
    return Exploration(paths, not plans.later and not plans.hopeless)


class _Plan(NamedTuple):
    """A path to run: how many of its answers differ from the first path's, the last of them, what it costs at least,
    and how much doubt there is after that answer."""

    flips: int
    before: list[bool]  # the answers of the path that it parts from
    parting: int  # which of them it gives otherwise; -1 for the first path
    turn: tuple[Hashable, ast.AST, bool] | None
    least: int = 0
    doubt: int = 0

    def forced(self) -> list[bool]:
        """The answers to give first."""
        return [] if self.parting < 0 else [*self.before[: self.parting], not self.before[self.parting]]


class _Plans:
    """What is still to be run: at once, and only if a proof needs it."""

    __slots__ = ("hopeless", "later", "pending")

    def __init__(self) -> None:
        self.pending: deque[_Plan] = deque([_Plan(0, [], -1, None)])
        self.later: deque[_Plan] = deque()
        self.hopeless = False  # not all paths can be run to their end

    def add(self, path: Path, plan: _Plan) -> None:
        """The paths that part from this one at each of its own answers."""
        answers = [answer for _, answer, _ in path.order]
        target = self.later if plan.flips else self.pending
        self.hopeless = self.hopeless or path.cut
        for index in range(plan.parting + 1, len(answers)):
            least, doubt = path.reached[index]
            if self.hopeless and doubt > MOST_DOUBT:
                break  # and there is no less after the answers that follow
            turn = (path.sites[index], path.order[index][2][1], not answers[index])
            target.append(_Plan(plan.flips + 1, answers, index, turn, least, doubt))

    def prune(self, most: int, left: int) -> None:
        """Where so many paths of so much cost cannot be all, forget those that prove nothing by themselves."""
        if not self.hopeless:
            costs = [plan.least for plan in (*self.pending, *self.later)]
            # The last path may cost more than what is left.
            self.hopeless = len(costs) > most or sum(costs) - max(costs, default=0) >= max(left, 1)
        if self.hopeless:
            self.pending = deque(plan for plan in self.pending if plan.doubt <= MOST_DOUBT)
            self.later = deque(plan for plan in self.later if plan.doubt <= MOST_DOUBT)
