"""Inferred contracts: what a model takes, gives and requires, and its layers one by one, without running it."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import AnyOf, Differs, Equal, System, is_unknown, needed, parse_pattern, total
from shapecheck.interpret.interpreter import Interpreter
from shapecheck.interpret.layer_names import Names
from shapecheck.interpret.layer_rows import Row, Table, not_applied, shown
from shapecheck.interpret.paths import Path, is_about_size
from shapecheck.interpret.records import Application, Blunder
from shapecheck.interpret.roots import RECURSION, Findings, guarded, path_note
from shapecheck.interpret.showing import BuiltRoot, InputsError, ShownRoot, first_models
from shapecheck.interpret.subjects import arguments_without_default, run_script, subjects
from shapecheck.interpret.symbolic import constructor_arguments, is_model_class, kind_of
from shapecheck.interpret.values import Class, Function, Instance, Layer, Native, TensorValue, Unknown

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
            plain = is_model_class(value)
            root = (
                ShownRoot(value, self.shapes) if plain else BuiltRoot(value.name, _maker(value), self.shapes)
            )
            run = self._best(root)
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
        began = time.process_time()
        best = self._run(root)
        worth = _worth(best)
        for others in (self._other_ranks, self._other_ways, self._settled, self._guessed):
            if not worth or time.process_time() - began > MOST_SECONDS_TO_CHOOSE:
                break
            for other in others(best):
                if (rated := _worth(other)) < worth:
                    best, worth = other, rated
        return best

    def _other_ranks(self, run: _Run) -> list[_Run]:
        return [self._run(other) for other in run.root.other_ranks()]

    def _other_ways(self, run: _Run) -> list[_Run]:
        """Each unknown condition on the way answered otherwise."""
        answers = [answer for _, answer, _ in run.path.order]
        return [
            self._run(run.root._copy(), [*answers[:index], not answers[index]])
            for index in range(min(len(answers), MOST_OTHER_WAYS))
        ]

    def _settled(self, run: _Run) -> list[_Run]:
        """With ranks known before code reads sizes; where other ranks work as well, with these too."""
        return [
            self._run(run.root.settled()),
            *(self._run(other) for other in run.root.settled_alternatives()),
        ]

    def _guessed(self, run: _Run) -> list[_Run]:
        """With ranks for inputs that nothing says the rank of: some operators take any."""
        runs = [self._run(other) for other in run.root.guesses()]
        return [run for run in runs if not _takes_apart(run)]

    def _inferred(self, name: str, run: _Run, paths: tuple[Path, ...]) -> Inferred:
        root = run.root
        names = Names()
        table = Table(self.interpreter, paths, names)
        if root.model is not None:
            names.add(root.model)
        unused: list[str] = []
        if isinstance(root.model, Native) and root.model.name == "keras.Model":
            if _failure(run.path) is None:
                table.add_graph(root.model, root.replaced)
        else:
            table.add_run(root.began)
            if root.model is not None and _failure(run.path) is None:
                table.add_weights(root.model)
                unused = not_applied(root.model, _applied(run))
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


def _worth(run: _Run) -> tuple[int, ...]:
    """How bad a run is: it fails, layers see single samples, shapes are unknown, sizes were taken for special ones.

    Of runs that are bad all the same, the one whose inputs have fewer axes is better; () < all others is a good one.
    """
    root, path = run.root, run.path
    records = [record for record, *_ in path.records[root.began :] if isinstance(record, Application)]
    unknown = int(root.result is None or "?" in shown(root.result, path.system))
    unknown += sum(_is_unsure(record) for record in records)
    if root.model is not None and not isinstance(root.model, Native):
        unknown += len(not_applied(root.model, _applied(run)))
    special = sum(
        isinstance(key[1], Equal) is answer
        for key, answer, _ in path.order
        if isinstance(key, tuple) and key[0] == "claim" and isinstance(key[1], Equal | Differs)
    )
    special += any(isinstance(claim, AnyOf) for claim in path.system.residual)
    bad = (int(_failure(path) is not None), sum(map(_is_odd, records)), unknown, special)
    axes = sum(len(tensor.shape or ()) for tensor in root.inputs.values())
    return (*bad, axes) if any(bad) else ()


def _applied(run: _Run) -> set[int]:
    return {
        id(record.layer)
        for record, *_ in run.path.records[run.root.began :]
        if isinstance(record, Application)
    }


def _takes_apart(run: _Run) -> bool:
    """True where code picks entries of an input: a list of inputs looks like that, a batch is used as a whole."""
    inputs = {id(tensor) for tensor in run.root.inputs.values()}
    return any(
        isinstance(record, Application)
        and record.layer is None
        and any(id(entry) in inputs for entry in record.inputs)
        and any(
            isinstance(entry, TensorValue) and entry.shape == given.shape[1:]
            for entry in (record.outputs if isinstance(record.outputs, tuple) else (record.outputs,))
            for given in record.inputs[:1]
        )
        for record, *_ in run.path.records
    )


def _is_unsure(record: Application) -> bool:
    """True where a layer got a shape in which some size is unknown."""
    return record.layer is not None and any(
        isinstance(entry, TensorValue) and entry.shape is not None and any(map(is_unknown, entry.shape))
        for entry in record.inputs
    )


def _is_odd(record: Application) -> bool:
    """True for an operator that got another rank than the one it prefers: an image without a batch."""
    if not record.op.ranks:
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
    needs, chosen = _requirements(run.path)
    when = f" when {', '.join(chosen)}" if chosen else ""
    return f"{text}{when}" + (f" requires {', '.join(needs)}" if needs else ""), False


def _requirements(path: Path) -> tuple[list[str], list[str]]:
    """What must hold for it to work, and what was taken to hold where the code asks."""
    plain = System()
    for claim, *_ in path.assumed:
        plain = plain.assume(claim)
    required = {str(claim) for claim in needed(plain.residual)}
    every = [str(claim) for claim in needed(path.system.residual)]
    known = [claim for claim in every if "?" not in claim]
    decided = any(isinstance(key, tuple) and key[0] == "claim" for key, *_ in path.order)
    if not decided:
        return known, []
    return [claim for claim in known if claim in required], [
        claim for claim in known if claim not in required
    ]
