"""Mutants of a program: each has one change of the kind that people make by mistake."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple


class Mutant(NamedTuple):
    """A changed program: what was changed, its text, and the line of the change in it."""

    change: str
    text: str
    line: int


# A change of one node of a copied tree: what it is, and what does it. It gives the node that replaces the old one.
Change = tuple[str, Callable[[ast.AST], ast.AST]]
METHODS = (
    "unsqueeze(0)",
    "unsqueeze(1)",
    "flatten(1)",
    "squeeze(0)",
    "transpose(1, 2)",
    "mean(-1)",
    "flatten()",
)
ITEMS = ("[0]", "[:, 0]", "[..., 0]", "[:, 1:]")


def mutants(text: str, count: int, random: Random) -> list[Mutant]:
    """So many different mutants with one change each, in the order of their places."""
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    places = [(index, name, change) for index, node in enumerate(nodes) for name, change in _changes(node)]
    chosen = sorted(random.sample(range(len(places)), min(count, len(places))))
    plain = ast.unparse(tree)
    found = {}
    for place in chosen:
        mutant = _mutant(tree, *places[place])
        if mutant is not None and mutant.text != plain:
            found.setdefault(mutant.text, mutant)
    return list(found.values())


def _mutant(tree: ast.Module, index: int, name: str, change: Callable[[ast.AST], ast.AST]) -> Mutant | None:
    changed = copy.deepcopy(tree)
    node = list(ast.walk(changed))[index]
    after = change(node)
    parents = {id(child): parent for parent in ast.walk(changed) for child in ast.iter_child_nodes(parent)}
    if after is not node:
        _replace(parents.get(id(node), changed), node, after)
    statement: ast.AST = node
    while not isinstance(statement, ast.stmt) and id(statement) in parents:
        statement = parents[id(statement)]
    text = ast.unparse(ast.fix_missing_locations(changed))
    line = _line_of(changed, statement, text)
    try:
        ast.parse(text)
    except SyntaxError:
        return None
    return Mutant(f"{name} (was: {ast.unparse(_at(tree, index))[:60]})", text, line)


def _at(tree: ast.Module, index: int) -> ast.AST:
    return list(ast.walk(tree))[index]


def _line_of(tree: ast.Module, statement: ast.AST, text: str) -> int:
    """The line of a statement in the unparsed text: that of the statement with the same number."""
    number = [id(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)].index(id(statement))
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    return statements[number].lineno


def _replace(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for field, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, field, new)
        elif isinstance(value, list):
            setattr(parent, field, [new if entry is old else entry for entry in value])


def _changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield from _of_number(node.value)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        value = not node.value
        yield f"{value}", lambda found: _set(found, value=value)
    elif isinstance(node, ast.Constant) and node.value in ("same", "valid"):
        other = "same" if node.value == "valid" else "valid"
        yield other, lambda found: _set(found, value=other)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        yield "the left operand alone", lambda found: found.left  # type: ignore[attr-defined]
    elif isinstance(node, ast.Tuple | ast.List) and len(node.elts) >= 2:
        yield "a tuple without its first", lambda found: _set(found, elts=found.elts[1:])  # type: ignore[attr-defined]
        yield "a tuple reversed", lambda found: _set(found, elts=found.elts[::-1])  # type: ignore[attr-defined]


def _set(node: ast.AST, **values: object) -> ast.AST:
    for name, value in values.items():
        setattr(node, name, value)
    return node


def _of_number(value: int) -> Iterator[Change]:
    for other in dict.fromkeys((value + 1, value - 1, value * 2, value // 2, -1)):
        if other != value and -3 <= other <= 4096:
            yield f"{value} becomes {other}", lambda node, other=other: _set(node, value=other)  # type: ignore[misc]


def _of_call(node: ast.Call) -> Iterator[Change]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    plain = len(node.args) >= 1 and not any(isinstance(entry, ast.Starred) for entry in node.args)
    if plain and len(node.args) == 1 and not node.keywords:
        yield f"{name} is not called", lambda found: found.args[0]  # type: ignore[attr-defined]
    if plain and not (name[:1].isupper() and len(node.args) == 1):
        yield f"{name} without its last argument", lambda found: _set(found, args=found.args[:-1])  # type: ignore[attr-defined]
    if isinstance(node.func, ast.Attribute) and name in _TENSOR_METHODS:
        yield f".{name}() is left out", lambda found: found.func.value  # type: ignore[attr-defined]
    if plain:
        for index in range(len(node.args) - 1):
            yield (
                f"{name}: arguments {index} and {index + 1} swapped",
                lambda found, index=index: _swapped(found, index),
            )  # type: ignore[misc]
    for index, keyword in enumerate(node.keywords):
        if keyword.arg not in (None, "activation", "dtype"):
            yield f"{name} without {keyword.arg}", lambda found, index=index: _without(found, index)  # type: ignore[misc]
    if (
        plain
        and name[:1].islower()
        and name not in ("super", "range", "len", "zeros", "ones", "randn", "randint", "Input")
    ):
        for method in METHODS:
            yield f".{method} before {name}", lambda found, method=method: _first(found, f"x.{method}")  # type: ignore[misc]
        for item in ITEMS:
            yield f"{item} before {name}", lambda found, item=item: _first(found, f"x{item}")  # type: ignore[misc]


_TENSOR_METHODS = frozenset(
    (
        "view reshape permute transpose unsqueeze squeeze flatten mean sum t contiguous repeat expand chunk softmax max"
    ).split()
)


def _swapped(node: ast.AST, index: int) -> ast.AST:
    assert isinstance(node, ast.Call)
    node.args[index], node.args[index + 1] = node.args[index + 1], node.args[index]
    return node


def _without(node: ast.AST, index: int) -> ast.AST:
    assert isinstance(node, ast.Call)
    del node.keywords[index]
    return node


def _first(node: ast.AST, around: str) -> ast.AST:
    """The call with something done to its first argument."""
    assert isinstance(node, ast.Call)
    wrapper = ast.parse(around, mode="eval").body
    for inner in ast.walk(wrapper):
        for field, value in ast.iter_fields(inner):
            if isinstance(value, ast.Name) and value.id == "x":
                setattr(inner, field, node.args[0])
                node.args[0] = wrapper
                return node
    raise AssertionError(around)
