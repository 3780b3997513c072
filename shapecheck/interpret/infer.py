"""Inferred contracts: what a model takes, gives and requires, and its layers one by one, without running it."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import needed, parse_pattern, total
from shapecheck.interpret.interpreter import Interpreter
from shapecheck.interpret.layer_names import Names
from shapecheck.interpret.layer_rows import Row, Table, shown
from shapecheck.interpret.paths import Path, is_about_size
from shapecheck.interpret.records import Application, Blunder
from shapecheck.interpret.roots import RECURSION, Findings, guarded, path_note
from shapecheck.interpret.showing import BuiltRoot, InputsError, ShownRoot, first_models
from shapecheck.interpret.subjects import arguments_without_default, run_script, subjects
from shapecheck.interpret.symbolic import kind_of
from shapecheck.interpret.values import Class, Function, Instance, Layer, Native, TensorValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.algebra import Shape, Size
    from shapecheck.interpret.project import Project
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.subjects import Subject
    from shapecheck.interpret.values import Value

__all__ = ["Inferred", "InputsError", "Row", "infer_source"]

SCRIPT_SECONDS = 10.0
SECONDS = 10.0  # of one model
MOST_OTHER_WAYS = 8  # unknown conditions whose other answer is tried where the first way fails


class Inferred(NamedTuple):
    """A model: its contract in one line, its layers, the sums, and what was not understood."""

    name: str
    contract: str
    rows: tuple[Row, ...]
    parameters: Size | None
    macs: Size | None
    unknown: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()  # layers that hang on the model and were not applied
    fails: bool = False


class _Run(NamedTuple):
    """One run of a root, and what was not understood in it."""

    root: ShownRoot
    path: Path
    unknown: tuple[str, ...]


def infer_source(
    source: Source, name: str | None, project: Project, inputs: Iterable[str] | None = None
) -> list[Inferred]:
    """Infer each model of a file, or the one named; `inputs` are patterns for its arguments in order.

    Raises InputsError where a model takes fewer (or, of Keras, other) inputs than were given.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        return _Inference(source, project, inputs or ()).models(name)
    finally:
        sys.setrecursionlimit(limit)


class _Inference:
    """One file: its module body ran once, then every model runs for itself."""

    def __init__(self, source: Source, project: Project, inputs: Iterable[str]) -> None:
        self.shapes: tuple[Shape, ...] = tuple(parse_pattern(text).shape({}) for text in inputs)
        self.interpreter = Interpreter(source, project, seconds=SCRIPT_SECONDS)
        self.findings = Findings(self.interpreter)
        self.module, self.script = run_script(self.interpreter, source)
        self.script_unknown = self._not_understood()
        self.subjects = subjects(self.module, source)

    def models(self, name: str | None) -> list[Inferred]:
        """All models of the file, or the one of that name."""
        found: list[Inferred] = []
        known: set[tuple[Any, ...]] = set()
        built: set[int] = set()  # classes of which the file builds an instance that is shown
        vague: list[tuple[Inferred, Class]] = []
        for subject in self.subjects:
            if name not in (None, subject.name):
                continue
            if isinstance(subject.value, Layer) and name is None:
                continue
            for inferred, model in self._of(subject):
                content = (inferred.contract, tuple(row[1:] for row in inferred.rows))
                if name is None and inferred.rows and content in known and subject.kind != "class":
                    continue  # `net = Net()` says nothing that the class does not say
                known.add(content)
                found.append(inferred)
                if isinstance(model, Instance) and subject.kind != "class":
                    built.add(id(model.cls))
                elif isinstance(subject.value, Class) and _is_vague(inferred):
                    vague.append((inferred, subject.value))
        # A class that is not understood without its arguments, when it is built with arguments right here.
        hidden = [inferred for inferred, cls in vague if name is None and id(cls) in built]
        return [inferred for inferred in found if not any(inferred is entry for entry in hidden)]

    def _of(self, subject: Subject) -> list[tuple[Inferred, Value | None]]:
        value = subject.value
        if isinstance(value, Class):
            run = self._best(ShownRoot(value, self.shapes))
            return [(self._inferred(subject.name, run, (run.path,)), run.root.model)]
        if isinstance(value, Function):
            return self._of_function(subject.name, value)
        run = self._best(BuiltRoot(subject.name, lambda *_: value, self.shapes))
        if isinstance(value, Native) and not self.shapes and not run.unknown and "?" in _contract(run)[0]:
            run = run._replace(unknown=self.script_unknown)
        return [(self._inferred(subject.name, run, (self.script, run.path)), value)]

    def _of_function(self, name: str, function: Function) -> list[tuple[Inferred, Value | None]]:
        """The models that a function returns, called with its defaults and open sizes for the rest."""
        returned = self._returned(function)
        found: list[tuple[Inferred, Value | None]] = []
        for place, (suffix, _) in enumerate(first_models(returned)):

            def make(interpreter: Interpreter, path: Path, place: int = place) -> Value | None:
                models = first_models(_called(interpreter, function))
                return models[place][1] if place < len(models) else None

            run = self._best(BuiltRoot(name + suffix, make, self.shapes))
            if run.root.model is not None:
                found.append((self._inferred(name + suffix, run, (run.path,)), run.root.model))
        return found

    def _returned(self, function: Function) -> Value | None:
        results: list[Value] = []
        path = Path([], self.interpreter.nothing)
        self.interpreter.deadline = time.process_time() + SECONDS
        guarded(
            self.interpreter,
            self.findings,
            path,
            lambda: results.append(_called(self.interpreter, function)),
            quiet=True,
        )
        return results[0] if results else None

    def _run(self, root: ShownRoot, forced: list[bool] | None = None) -> _Run:
        path = Path(forced or [], self.interpreter.nothing)
        self.interpreter.places.places.clear()
        self.interpreter.deadline = time.process_time() + SECONDS
        self.findings.notes.clear()
        guarded(self.interpreter, self.findings, path, lambda: root.run(self.interpreter, path))
        unknown = self._not_understood()
        if path.ended and root.result is None:
            unknown = (*unknown, "the code raises an exception of its own for these arguments")
        return _Run(root, path, (*unknown, *self.findings.notes))

    def _best(self, root: ShownRoot) -> _Run:
        """The run at the ranks of the inputs at which it works, with batched layers rather than single samples."""
        best = self._run(root)
        worth = _worth(best)
        if not any(worth):
            return best
        others = [self._run(other) for other in root.alternatives() or ()]  # type: ignore[arg-type]  # its copies
        if worth[0]:
            for index in range(min(len(best.path.order), MOST_OTHER_WAYS)):
                answers = [answer for _, answer, _ in best.path.order]
                others.append(self._run(root._copy(), [*answers[:index], not answers[index]]))
        if worth[2]:
            others += [self._run(other.root.settled()) for other in (best, *others)]
        for other in others:
            if (rated := _worth(other)) < worth:
                best, worth = other, rated
        return best

    def _inferred(self, name: str, run: _Run, paths: tuple[Path, ...]) -> Inferred:
        root = run.root
        names = Names()
        table = Table(self.interpreter, paths, names)
        if root.model is not None:
            names.add(root.model)
        unused: list[str] = []
        if isinstance(root.model, Native) and root.model.name == "keras.Model":
            table.add_graph(root.model, root.replaced)
        else:
            table.add_run(root.began)
            if root.model is not None:
                table.add_weights(root.model)
                unused = table.unused(root.model)
        text, fails = _contract(run)
        rows = tuple(table.rows)
        unknown = run.unknown
        if fails is None:
            unknown, fails = (*unknown, text), False
            text = f"{_taken(run) or '?'} → ?"
        return Inferred(
            name,
            text,
            rows,
            _sum([row.parameters for row in rows]),
            _sum([row.macs for row in rows]),
            unknown,
            tuple(unused) if rows and not fails and "?" not in text else (),
            fails,
        )

    def _not_understood(self) -> tuple[str, ...]:
        unknown = self.interpreter.places.coverage().unknown
        return tuple(
            f"{reason} ({count})" if count > 1 else reason for reason, count in sorted(unknown.items())
        )


def _called(interpreter: Interpreter, function: Function) -> Value:
    """What a function returns for its defaults and unknown sizes for the rest."""
    named: dict[str, Value] = {}
    for parameter in arguments_without_default(function):
        key, kind = ("argument", parameter.arg), kind_of(parameter.annotation)
        named[parameter.arg] = Unknown(f"the argument {parameter.arg}", key, kind=kind)
    return interpreter.call(function, [], named, function.node, function.frame)


def _is_vague(inferred: Inferred) -> bool:
    return bool(inferred.unknown) and "?" in inferred.contract


def _sum(sizes: list[Size | None]) -> Size | None:
    known = [size for size in sizes if size is not None]
    return total(known) if len(known) == len(sizes) else None


def _worth(run: _Run) -> tuple[int, int, int]:
    """How bad a run is: it fails, layers see single samples, its result is unknown."""
    return (
        int(_failure(run.path) is not None),
        sum(_is_odd(record) for record, *_ in run.path.records[run.root.began :]),
        int(run.root.result is None or "?" in shown(run.root.result, run.path.system)),
    )


def _is_odd(record: Any) -> bool:
    """True for an operator that got another rank than the one it prefers: an image without a batch."""
    if not isinstance(record, Application) or not record.op.ranks:
        return False
    table = record.op.ranks
    for index, entry in enumerate(record.inputs):
        allowed = table[min(index, len(table) - 1)]
        shape = entry.shape if isinstance(entry, TensorValue) else None
        if allowed and shape is not None and len(shape) != allowed[0]:
            return True
    return False


def _failure(path: Path) -> tuple[Any, int, int] | None:
    """The first thing that cannot work with its place on the path, None where all can."""
    return next(
        (
            entry
            for entry in path.records
            if isinstance(entry[0], Blunder) or getattr(entry[0], "failed", None)
        ),
        None,
    )


def _taken(run: _Run) -> str:
    return ", ".join(shown(tensor, run.path.system) for tensor in run.root.inputs.values())


def _contract(run: _Run) -> tuple[str, bool | None]:
    """`(n, 3, h, w) → (n, 10) requires (h//2)*(w//2) = 3136`, and whether it fails.

    None: what cannot work hangs on conditions that are not known; the text is the reason.
    """
    root, system = run.root, run.path.system
    failed = _failure(run.path)
    if failed is not None:
        record, answers, doubt = failed
        sentence = record.message if isinstance(record, Blunder) else record.failed.sentence
        note = path_note(run.path, answers)
        if doubt > 1 or any(is_about_size(key) for key, *_ in run.path.order[:answers]):
            return f"the way taken {note}: {sentence}", None
        return f"{_taken(run) or '?'} fails{' ' + note if note else ''}: {sentence}", True
    text = f"{_taken(run) or '?'} → {shown(root.result, system)}"
    needs = [str(claim) for claim in needed(system.residual)]
    needs = [need for need in needs if "?" not in need]
    return (f"{text} requires {', '.join(needs)}" if needs else text), False
