"""The roots of an analysis: the module body as a script, every model class, every function that nobody calls."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.events import Analysis, Note
from shapecheck.interpret.frames import Frame
from shapecheck.interpret.imports import run_aside
from shapecheck.interpret.interpreter import Interpreter
from shapecheck.interpret.paths import BudgetSpent, Path, PathEnd, Raised, Restart, explore
from shapecheck.interpret.reporting import event_of
from shapecheck.interpret.symbolic import ClassRoot, FunctionRoot, is_model_class
from shapecheck.interpret.values import Class, Function, Module

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from shapecheck.interpret.paths import Exploration
    from shapecheck.interpret.project import Project
    from shapecheck.interpret.source import Source

RECURSION = 12_000
MOST_RESTARTS = 12
SCRIPT_PATHS = 16


class Findings:
    """What is proven so far, once for each place and code: what happens on concrete inputs comes first."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.records: dict[Hashable, tuple[Any, str]] = {}
        self.notes: dict[str, Note] = {}

    def add(self, exploration: Exploration, *, only: set[Hashable] | None = None) -> None:
        """Take what is proven on the explored paths; with `only`, of the failures just those."""
        places: dict[Hashable, set[int]] = {}
        for index, path in enumerate(exploration.paths):
            for record, _ in path.records:
                places.setdefault(record.key, set()).add(index)
        for path in exploration.paths:
            for record, answers in path.records:
                key = record.key
                if key in self.records or not self._concerns(record):
                    continue
                if only is not None and is_failure(record) and key not in only:
                    continue
                if exploration.proven(path, key, answers, places):
                    self.records[key] = (record, path_note(path, answers))

    def _concerns(self, record: Any) -> bool:
        """True for what happens in this file, and for failures in another that a call from this file leads to."""
        own = self.interpreter.source
        return record.source is own or (is_failure(record) and any(source is own for source, _ in record.frames))

    def note(self, message: str, node: ast.AST | None = None) -> None:
        """Say something about the analysis itself, once."""
        span = self.interpreter.source.span(node if node is not None else ast.Pass(lineno=1, end_lineno=1))
        self.notes.setdefault(message, Note("SHP902", message, span))

    def analysis(self) -> Analysis:
        """The events in the order of their places."""
        events = [event_of(record, note) for record, note in self.records.values()]
        events.sort(key=lambda event: event.span)
        return Analysis((*events, *self.notes.values()), self.interpreter.places.coverage())


def is_failure(record: Any) -> bool:
    """True for what cannot work."""
    return getattr(record, "failed", None) is not None or hasattr(record, "code")


def path_note(path: Path, answers: int) -> str:
    """Under which condition a path got here, "" when always."""
    if not answers or not path.order:
        return ""
    _, answer, (source, node) = path.order[min(answers, len(path.order)) - 1]
    return f"when {source.segment(node)} is {'true' if answer else 'false'}"


def guarded(interpreter: Interpreter, findings: Findings, path: Path, action: Callable[[], None]) -> None:
    """Run one path; how it ends is written on it."""
    interpreter.path = path
    interpreter.joining = 0
    try:
        action()
    except (PathEnd, Raised):
        path.ended = True
    except BudgetSpent as spent:
        path.cut = True
        findings.note(f"the analysis stopped after {spent} was used up")
    except RecursionError:
        path.cut = True
        findings.note("the code nests too deeply for the analysis")


def analyse_source(source: Source, project: Project) -> Analysis:
    """Analyse one file from all its roots."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        interpreter = Interpreter(source, project)
        findings = Findings(interpreter)
        module = run_script(interpreter, findings)
        for cls in model_classes(module, source):
            interpreter.places.models.add(id(cls.node))
            run_root(interpreter, findings, ClassRoot(cls))
        for function in idle_functions(interpreter, module, source):
            run_root(interpreter, findings, FunctionRoot(function))
        return findings.analysis()
    finally:
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
        frame = Frame(module, source, module.members)
        guarded(interpreter, findings, path, lambda: _body(interpreter, source.tree.body, frame))

    exploration = explore(run, most=SCRIPT_PATHS, expired=interpreter.expired)
    findings.add(exploration)
    path = exploration.paths[0]
    if len(exploration.paths) == 1 and not path.ended and not path.cut:
        return modules[0]
    module = Module("__main__", source, {}, path=source.path)
    module.started = True
    guarded(interpreter, findings, Path([]), lambda: run_aside(interpreter, module))
    return module


def _body(interpreter: Interpreter, body: list[ast.stmt], frame: Frame) -> None:
    interpreter.execute(body, frame)


def model_classes(module: Module, source: Source) -> list[Class]:
    """The model classes that the file defines at its top level, in order."""
    found = [
        value
        for value in module.members.values()
        if isinstance(value, Class) and value.frame is not None and value.frame.source is source and is_model_class(value)
    ]
    found.sort(key=lambda cls: cls.node.lineno if cls.node else 0)
    return list(dict.fromkeys(found))


def idle_functions(interpreter: Interpreter, module: Module, source: Source) -> list[Function]:
    """Top-level functions that nothing called."""
    return [
        value
        for value in module.members.values()
        if isinstance(value, Function)
        and value.frame.source is source
        and not isinstance(value.node, ast.Lambda)
        and id(value.node) not in interpreter.called
        and "expected to fail" not in value.attributes
    ]


def run_root(interpreter: Interpreter, findings: Findings, root: ClassRoot | FunctionRoot) -> Exploration | None:
    """Analyse a root with symbolic arguments, and report what fails at every rank that its arguments may have."""
    if interpreter.expired():
        findings.note("the analysis stopped after its time was used up")
        return None
    exploration = settled(interpreter, findings, root)
    if exploration is None:
        return None
    failing = failing_keys(exploration)
    if failing:
        for alternative in root.alternatives():
            other = settled(interpreter, findings, alternative)
            if other is None or not failing_keys(other):
                # It works with another rank: that is what it is for.
                exploration, failing = other or exploration, set()
                break
    if failing:
        failing = confirmed(interpreter, findings, root, failing, exploration)
    findings.add(exploration, only=failing)
    return exploration


def failing_keys(exploration: Exploration) -> set[Hashable]:
    """The failures that are proven by an exploration."""
    places: dict[Hashable, set[int]] = {}
    for index, path in enumerate(exploration.paths):
        for record, _ in path.records:
            if is_failure(record):
                places.setdefault(record.key, set()).add(index)
    return {
        record.key
        for path in exploration.paths
        for record, answers in path.records
        if is_failure(record) and exploration.proven(path, record.key, answers, places)
    }


def settled(interpreter: Interpreter, findings: Findings, root: ClassRoot | FunctionRoot) -> Exploration | None:
    """Explore a root, settling the ranks of its arguments one after the other where operators need them."""

    def run(path: Path) -> None:
        guarded(interpreter, findings, path, lambda: root.run(interpreter, path))

    for _ in range(MOST_RESTARTS):
        try:
            return explore(run, expired=interpreter.expired)
        except Restart as restart:
            root.settle(restart)
    return None


def confirmed(
    interpreter: Interpreter,
    findings: Findings,
    root: ClassRoot | FunctionRoot,
    failing: set[Hashable],
    exploration: Exploration,
) -> set[Hashable]:
    """The failures that, where conditions were chosen before them, also happen for other values of the defaults."""
    doubtful = {
        record.key
        for path in exploration.paths
        for record, answers in path.records
        if is_failure(record) and answers > 0 and record.key in failing
    }
    certain = {
        record.key
        for path in exploration.paths
        for record, answers in path.records
        if is_failure(record) and answers == 0
    }
    doubtful -= certain
    if doubtful and root.has_defaults():
        general = settled(interpreter, findings, root.generalised())
        proven = failing_keys(general) if general is not None else set()
        failing -= doubtful - proven
    return failing
