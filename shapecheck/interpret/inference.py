"""Inferred contracts: what a model takes, gives and requires, and its layers one by one, without running it."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import parse_pattern, substitute, symbol, total
from shapecheck.interpret.interpreter import Interpreter
from shapecheck.interpret.layer_names import Names
from shapecheck.interpret.layer_rows import Row, Table, not_applied
from shapecheck.interpret.paths import Path
from shapecheck.interpret.roots import RECURSION, Findings, guarded
from shapecheck.interpret.showing import BuiltRoot, InputsError, ShownRoot, first_models
from shapecheck.interpret.shown_runs import Run, applied, badness, contract, failure, taken, takes_apart
from shapecheck.interpret.subjects import arguments_without_default, run_script, subjects
from shapecheck.interpret.symbolic import constructor_arguments, is_model_class, kind_of
from shapecheck.interpret.values import Class, Function, Instance, Layer, Native, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecheck.algebra import Shape, Size
    from shapecheck.interpret.project import Project
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.subjects import Subject
    from shapecheck.interpret.values import Value

__all__ = ["Inferred", "InputsError", "Row", "infer_source"]

SCRIPT_SECONDS = 10.0
SECONDS = 10.0  # of one model
MOST_SECONDS_TO_CHOOSE = 3.0  # between the ways in which one model may be called
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
            plain = is_model_class(value)
            root = (
                ShownRoot(value, self.shapes) if plain else BuiltRoot(value.name, _maker(value), self.shapes)
            )
            run = self._best(root)
            return [(self._inferred(subject.name, run, (run.path,)), run.root.model)]
        if isinstance(value, Function):
            return self._of_function(subject.name, value)
        run = self._best(BuiltRoot(subject.name, lambda *_: value, self.shapes))
        if isinstance(value, Native) and not self.shapes and not run.unknown and "?" in contract(run)[0]:
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

    def _run(self, root: ShownRoot, forced: list[bool] | None = None) -> Run:
        path = Path(forced or [], self.interpreter.nothing)
        self.interpreter.places.places.clear()
        self.interpreter.deadline = time.process_time() + SECONDS
        self.findings.notes.clear()
        guarded(self.interpreter, self.findings, path, lambda: root.run(self.interpreter, path))
        unknown = self._not_understood()
        if path.ended and root.result is None:
            unknown = (*unknown, "the code raises an exception of its own for these arguments")
        return Run(root, path, (*unknown, *self.findings.notes))

    def _best(self, root: ShownRoot) -> Run:
        """The run at the ranks of the inputs at which it works, with batched layers rather than single samples."""
        began = time.process_time()
        best = self._run(root)
        least = badness(best)
        for others in (self._other_ranks, self._other_ways, self._settled, self._guessed):
            if not least or time.process_time() - began > MOST_SECONDS_TO_CHOOSE:
                break
            for other in others(best):
                if (rated := badness(other)) < least:
                    best, least = other, rated
        return best

    def _other_ranks(self, run: Run) -> list[Run]:
        return [self._run(other) for other in run.root.other_ranks()]

    def _other_ways(self, run: Run) -> list[Run]:
        """Each unknown condition on the way answered otherwise."""
        answers = [answer for _, answer, _ in run.path.order]
        return [
            self._run(run.root._copy(), [*answers[:index], not answers[index]])
            for index in range(min(len(answers), MOST_OTHER_WAYS))
        ]

    def _settled(self, run: Run) -> list[Run]:
        """With ranks known before code reads sizes; where other ranks work as well, with these too."""
        return [
            self._run(run.root.settled()),
            *(self._run(other) for other in run.root.settled_alternatives()),
        ]

    def _guessed(self, run: Run) -> list[Run]:
        """With ranks for inputs that nothing says the rank of: some operators take any."""
        runs = [self._run(other) for other in run.root.guesses()]
        return [run for run in runs if not takes_apart(run)]

    def _inferred(self, name: str, run: Run, paths: tuple[Path, ...]) -> Inferred:
        root = run.root
        names = Names()
        table = Table(self.interpreter, paths, names)
        if root.model is not None:
            names.add(root.model)
        unused: list[str] = []
        if isinstance(root.model, Native) and root.model.name == "keras.Model":
            if failure(run.path) is None:
                table.add_graph(root.model, root.replaced)
        else:
            table.add_run(root.began)
            if root.model is not None and failure(run.path) is None:
                table.add_weights(root.model)
                unused = not_applied(root.model, applied(run))
        text, fails = contract(run)
        rows = tuple(table.rows)
        unknown = run.unknown
        if fails is None:
            unknown, fails = (*unknown, text), False
            text = f"{taken(run) or '?'} → ?"
        return _with_plain_batch(
            Inferred(
                name,
                text,
                rows,
                _sum([row.parameters for row in rows]),
                _sum([row.macs for row in rows]),
                unknown,
                tuple(unused) if rows and not fails and "?" not in text else (),
                fails,
            )
        )

    def _not_understood(self) -> tuple[str, ...]:
        unknown = self.interpreter.places.coverage().unknown
        return tuple(
            f"{reason} ({count})" if count > 1 else reason for reason, count in sorted(unknown.items())
        )


def _with_plain_batch(model: Inferred) -> Inferred:
    """The same with the batch called n where the code that builds the model has taken that name for another."""
    texts = [model.contract, *(f"{row.shape} {row.parameters} {row.macs}" for row in model.rows)]
    names = set(re.findall(r"[^\W\d]\w*", " ".join(texts)))
    numbered = [name for name in names if re.fullmatch(r"n_\d+", name)]
    if "n" in names or len(numbered) != 1:
        return model
    (old,) = numbered
    plain = {old: symbol("n")}

    def text(shown: str) -> str:
        return re.sub(rf"\b{old}\b", "n", shown)

    def size(count: Size | None) -> Size | None:
        return substitute(count, plain) if count is not None else None

    rows = tuple(
        row._replace(shape=text(row.shape), parameters=size(row.parameters), macs=size(row.macs))
        for row in model.rows
    )
    return model._replace(
        contract=text(model.contract), rows=rows, parameters=size(model.parameters), macs=size(model.macs)
    )


def _called(interpreter: Interpreter, function: Function) -> Value:
    """What a function returns for its defaults and unknown sizes for the rest."""
    named: dict[str, Value] = {}
    for parameter in arguments_without_default(function):
        key, kind = ("argument", parameter.arg), kind_of(parameter.annotation)
        named[parameter.arg] = Unknown(f"the argument {parameter.arg}", key, kind=kind)
    return interpreter.call(function, [], named, function.node, function.frame)


def _maker(cls: Class) -> Callable[[Interpreter, Path], Value]:
    """Makes an instance, with unknown sizes for what the constructor must be given."""

    def make(interpreter: Interpreter, path: Path) -> Value:
        assert cls.node is not None and cls.frame is not None
        found = cls.find("__init__")
        named: dict[str, Value] = {}
        if found is not None and isinstance(found[0], Function):
            named = constructor_arguments(interpreter, found[0], general=False)
        return interpreter.call(cls, [], named, cls.node, cls.frame)

    return make


def _is_vague(inferred: Inferred) -> bool:
    return bool(inferred.unknown) and "?" in inferred.contract


def _sum(sizes: list[Size | None]) -> Size | None:
    known = [size for size in sizes if size is not None]
    return total(known) if len(known) == len(sizes) else None
