"""Inferred contracts: what a model class takes, gives and requires, and its layers one by one, without running it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import AtLeast, Dim, Shape, free_symbols, parse_pattern, product, total
from shapecheck.interpret.imports import run_aside
from shapecheck.interpret.interpreter import Interpreter
from shapecheck.interpret.paths import Path
from shapecheck.interpret.records import Application, Blunder
from shapecheck.interpret.roots import RECURSION, Findings, guarded, model_classes
from shapecheck.interpret.symbolic import ClassRoot, forward_of
from shapecheck.interpret.values import (
    Container,
    Instance,
    Layer,
    Mapping,
    Module,
    Native,
    Sequence,
    TensorValue,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecheck.algebra import Claim, Size, System
    from shapecheck.interpret.project import Project
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Class, Value

SECONDS = 20.0
DEEPEST = 24


class Row(NamedTuple):
    """One application of a layer: where it hangs in the model, what it is, what comes out, what it costs."""

    path: str
    callee: str
    operator: str
    shape: str
    parameters: Size | None
    macs: Size | None


class Inferred(NamedTuple):
    """A model class: its contract in one line, its layers, the sums, and what was not understood."""

    name: str
    contract: str
    rows: tuple[Row, ...]
    parameters: Size | None
    macs: Size | None
    unknown: tuple[str, ...]


def infer_source(
    source: Source, class_name: str | None, project: Project, inputs: Iterable[str] | None = None
) -> list[Inferred]:
    """Infer each model class of a file, or the one named; `inputs` are patterns for its arguments in order."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        interpreter = Interpreter(source, project, seconds=SECONDS)
        module = Module("__main__", source, {}, path=source.path)
        module.started = True
        findings = Findings(interpreter)
        guarded(interpreter, findings, Path([], interpreter.nothing), lambda: run_aside(interpreter, module))
        classes = [cls for cls in model_classes(module, source) if class_name in (None, cls.name)]
        return [_infer(interpreter, findings, cls, list(inputs or ())) for cls in classes]
    finally:
        sys.setrecursionlimit(limit)


def _infer(interpreter: Interpreter, findings: Findings, cls: Class, inputs: list[str]) -> Inferred:
    root = ClassRoot(cls)
    root.given = _given(cls, inputs) or None
    path = _run(interpreter, findings, root)
    if _failure(path) is not None:
        # The preferred rank of an input need not be the one that the model is for.
        for other in root.alternatives() or ():
            attempt = _run(interpreter, findings, other)
            if _failure(attempt) is None:
                root, path = other, attempt
                break
    names = dict(_layer_paths(root.instance)) if root.instance is not None else {}
    rows, seen, missing = [], set(), False
    for record, *_ in path.records:
        if isinstance(record, Application) and record.layer is not None and record.inputs:
            row = _row(record, names, path.system, first=id(record.layer) not in seen)
            seen.add(id(record.layer))
            missing = missing or row.parameters is None
            rows.append(row)
    rows.extend(_loose_parameters(root.instance, names))
    parameters = None if missing else total([row.parameters for row in rows if row.parameters is not None])
    macs = None if missing else total([row.macs for row in rows if row.macs is not None])
    unknown = interpreter.places.coverage().unknown
    reasons = tuple(
        f"{reason} ({count})" if count > 1 else reason for reason, count in sorted(unknown.items())
    )
    return Inferred(cls.name, _contract(root, path), tuple(rows), parameters, macs, reasons)


def _run(interpreter: Interpreter, findings: Findings, root: ClassRoot) -> Path:
    path = Path([], interpreter.nothing)
    interpreter.places.places.clear()
    guarded(interpreter, findings, path, lambda: root.run(interpreter, path))
    return path


def _failure(path: Path) -> Any:
    """The first thing that cannot work, None where all can."""
    return next(
        (
            record
            for record, *_ in path.records
            if isinstance(record, Blunder) or getattr(record, "failed", None)
        ),
        None,
    )


def _given(cls: Class, inputs: list[str]) -> dict[str, Shape]:
    """The patterns by the parameter of `forward` that they describe."""
    forward = forward_of(cls)
    if forward is None:
        return {}
    parameters = forward.node.args.args[1:]
    return {
        parameter.arg: parse_pattern(text).shape({})
        for parameter, text in zip(parameters, inputs, strict=False)
    }


def _contract(root: ClassRoot, path: Path) -> str:
    """`(n, 3, h, w) → (n, 10) requires (h//2)*(w//2) = 3136`."""
    failed = _failure(path)
    taken = ", ".join(_shown(tensor, path.system) for tensor in root.inputs.values())
    if failed is not None:
        sentence = failed.message if isinstance(failed, Blunder) else failed.failed.sentence
        return f"{taken or '?'} fails: {sentence}"
    text = f"{taken or '?'} → {_shown(root.result, path.system) if root.result is not None else '?'}"
    needs = _requirements(path.system)
    return f"{text} requires {', '.join(needs)}" if needs else text


def _requirements(system: System) -> list[str]:
    """What must hold of the sizes, without what a stricter bound says already."""
    found: list[Claim] = list(system.residual)
    lowest: dict[Size, int] = {}
    for claim in found:
        if isinstance(claim, AtLeast) and isinstance(claim.b, int):
            lowest[claim.a] = max(claim.b, lowest.get(claim.a, claim.b))
    kept = [
        claim
        for claim in found
        if not (isinstance(claim, AtLeast) and isinstance(claim.b, int))
        or (claim.b == lowest[claim.a] and not _follows(claim.a, claim.b))
    ]
    return list(dict.fromkeys(str(claim) for claim in kept if "?" not in str(claim)))


def _follows(size: Size, low: int) -> bool:
    """True for a bound that every size meets."""
    return low <= 1 and isinstance(size, Dim) and len(free_symbols(size)) == 1 and str(size).isidentifier()


def _shown(value: Value | None, system: System) -> str:
    if isinstance(value, TensorValue):
        return "?" if value.shape is None else str(Shape(*(system.simplify(size) for size in value.shape)))
    if isinstance(value, Sequence) and value.items is not None and value.kind != "size":
        return f"({', '.join(_shown(entry, system) for entry in value.items)})"
    if isinstance(value, Mapping) and value.entries is not None:
        return f"{{{', '.join(f'{key}: {_shown(entry, system)}' for key, entry in value.entries.items())}}}"
    return "?"


def _row(record: Application, names: dict[int, str], system: System, *, first: bool) -> Row:
    shapes = [entry.shape if isinstance(entry, TensorValue) else None for entry in record.inputs]
    layer = record.layer
    assert layer is not None
    callee = names.get(id(layer), "")
    shape = _output_text(record.outputs, system)
    try:
        weights = record.op.weights(*shapes)
        parameters: Size | None = system.simplify(total([product(weight) for weight in weights.values()]))
        macs: Size | None = system.simplify(record.op.macs(*shapes))
    except (ArithmeticError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError):
        parameters = macs = None  # an operator without a rule for its weights: shown as unknown
    return Row(
        callee, record.name, record.op.label, shape, parameters if first or parameters is None else 0, macs
    )


def _output_text(outputs: Any, system: System) -> str:
    if isinstance(outputs, tuple):
        return ", ".join(_output_text(entry, system) for entry in outputs)
    return _shown(outputs, system)


def _children(value: Value) -> list[tuple[str, Value]]:
    if isinstance(value, Instance):
        found = list(value.attributes.items())
        return [*found, *_children(value.native)] if value.native is not None else found
    if isinstance(value, Container):
        return list((value.entries or {}).items())
    if isinstance(value, Sequence):
        return [(str(index), entry) for index, entry in enumerate(value.items or ())]
    if isinstance(value, Mapping):
        return [(str(key), entry) for key, entry in (value.entries or {}).items()]
    if isinstance(value, Native):
        return [
            (name, entry)
            for name, entry in value.data.items()
            if isinstance(entry, Sequence | Layer | Container | Mapping)
        ]
    return []


def _walk(instance: Instance) -> Iterator[tuple[Value, str]]:
    """Everything that hangs on an instance, with its dotted path, once each."""
    seen: set[int] = set()
    pending: list[tuple[Value, str, int]] = [(instance, "", 0)]
    while pending:
        value, path, depth = pending.pop()
        if id(value) in seen or depth > DEEPEST:
            continue
        seen.add(id(value))
        yield value, path
        inner = [(entry, f"{path}.{name}" if path else name, depth + 1) for name, entry in _children(value)]
        pending.extend(reversed(inner))


def _layer_paths(instance: Instance) -> Iterator[tuple[int, str]]:
    for value, path in _walk(instance):
        if isinstance(value, Layer):
            yield id(value), path


def _loose_parameters(instance: Instance | None, names: dict[int, str]) -> list[Row]:
    """Parameters that no layer holds: `self.position = nn.Parameter(…)`."""
    if instance is None:
        return []
    return [
        Row(path, "torch.nn.Parameter", "parameter", str(value.shape), product(value.shape), 0)
        for value, path in _walk(instance)
        if isinstance(value, TensorValue) and value.kind == "parameter" and value.shape is not None
    ]
