"""Which operator each spelled name becomes, found by calling the spelling on sample arguments."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import PatternError, Shape, unknown
from shapecheck.dialects.base import (
    REQUIRED_PARAMETER,
    Apply,
    Arguments,
    BindError,
    NotUnderstood,
    bind,
    parse_signature,
)
from shapecheck.dialects.registry import every_spelling
from shapecheck.ops.base import Op
from shapecheck.ops.linear import Linear
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.dialects.base import Parameter, Spelling

SHAPES = tuple(Shape.of((4,) * rank) for rank in (2, 3, 4, 5, 1))
VALUES: tuple[Any, ...] = (
    *(Tensor(shape, "float32") for shape in SHAPES),
    2,
    (0, 1),
    [Tensor(SHAPES[0], "float32"), Tensor(SHAPES[0], "float32")],
    1.0,
    "a b -> b a",
    "ij,jk->ik",
    Linear(4),
)
MOST_TRIES = 400


def operators_by_spelling() -> dict[str, str]:
    """Spelled name -> the name of the operator's class; a name that makes no operator of these samples is left out."""
    found = {}
    for name, spelling in every_spelling().items():
        op = _probe(spelling)
        if op is not None:
            found[name] = type(op).__name__
    return found


def _probe(spelling: Spelling) -> Op | None:
    for tried, arguments in enumerate(_samples(spelling)):
        if tried > MOST_TRIES:
            return None
        try:
            made = (
                spelling.build(arguments)
                if spelling.build
                else spelling.call and spelling.call(None, arguments)
            )
        except (
            BindError,
            NotUnderstood,
            PatternError,
            TypeError,
            ValueError,
            AttributeError,
            IndexError,
            KeyError,
        ):
            continue  # these sample arguments are not such as the function takes: the next ones may be
        op = _operator(made)
        if op is not None:
            return op
    return None


def _operator(made: Any) -> Op | None:
    if isinstance(made, Op):
        return made
    if isinstance(made, Apply):
        return made.op
    if isinstance(made, tuple | list):
        return next((op for op in map(_operator, made) if op is not None), None)
    return None


def _samples(spelling: Spelling) -> Iterator[Arguments]:
    parameters = parse_signature(spelling.signature)
    required = [
        entry for entry in parameters if entry.default is REQUIRED_PARAMETER and "var" not in entry.kind
    ]
    starred = [entry.name for entry in parameters if entry.kind == "var_positional"]
    # Layers are made from sizes, functions are called on tensors: what is likely comes first.
    values_first = sorted(VALUES, key=lambda value: value != 2) if spelling.kind == "layer" else VALUES
    for chosen in product(values_first, repeat=len(required)):
        for rest in ([], [2], [(0, 1)], [SHAPES[0], SHAPES[0]]) if starred else ([],):
            values, given = bind(spelling.signature, *_passed(required, chosen))
            if starred:
                values[starred[0]] = tuple(rest)
            yield Arguments(spelling, values, given, lambda tag: unknown(tag))


def _passed(required: list[Parameter], chosen: tuple[Any, ...]) -> tuple[list[Any], dict[str, Any]]:
    """The chosen values by position where the signature asks for that, by keyword otherwise."""
    pairs = list(zip(required, chosen, strict=True))
    positional = [value for entry, value in pairs if entry.kind == "positional_only"]
    return positional, {entry.name: value for entry, value in pairs if entry.kind != "positional_only"}
