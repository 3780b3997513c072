"""Annotations as syntax: which tensors a parameter's or a result's type speaks of."""

from __future__ import annotations

import ast

from shapecheck.declarations.jaxtyping import DTYPES, UnreadableAnnotationError, read_axes
from shapecheck.declarations.structure import Anything, Each, Fixed, One, Structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Resolve = Callable[[str], Structure | None]

LISTS = frozenset(("list", "List", "Sequence", "MutableSequence", "Collection"))
DICTS = frozenset(("dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"))
TUPLES = frozenset(("tuple", "Tuple"))
STREAMS = frozenset(("Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator"))


def parse_annotation(text: str) -> ast.expr:
    """The syntax of an annotation written as a string. Raises UnreadableAnnotationError."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise UnreadableAnnotationError(text) from None


def read_annotation(node: ast.expr, resolve: Resolve, *, low: int = 1) -> Structure | None:
    """The structure that an annotation promises, None where it says nothing of shapes.

    `resolve` is asked for the meaning of a dotted name (an alias of an array type, say); it answers with a
    structure or None. Raises UnreadableAnnotationError where shapes are spoken of in words we cannot follow.
    """
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return read_annotation(parse_annotation(node.value), resolve, low=low)
        return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([node.left, node.right], resolve, low)
    if isinstance(node, ast.Subscript):
        return _subscript(node, resolve, low)
    if isinstance(node, ast.Name | ast.Attribute):
        return resolve(ast.unparse(node))
    return None


def _subscript(node: ast.Subscript, resolve: Resolve, low: int) -> Structure | None:
    head = _last_name(node.value)
    members = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if head in DTYPES:
        return _array(node, head, members, low)
    if head == "Optional":
        found = read_annotation(members[0], resolve, low=low)
        return allowing_none(found)
    if head == "Union":
        return _union(members, resolve, low)
    if head in ("Annotated", "Final", "ClassVar", "Required", "NotRequired") or head in STREAMS:
        return read_annotation(members[0], resolve, low=low)
    if head in TUPLES and len(members) == 2 and _is_ellipsis(members[1]):
        return each(read_annotation(members[0], resolve, low=low))
    if head in TUPLES:
        return fixed([read_annotation(member, resolve, low=low) for member in members])
    if head in LISTS or head in DICTS:
        return each(read_annotation(members[-1], resolve, low=low))
    if head == "PyTree" or any(_speaks_of_shapes(member) for member in members):
        raise UnreadableAnnotationError(ast.unparse(node))
    return None


def _array(node: ast.Subscript, dtype: str, members: list[ast.expr], low: int) -> Structure | None:
    axes = members[-1]
    if not isinstance(axes, ast.Constant) or not isinstance(axes.value, str):
        if isinstance(axes, ast.JoinedStr):
            raise UnreadableAnnotationError(ast.unparse(node))
        return None
    return One(read_axes(axes.value, dtype, low=low))


def _union(members: list[ast.expr], resolve: Resolve, low: int) -> Structure | None:
    def is_none(member: ast.expr) -> bool:
        return isinstance(member, ast.Constant) and member.value is None

    rest = [member for member in members if not is_none(member)]
    found = [read_annotation(member, resolve, low=low) for member in rest]
    return one_of(found, optional=len(rest) < len(members), text=" | ".join(map(ast.unparse, members)))


def one_of(found: list[Structure | None], *, optional: bool, text: str) -> Structure | None:
    """The structure of a union from those of its members; UnreadableAnnotationError for a real choice."""
    if all(structure is None for structure in found):
        return None
    if len(found) > 1:
        raise UnreadableAnnotationError(text)
    return allowing_none(found[0]) if optional else found[0]


def allowing_none(found: Structure | None) -> Structure | None:
    """The same structure where None may stand in its place."""
    if found is not None:
        found.optional = True
    return found


def each(found: Structure | None) -> Structure | None:
    """Any number of these."""
    return None if found is None else Each(found)


def fixed(found: list[Structure | None]) -> Structure | None:
    """Exactly these, unless nothing is said of any."""
    if all(structure is None for structure in found):
        return None
    return Fixed(tuple(Anything() if structure is None else structure for structure in found))


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _speaks_of_shapes(node: ast.expr) -> bool:
    return any(
        isinstance(part, ast.Subscript) and _last_name(part.value) in DTYPES for part in ast.walk(node)
    )
