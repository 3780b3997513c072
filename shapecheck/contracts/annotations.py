"""Live annotations: what the array types on a function's signature say of shapes."""

from __future__ import annotations

import builtins

from shapecheck.declarations import Declaration, Structure
from shapecheck.declarations.annotations import (
    DICTS,
    LISTS,
    STREAMS,
    TUPLES,
    allowing_none,
    each,
    fixed,
    one_of,
    parse_annotation,
    read_annotation,
)
from shapecheck.declarations.jaxtyping import DTYPES, UnreadableAnnotationError, read_axes
from shapecheck.declarations.structure import Each, One

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType
    from typing import Any

    from shapecheck.contracts.signature import Signature


def declare_from_annotations(
    signature: Signature, namespaces: tuple[Mapping[str, Any], ...], *, low: int = 0
) -> Declaration:
    """The declaration that the annotations of a signature make; `namespaces` say what names in them mean.

    What speaks of shapes and cannot be followed is listed in `unread`, with the reason.
    """
    reader = AnnotationReader(namespaces, low)
    parameters = signature.parameters()
    inputs: list[tuple[str, Structure]] = []
    returns = None
    unread = []
    for name in (*parameters.all_names(), "return"):
        annotation = signature.annotations.get(name)
        try:
            structure = reader.read(annotation)
        except UnreadableAnnotationError as error:
            unread.append(f"the annotation of {name}: {error}")
            continue
        if structure is None:
            continue
        if name == "return":
            returns = structure
        elif name in (parameters.rest, parameters.keywords):
            inputs.append((name, Each(structure)))
        else:
            structure.optional = structure.optional or name in parameters.optional
            inputs.append((name, structure))
    text = ", ".join([*(f"{n}={s}" for n, s in inputs), *([f"returns={returns}"] if returns else [])])
    return Declaration(inputs, returns, text=text, unread=unread)


class AnnotationReader:
    """Reads annotations as objects and, where they are strings, as syntax."""

    def __init__(self, namespaces: tuple[Mapping[str, Any], ...], low: int) -> None:
        self.namespaces = namespaces
        self.low = low

    def read(self, annotation: Any) -> Structure | None:
        """The structure of one annotation, None where it says nothing of shapes."""
        if annotation is None:
            return None
        if isinstance(annotation, str):
            return read_annotation(parse_annotation(annotation), self._resolve, low=self.low)
        if hasattr(annotation, "dim_str") and hasattr(annotation, "dtypes"):
            return One(read_axes(annotation.dim_str, _dtype_word(annotation), low=self.low))
        forward = getattr(annotation, "__forward_arg__", None)
        if isinstance(forward, str):
            return self.read(forward)
        if hasattr(annotation, "__value__"):
            return self.read(annotation.__value__)  # a `type` statement
        members = getattr(annotation, "__args__", None)
        return self._generic(annotation, members) if members else None

    def _generic(self, annotation: Any, members: tuple[Any, ...]) -> Structure | None:
        origin = getattr(annotation, "__origin__", type(annotation))
        name = getattr(origin, "__name__", None) or getattr(origin, "_name", "")
        if name in ("Union", "UnionType"):
            rest = [member for member in members if member is not type(None)]
            found = [self.read(member) for member in rest]
            return one_of(found, optional=len(rest) < len(members), text=str(annotation))
        if hasattr(annotation, "__metadata__"):
            return self.read(members[0])
        if name in STREAMS:
            return self.read(members[0])
        if name in TUPLES and len(members) == 2 and members[1] is ...:
            return each(self.read(members[0]))
        if name in TUPLES:
            return fixed([self.read(member) for member in members])
        if name in LISTS or name in DICTS:
            return each(self.read(members[-1]))
        if any(self.read(member) is not None for member in members):
            raise UnreadableAnnotationError(str(annotation))
        return None

    def _resolve(self, dotted: str) -> Structure | None:
        root, *rest = dotted.split(".")
        for namespace in (*self.namespaces, vars(builtins)):
            if root in namespace:
                found = namespace[root]
                for part in rest:
                    found = getattr(found, part, None)
                return allowing_none(None) if found is None else self.read(found)
        raise UnreadableAnnotationError(f"{dotted} is not known where the contract is created")


def _dtype_word(annotation: Any) -> str | None:
    """The dtype class of a jaxtyping type, by its own name or by the dtypes it lists."""
    name = getattr(getattr(annotation, "dtype", None), "__name__", "")
    if name in DTYPES:
        return name
    dtypes = annotation.dtypes
    return dtypes[0] if isinstance(dtypes, list | tuple) and len(dtypes) == 1 else None


def namespaces_of(function: Any, frame: FrameType | None) -> tuple[Mapping[str, Any], ...]:
    """Where the names of a function's annotations may be found: its closure, where it is made, its module."""
    closure = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    cells = {name: cell.cell_contents for name, cell in closure.items() if _is_filled(cell)}
    local = [frame.f_locals] if frame is not None else []
    return (cells, *local, function.__globals__)


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True
