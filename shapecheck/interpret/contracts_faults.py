"""Contracts that are wrong in themselves: a text that cannot be read, or one that no sizes can meet."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.algebra import AtLeast, Dim, Equal, PatternError, System
from shapecheck.algebra.pattern import BoundAxis, SizeAxis
from shapecheck.algebra.tidying import tidied
from shapecheck.declarations import Fixed, Named, One
from shapecheck.interpret.failures import fail
from shapecheck.interpret.records import Blunder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Pattern
    from shapecheck.declarations import Structure
    from shapecheck.interpret.contracts import StaticContract
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Function

MALFORMED, IMPOSSIBLE = "SHP204", "SHP203"


def malformed(interpreter: Interpreter, error: Exception, node: ast.AST, frame: Frame) -> None:
    """Report a contract that raises when it is made."""
    help: tuple[str, ...] = ()
    message = str(error)
    if isinstance(error, PatternError):
        message, node = _with_caret(error), _place(error, node, frame.source)
        help = (error.hint,) if error.hint else ()
    record = Blunder(MALFORMED, message, node, frame.source, tuple(interpreter.path.frames), (), help)
    fail(interpreter, record)


def _with_caret(error: PatternError) -> str:
    """The reason, then the text with a caret under the place."""
    line = error.text.replace("\n", " ").replace("\t", " ")
    return f"{error.reason}\n  {line}\n  {' ' * error.position}^"


def _place(error: PatternError, node: ast.AST, source: Source) -> ast.AST:
    """The character that cannot be read, where the text stands in one piece in the source; else the whole node."""
    for entry in ast.walk(node):
        if isinstance(entry, ast.Constant) and entry.value == error.text and entry.lineno == entry.end_lineno:
            written = source.segment(entry)
            if written[1:-1] == error.text and written.isascii():
                column = entry.col_offset + 1 + error.position
                return ast.Constant(
                    value="",
                    lineno=entry.lineno,
                    col_offset=column,
                    end_lineno=entry.lineno,
                    end_col_offset=column + 1,
                )
    return node


def report_impossible(
    interpreter: Interpreter, contract: StaticContract, function: Function, frame: Frame
) -> None:
    """Report a contract that no call, or no result, can keep."""
    path = interpreter.path
    known: tuple[str | None] | None = getattr(contract.node, "impossible", None)
    if known is None:
        known = (impossible(contract.declaration.inputs, contract.declaration.returns, contract),)
        contract.node.impossible = known  # type: ignore[attr-defined]  # kept with the node it is about
    message = known[0] or _contradicted(contract, function)
    if message is not None:
        path.record(Blunder(IMPOSSIBLE, message, contract.node, frame.source, tuple(path.frames)))


def impossible(
    inputs: tuple[tuple[str, Structure], ...], returns: Structure | None, contract: StaticContract
) -> str | None:
    """Why no sizes can meet a contract, None where some may."""
    system = System()
    constraints = contract.declaration.constraints
    claims = [*_required(structure for _, structure in inputs), *constraints]
    found = _excluded(system, claims)
    if found is None and returns is not None:
        found = _excluded(system, [*claims, *_required((returns,))])
    return None if found is None else f"the contract of {contract.function} can never hold: {found}"


def _excluded(system: System, claims: list[Claim]) -> str | None:
    for claim in claims:
        system = system.assume(claim)
    if not system.contradiction:
        return None
    clash = [str(tidied(claim)) for claim in system.conflict]
    if len(clash) == 1:
        return f"{clash[0]} is true of no sizes"
    return f"{', '.join(clash[:-1])} and {clash[-1]} exclude each other"


def _required(structures: Iterator[Structure] | tuple[Structure, ...]) -> Iterator[Claim]:
    """What must hold of the names in every call: the claims of the tensors that are always there."""
    for structure in structures:
        if structure.optional:
            continue
        if isinstance(structure, One):
            yield from _of_pattern(structure.pattern)
        elif isinstance(structure, Fixed):
            yield from _required(structure.items)
        elif isinstance(structure, Named):
            yield from _required(tuple(entry for _, entry in structure.entries))


def _of_pattern(pattern: Pattern) -> Iterator[Claim]:
    yield from pattern.constraints
    for axis in pattern.axes:
        if isinstance(axis, BoundAxis):
            yield Equal(axis.symbol, axis.size)
        elif type(axis) is SizeAxis and (not isinstance(axis.size, Dim) or axis.size.constant):
            yield AtLeast(axis.size, 0)


def _contradicted(contract: StaticContract, function: Function) -> str | None:
    """Where the array types on the signature say something else than the contract above it."""
    if not contract.source.jaxtyped:
        return None
    from shapecheck.interpret.contracts_annotations import annotated
    from shapecheck.interpret.contracts_entry import disagreement

    written = annotated(function, kind=contract.kind)
    return None if written is None else disagreement(contract, written)
