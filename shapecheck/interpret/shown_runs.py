"""Runs of a shown model: how good one is beside others, and the contract that is read from it."""

from __future__ import annotations

from typing import Any, NamedTuple

from shapecheck.algebra import AnyOf, Differs, Equal, System, is_unknown, needed
from shapecheck.interpret.layer_rows import not_applied, shown
from shapecheck.interpret.paths import Path, is_about_size
from shapecheck.interpret.records import Application, Blunder
from shapecheck.interpret.roots import path_note
from shapecheck.interpret.showing import ShownRoot
from shapecheck.interpret.values import Native, TensorValue


class Run(NamedTuple):
    """One run of a root, and what was not understood in it."""

    root: ShownRoot
    path: Path
    unknown: tuple[str, ...]


def badness(run: Run) -> tuple[int, ...]:
    """How bad a run is: it fails, layers see single samples, shapes are unknown, sizes were taken for special ones.

    Of runs that are bad all the same, the one whose inputs have fewer axes is better; () < all others is a good one.
    """
    root, path = run.root, run.path
    records = [record for record, *_ in path.records[root.began :] if isinstance(record, Application)]
    unknown = int(root.result is None or "?" in shown(root.result, path.system))
    unknown += sum(_is_unsure(record) for record in records)
    if root.model is not None and not isinstance(root.model, Native):
        unknown += len(not_applied(root.model, applied(run)))
    special = sum(
        isinstance(key[1], Equal) is answer
        for key, answer, _ in path.order
        if isinstance(key, tuple) and key[0] == "claim" and isinstance(key[1], Equal | Differs)
    )
    special += any(isinstance(claim, AnyOf) for claim in path.system.residual)
    bad = (int(failure(path) is not None), sum(map(_is_odd, records)), unknown, special)
    axes = sum(len(tensor.shape or ()) for tensor in root.inputs.values())
    return (*bad, axes) if any(bad) else ()


def applied(run: Run) -> set[int]:
    """The layers that the run applied, by identity."""
    return {
        id(record.layer)
        for record, *_ in run.path.records[run.root.began :]
        if isinstance(record, Application)
    }


def takes_apart(run: Run) -> bool:
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


def failure(path: Path) -> tuple[Any, int, int] | None:
    """The first thing that cannot work with its place on the path, None where all can."""
    return next(
        (
            entry
            for entry in path.records
            if isinstance(entry[0], Blunder) or getattr(entry[0], "failed", None)
        ),
        None,
    )


def taken(run: Run) -> str:
    """The shapes of the inputs as text."""
    return ", ".join(shown(tensor, run.path.system) for tensor in run.root.inputs.values())


def contract(run: Run) -> tuple[str, bool | None]:
    """`(n, 3, h, w) → (n, 10) requires (h//2)*(w//2) = 3136`, and whether it fails.

    None: what cannot work hangs on conditions that are not known; the text is the reason.
    """
    root, system = run.root, run.path.system
    failed = failure(run.path)
    if failed is not None:
        record, answers, doubt = failed
        sentence = record.message if isinstance(record, Blunder) else record.failed.sentence
        note = path_note(run.path, answers)
        if doubt > 1 or any(is_about_size(key) for key, *_ in run.path.order[:answers]):
            return f"the way taken {note}: {sentence}", None
        return f"{taken(run) or '?'} fails{' ' + note if note else ''}: {sentence}", True
    text = f"{taken(run) or '?'} → {shown(root.result, system)}"
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
