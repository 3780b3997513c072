"""Sizes and claims of the algebra written as Python expressions over local variables."""

from __future__ import annotations

from shapecheck.algebra import (
    ALWAYS,
    AllOf,
    AnyOf,
    AtLeast,
    Claim,
    Differs,
    Dim,
    Divides,
    Equal,
    Indivisible,
    Size,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.algebra.dim import Atom


def size_code(size: Size, variables: Mapping[str, str]) -> str:
    """The expression whose value is the size, e.g. "2 * h + 1"; `variables` says where each name lives."""
    if not isinstance(size, Dim):
        return str(size)
    parts = []
    for monomial, count in size.terms:
        factors = [_atom_code(atom, variables) for atom in monomial]
        if abs(count) != 1:
            factors.insert(0, str(abs(count)))
        parts.append(("- " if count < 0 else "+ ") + " * ".join(factors))
    if size.constant:
        parts.append(f"{'-' if size.constant < 0 else '+'} {abs(size.constant)}")
    text = " ".join(parts)
    return text[2:] if text.startswith("+ ") else f"-{text[2:]}"


def _atom_code(atom: Atom, variables: Mapping[str, str]) -> str:
    if atom.kind == "symbol":
        return variables[atom.name]
    texts = [size_code(arg, variables) for arg in atom.args]
    if atom.kind in ("//", "*"):
        # Brackets always: what follows may bind tighter.
        return f"(({texts[0]}) {atom.kind} ({texts[1]}))"
    return f"{atom.kind}({', '.join(texts)})"


_SIGNS: dict[type[Claim], str] = {Equal: "==", Differs: "!=", AtLeast: ">="}


def claim_code(claim: Claim, variables: Mapping[str, str]) -> str:
    """The expression that is true where the claim holds, in brackets where it is compound."""
    if isinstance(claim, AllOf | AnyOf):
        word = " and " if isinstance(claim, AllOf) else " or "
        return f"({word.join(claim_code(part, variables) for part in claim.claims)})"
    if isinstance(claim, Equal | Differs | AtLeast):
        sign = _SIGNS[type(claim)]
        return f"{size_code(claim.a, variables)} {sign} {size_code(claim.b, variables)}"
    if isinstance(claim, Divides | Indivisible):
        sign = "==" if isinstance(claim, Divides) else "!="
        return f"({size_code(claim.b, variables)}) % ({size_code(claim.a, variables)}) {sign} 0"
    return str(claim == ALWAYS)
