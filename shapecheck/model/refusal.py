"""Why a backend cannot build an operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Proof
from shapecheck.backend import BackendError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.ops.base import Need, Op


class Unsupported(BackendError):
    """The framework has nothing that does this; the sentence says what. Who knows the node puts its name in front."""


def refuse_failed(op: Op, needs: Iterable[Need]) -> None:
    """Unsupported with the sentence of the first need of a dialect that is proven not to hold."""
    for need in needs:
        if need.claim.proof() is Proof.NO:
            raise Unsupported(need.told(op.label))


def whole_number(size: object, what: str) -> int:
    """A size that must be a number when the model is built."""
    if not isinstance(size, int):
        raise Unsupported(f"{what} is {size}, which build(dims=...) must fix")
    return size
