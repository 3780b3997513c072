"""Declarations: what a contract says of a function, read from its decorator or its annotations.

    declare(parameters, "n t c -> n k", {}) -> Declaration        the arguments of @contract
    read_annotation(node, resolve) -> Structure                   one jaxtyping annotation, as syntax

Read by the linter and by the run-time wrapper alike; needs no live function and imports no framework.
"""

from shapecheck.declarations.declaration import Declaration, Parameters, declare
from shapecheck.declarations.structure import (
    Anything,
    Each,
    Fixed,
    Named,
    One,
    Structure,
    read_structure,
)

__all__ = [
    "Anything",
    "Declaration",
    "Each",
    "Fixed",
    "Named",
    "One",
    "Parameters",
    "Structure",
    "declare",
    "read_structure",
]
