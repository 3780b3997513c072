"""Symbolic integers, three-valued proofs, shapes, the pattern language and solving.

Everything public is here. A constant is always a plain int, so concrete shapes never pay for symbols.
"""

from .claims import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    Claim,
    Differs,
    Divides,
    Equal,
    Indivisible,
)
from .dim import Dim, Size
from .division import ceildiv, floordiv, maximum, minimum, mod
from .evaluation import MissingSymbolError, evaluate, substitute
from .interval import bounds
from .naming import free_symbols, is_unknown, product, symbol, symbols, total, unknown
from .proof import Proof, at_least, divides, equal, positive
from .shape import Shape
from .solving import Intervals, solve
from .system import System
from .tidying import needed
from .witnesses import witness

_LAZY = {
    "Axis": "pattern",
    "AnyAxis": "pattern",
    "BoundAxis": "pattern",
    "BroadcastAxis": "pattern",
    "Contract": "pattern",
    "GroupAxis": "pattern",
    "OptionalAxis": "pattern",
    "Pattern": "pattern",
    "ProductAxis": "pattern",
    "SizeAxis": "pattern",
    "parse_contract": "reading",
    "parse_pattern": "reading",
    "Binding": "binding",
    "Failure": "binding",
    "PatternError": "tokens",
    "parse_claim": "expressions",
    "parse_size": "expressions",
    "reduced": "reducing",
}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .binding import Binding, Failure
    from .expressions import parse_claim, parse_size
    from .pattern import (
        AnyAxis,
        Axis,
        BoundAxis,
        BroadcastAxis,
        Contract,
        GroupAxis,
        OptionalAxis,
        Pattern,
        ProductAxis,
        SizeAxis,
    )
    from .reading import parse_contract, parse_pattern
    from .reducing import reduced
    from .tokens import PatternError


def __getattr__(name: str) -> object:
    # What sizes and proofs do not need is loaded when it is first used: the pattern language, tidier texts.
    module = _LAZY.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


__all__ = [
    "ALWAYS",
    "NEVER",
    "AllOf",
    "AnyAxis",
    "AnyOf",
    "AtLeast",
    "Axis",
    "Binding",
    "BoundAxis",
    "BroadcastAxis",
    "Claim",
    "Contract",
    "Differs",
    "Dim",
    "Divides",
    "Equal",
    "Failure",
    "GroupAxis",
    "Indivisible",
    "Intervals",
    "MissingSymbolError",
    "OptionalAxis",
    "Pattern",
    "PatternError",
    "ProductAxis",
    "Proof",
    "Shape",
    "Size",
    "SizeAxis",
    "System",
    "at_least",
    "bounds",
    "ceildiv",
    "divides",
    "equal",
    "evaluate",
    "floordiv",
    "free_symbols",
    "is_unknown",
    "maximum",
    "minimum",
    "mod",
    "needed",
    "parse_claim",
    "parse_contract",
    "parse_pattern",
    "parse_size",
    "positive",
    "product",
    "reduced",
    "solve",
    "substitute",
    "symbol",
    "symbols",
    "total",
    "unknown",
    "witness",
]
