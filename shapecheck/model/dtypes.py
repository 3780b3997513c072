"""Whether a tensor holds floats or whole numbers, and which layers take which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.model.errors import ModelError
from shapecheck.model.vocabulary import MOVERS
from shapecheck.ops.linear import Embedding
from shapecheck.ops.wrappers import TimeDistributed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.ops.base import Op

_WHOLE = ("int", "uint", "long", "short")
_FLOATS = ("float", "bfloat", "half", "double")


def checked_dtype(written: str | None, pattern: str) -> str:
    """ "float" or "int" for the dtype of an input's pattern; floats where it says none."""
    if written is None or written.startswith(_FLOATS):
        return "float"
    if written.startswith(_WHOLE):
        return "int"
    raise ModelError(f"an input holds floats or whole numbers, {pattern!r} says {written}")


def inner_of(op: Op) -> Op:
    """The operator that works at each step, or the operator itself."""
    inner = op.inner if isinstance(op, TimeDistributed) else op
    return inner if not isinstance(inner, tuple) else op


def given_dtypes(op: Op, dtypes: Mapping[str, str], name: str, place: str) -> None:
    """ModelError where floats go into a lookup, or whole numbers into what computes."""
    inner = inner_of(op)
    where = f"{place} {name!r}".strip()
    for reference, dtype in dtypes.items():
        if isinstance(inner, Embedding) and dtype != "int":
            raise ModelError(
                f"Embedding looks up whole numbers, {reference!r} holds floats",
                place=where,
                help='declare the input with its dtype, as in "n t:int"',
                node=name,
            )
        if dtype == "int" and not isinstance(inner, (Embedding, *MOVERS)):
            raise ModelError(
                f"{inner.label} works on floats, {reference!r} holds whole numbers",
                place=where,
                help="put ops.Embedding(count, units) before it",
                node=name,
            )
    if len(set(dtypes.values())) > 1:
        raise ModelError(f"{inner.label} cannot join floats and whole numbers", place=where, node=name)


def dtype_of(op: Op, output: int, given: Sequence[str]) -> str:
    """The dtype of an output of the operator, counted from 0."""
    inner = inner_of(op)
    if output == 1 and inner.__dict__.get("indices"):
        return "int"
    return given[0] if given and isinstance(inner, MOVERS) else "float"
