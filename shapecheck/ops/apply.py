"""Applying an operator: check its needs in order, under what is assumed, and compute what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import Proof

if TYPE_CHECKING:
    from shapecheck.algebra import Shape, System
    from shapecheck.ops.base import Need, Op


class Outcome(NamedTuple):
    """What applying an operator gave.

    `out` is the shape or nested tuple of shapes, None when a need failed or, with `failed` None, when not even the rank
    or the number of the outputs is known; `failed` is the need that is proven not to
    hold, `open` are the needs that are neither proven nor refuted and must be assumed from here on.
    """

    out: Any
    failed: Need | None
    open: tuple[Need, ...]


def apply(op: Op, *inputs: Shape | None, system: System | None = None) -> Outcome:
    """Check `op` on canonical input shapes and compute its output; an absent optional input is None.

    Stops at the first need that is proven not to hold: later needs may rely on it. Open needs are assumed while the
    later ones are decided, so that needs which exclude each other are found.
    """
    pending: list[Need] = []
    for need in op.all_needs(*inputs):
        proof = need.claim.proof()
        if proof is Proof.UNKNOWN and system is not None:
            proof = system.decide_briefly(need.claim)  # what takes a search is seen when it is assumed
        if proof is Proof.NO:
            return Outcome(None, need, tuple(pending))
        if proof is Proof.UNKNOWN:
            pending.append(need)
            if system is not None:
                system = system.assume(need.claim)
                if system.contradiction:
                    return Outcome(None, need, tuple(pending))
    for claim in op.presumes(*inputs):
        if claim.proof() is not Proof.YES and (system is None or system.decide(claim) is not Proof.YES):
            return Outcome(None, None, tuple(pending))
    return Outcome(op.out(*inputs), None, tuple(pending))
