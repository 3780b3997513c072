"""What a model asks of its symbols, as claims that a reader can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Equal, needed, symbol

if TYPE_CHECKING:
    from shapecheck.algebra import Claim, System


def all_requirements(system: System) -> tuple[Claim, ...]:
    """Solved symbols as equations, then what remains."""
    solved = tuple(Equal(symbol(name), size) for name, size in system.bindings.items())
    return solved + needed(system.residual)
