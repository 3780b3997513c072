"""The roots of an analysis: the module body as a script, every model class, every function that nobody calls."""

from __future__ import annotations

import ast
import gc
import sys
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.events import Analysis, Note
from shapecheck.interpret.frames import Frame
from shapecheck.interpret.imports import run_aside
from shapecheck.interpret.interpreter import Interpreter
from shapecheck.interpret.paths import BudgetSpent, Path, PathEnd, Raised, Seen, explore
from shapecheck.interpret.proving import (
    certain,
    doubtful,
    failing,
    failing_everywhere,
    is_failure,
    meant,
    places_of,
    reasons,
)
from shapecheck.interpret.reporting import event_of
from shapecheck.interpret.symbolic import ClassRoot, FunctionRoot, forward_of, is_model_class
from shapecheck.interpret.values import Class, Function, Module

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from shapecheck.interpret.paths import Exploration
    from shapecheck.interpret.project import Project
    from shapecheck.interpret.source import Source

RECURSION = 12_000
SCRIPT_PATHS = 16
# What all paths of a file may cost in statements: enough for one large model, and more for a file with many.
LEAST_WORK, WORK_A_LINE = 25_000, 30
LEAST_IDLE_WORK, IDLE_WORK_A_LINE = 4_000, 5  # of that, for all functions that nobody calls


class Findings:
    """What is proven so far, once for each place and code: what happens on concrete inputs comes first."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.records: dict[Hashable, tuple[Any, str]] = {}
        self.notes: dict[str, Note] = {}

    def add(self, exploration: Exploration, *, only: set[Hashable] | None = None) -> None:
        """Take what is proven on the explored paths; with `only`, of the failures just those."""
        places = places_of(exploration)
        for path in exploration.paths:
            for record, answers, doubt in path.records:
                key = record.key
                if key in self.records or not self._concerns(record):
                    continue
                if only is not None and is_failure(record) and key not in only:
                    continue
                for _, chosen in reasons(exploration, path, record, answers, doubt, places):
                    self.records[key] = (record, path_note(path, chosen))
                    break

    def _concerns(self, record: Any) -> bool:
        """True for what happens in this file, and for failures in another that a call from this file leads to."""
        own = self.interpreter.source
        return record.source is own or (
            is_failure(record) and any(source is own for source, _ in record.frames)
        )

    def note(self, message: str, node: ast.AST | None = None) -> None:
        """Say something about the analysis itself, once."""
        span = self.interpreter.source.span(node if node is not None else ast.Pass(lineno=1, end_lineno=1))
        self.notes.setdefault(message, Note("SHP902", message, span))

    def analysis(self) -> Analysis:
        """The events in the order of their places."""
        events = [event_of(record, note) for record, note in self.records.values()]
        events.sort(key=lambda event: event.span)
        return Analysis((*events, *self.notes.values()), self.interpreter.places.coverage())


# Letters of a condition that a message shows.
CONDITION = 60


def path_note(path: Path, answers: int) -> str:
    """Under which condition a path got here, "" when always."""
    if not answers or not path.order:
        return ""
    _, answer, (source, node) = path.order[min(answers, len(path.order)) - 1]
    return f"when {_shortened(source.segment(node))} is {'true' if answer else 'false'}"


def _shortened(condition: str) -> str:
    """A condition on one line, its middle left out where it is too long to be read at a glance."""
    words = " ".join(condition.split())
    if len(words) <= CONDITION:
        return words
    half = (CONDITION - 1) // 2
    return f"{words[:half].rstrip()}…{words[-half:].lstrip()}"


def guarded(
    interpreter: Interpreter,
    findings: Findings,
    path: Path,
    action: Callable[[], None],
    *,
    quiet: bool = False,
) -> None:
    """Run one path; how it ends is written on it, and said once for the file unless `quiet`."""
    interpreter.path = path
    interpreter.joining = 0
    try:
        action()
    except (PathEnd, Raised):
        path.ended = True
    except BudgetSpent as spent:
        path.cut = True
        if not quiet and not findings.notes and (path.grants or interpreter.places.places):
            findings.note(f"the analysis stopped after {spent} was used up")
    except RecursionError:
        path.cut = True
        findings.note("the code nests too deeply for the analysis")
    finally:
        interpreter.purse -= path.cost


def analyse_source(source: Source, project: Project) -> Analysis:
    """Analyse one file from all its roots."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    collects = gc.isenabled()
    gc.disable()  # values form cycles and live as long as the analysis: collections during it find next to nothing
    try:
        interpreter = Interpreter(source, project)
        interpreter.twins.active = True
        lines = source.text.count("\n")
        interpreter.purse = LEAST_WORK + lines * WORK_A_LINE
        findings = Findings(interpreter)
        module = run_script(interpreter, findings)
        # The last class is usually the one that uses the others: what it exercises whole needs no run of its own.
        for cls in reversed(model_classes(module, source)):
            interpreter.places.models.add(id(cls.node))
            if not exercised(interpreter, cls):
                run_root(interpreter, findings, ClassRoot(cls))
        # What nobody calls is looked at last and briefly.
        interpreter.purse = min(interpreter.purse, LEAST_IDLE_WORK + lines * IDLE_WORK_A_LINE)
        for function in idle_functions(interpreter, module, source):
            if interpreter.expired():
                break
            run_root(interpreter, findings, FunctionRoot(function))
        if "shapecheck" in source.text:
            from shapecheck.interpret.contracts_roots import promising_methods

            for root in promising_methods(module, source):
                run_root(interpreter, findings, root)
        return findings.analysis()
    finally:
        if collects:
            gc.enable()
        sys.setrecursionlimit(limit)


def run_script(interpreter: Interpreter, findings: Findings) -> Module:
    """The module body as `python file.py` runs it; gives the module whose definitions the other roots use."""
    source = interpreter.source
    modules: list[Module] = []

    def run(path: Path) -> None:
        module = Module("__main__", source, {}, path=source.path)
        module.started = True
        modules.append(module)
        path.script = True
        path.home = (source, 1, source.text.count("\n") + 1)
        frame = Frame(module, source, module.members)
        guarded(interpreter, findings, path, lambda: _body(interpreter, source.tree.body, frame))

    exploration = explore(
        run,
        interpreter.nothing,
        most=SCRIPT_PATHS,
        expired=interpreter.expired,
        doubtful=doubtful,
        seen=interpreter.seen,
    )
    findings.add(exploration)
    path = exploration.paths[0]
    if len(exploration.paths) == 1 and not path.ended and not path.cut:
        return modules[0]
    module = Module("__main__", source, {}, path=source.path)
    module.started = True
    guarded(interpreter, findings, Path([], interpreter.nothing), lambda: run_aside(interpreter, module))
    return module


def _body(interpreter: Interpreter, body: list[ast.stmt], frame: Frame) -> None:
    interpreter.execute(body, frame)


def model_classes(module: Module, source: Source) -> list[Class]:
    """The model classes that the file defines at its top level, in order."""
    found = [
        value
        for value in module.members.values()
        if isinstance(value, Class)
        and value.frame is not None
        and value.frame.source is source
        and is_model_class(value)
    ]
    found.sort(key=lambda cls: cls.node.lineno if cls.node else 0)
    return list(dict.fromkeys(found))


def exercised(interpreter: Interpreter, cls: Class) -> bool:
    """True when the class ran on inputs of known shape, and every condition in it went each way that does something."""
    if cls.node is None or id(cls.node) not in interpreter.forward_calls or _promises(forward_of(cls)):
        return False
    for entry in ast.walk(cls.node):
        if isinstance(entry, ast.If):
            if (id(entry), True) not in interpreter.branches or (
                entry.orelse and (id(entry), False) not in interpreter.branches
            ):
                return False
        elif isinstance(entry, ast.IfExp) and {(id(entry), True), (id(entry), False)} - interpreter.branches:
            return False
    return True


def _promises(function: Function | None) -> bool:
    """True for a function with a contract: it is to hold for all that it lets in, whatever calls pass."""
    return function is not None and function.contract is not None and function.contract.enforced


def idle_functions(interpreter: Interpreter, module: Module, source: Source) -> list[Function]:
    """Top-level functions that nothing called."""
    return [
        value
        for value in module.members.values()
        if isinstance(value, Function)
        and value.frame.source is source
        and not isinstance(value.node, ast.Lambda)
        and (id(value.node) not in interpreter.called or _promises(value))
        and "expected to fail" not in value.attributes
    ]


def run_root(
    interpreter: Interpreter, findings: Findings, root: ClassRoot | FunctionRoot
) -> Exploration | None:
    """Analyse a root with symbolic arguments, and report what fails at every rank that its arguments may have."""
    if interpreter.expired():
        if not findings.notes:
            findings.note("the analysis stopped after its number of steps was used up")
        return None
    exploration = explored(interpreter, findings, root)
    proven: set[Hashable] = set(failing(exploration))
    if proven:
        root, exploration, proven = at_every_rank(interpreter, findings, root, exploration)
    if proven:
        proven = confirmed(interpreter, findings, root, proven, exploration)
    findings.add(exploration, only=proven)
    return exploration


def at_every_rank(
    interpreter: Interpreter,
    findings: Findings,
    root: ClassRoot | FunctionRoot,
    first: Exploration,
    *,
    absent: bool = True,
) -> tuple[ClassRoot | FunctionRoot, Exploration, set[Hashable]]:
    """The root at the rank that is meant, its exploration, and what fails there and, for the same reason, at each other
    rank that its inputs may have."""
    alternatives = root.alternatives()
    if alternatives is None:
        return root, first, set()
    roots = [root, *alternatives]
    explorations = [first]
    proven = failing_everywhere(explorations, absent=absent)
    for alternative in alternatives:
        other = explored(interpreter, findings, alternative)
        if not failing(other):
            return alternative, other, set()  # it works with another rank: that is what it is for
        explorations.append(other)
        proven = failing_everywhere(explorations, absent=absent)
        if not proven:
            break
    index = meant(explorations)
    return roots[index], explorations[index], proven


def explored(interpreter: Interpreter, findings: Findings, root: ClassRoot | FunctionRoot) -> Exploration:
    """Explore a root with symbolic arguments."""
    interpreter.seen = Seen()

    def run(path: Path) -> None:
        path.limit = path.steps = min(path.steps, root.steps)
        path.home = root.home()
        guarded(interpreter, findings, path, lambda: root.run(interpreter, path), quiet=root.brief)

    return explore(
        run, interpreter.nothing, expired=interpreter.expired, doubtful=doubtful, seen=interpreter.seen
    )


def confirmed(
    interpreter: Interpreter,
    findings: Findings,
    root: ClassRoot | FunctionRoot,
    proven: set[Hashable],
    exploration: Exploration,
) -> set[Hashable]:
    """The failures that do not hang on defaults which nobody may use.

    Where conditions were chosen before a failure, and where the file itself names the class elsewhere (so that others
    pass what they want), it must also happen with unknown values in place of the defaults, and not only where one of
    them is None: that often stands for what must be given.
    """
    if not root.has_defaults():
        return proven
    every = root.may_be_given_more() or named_elsewhere(root, interpreter.source)
    unsure = proven if every else proven - certain(exploration)
    if unsure:
        general = root.generalised()
        first = explored(interpreter, findings, general)
        sure = (
            at_every_rank(interpreter, findings, general, first, absent=False)[2] if failing(first) else set()
        )
        proven = proven - (unsure - sure)
    return proven


def named_elsewhere(root: ClassRoot | FunctionRoot, source: Source) -> bool:
    """True when the file mentions the root's name outside of its definition."""
    name, own = root.cls.name, root.cls.node
    inside = {id(entry) for entry in ast.walk(own)} if own is not None else set()
    return any(
        isinstance(entry, ast.Name) and entry.id == name and id(entry) not in inside
        for entry in ast.walk(source.tree)
    )
