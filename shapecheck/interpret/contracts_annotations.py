"""Array types on a signature, `x: Float[Tensor, "n t c"]`, read as the bare `@contract` reads them at run time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.declarations import Declaration, Each
from shapecheck.declarations.annotations import read_annotation
from shapecheck.declarations.jaxtyping import DTYPES, UnreadableAnnotationError
from shapecheck.interpret.contracts import (
    CHECKED,
    WRITTEN,
    StaticContract,
    called,
    field_annotations,
    parameters_of,
)
from shapecheck.interpret.values import Deferred, External, Module

if TYPE_CHECKING:
    from shapecheck.declarations import Parameters, Structure
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Class, Function

LIBRARY = "jaxtyping"
DEEPEST = 4  # aliases of aliases


def annotated(function: Function, *, kind: str, bare: ast.AST | None = None) -> StaticContract | None:
    """The contract that a function's array types make, None where they say nothing.

    `bare` is the `@contract` that asks for them: the finding, if there are none, stands there.
    """
    node = function.node
    if isinstance(node, ast.Lambda):
        return None
    known: tuple[Declaration | None] | None = getattr(node, "annotated", None)
    if known is None:
        known = (_declaration(function, node),)
        node.annotated = known  # type: ignore[union-attr]  # kept with the node it is about
    declaration = known[0]
    if declaration is None or not (declaration.inputs or declaration.returns):
        return None
    return StaticContract(declaration, called(function), kind, bare or node, function.frame.source)


def annotated_fields(
    cls: Class, parameters: Parameters, decorator: ast.AST, frame: Frame
) -> StaticContract | None:
    """The contract that the array types of a dataclass's fields make, under a bare `@contract`."""
    reader = _Reader(frame)
    inputs = []
    for name, annotation in field_annotations(cls).items():
        structure = reader.read(annotation) if name in parameters.names else None
        if structure is not None:
            inputs.append((name, _of_parameter(structure, name, parameters)))
    if not inputs:
        return None
    return StaticContract(Declaration(inputs, None), cls.name, CHECKED, decorator, frame.source)


def attach_written(function: Function) -> None:
    """Give a function whose file uses jaxtyping the contract that its array types write down."""
    function.contract = annotated(function, kind=WRITTEN)


def _declaration(function: Function, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Declaration | None:
    parameters = parameters_of(function)
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    annotations = {entry.arg: entry.annotation for entry in every}
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            annotations[extra.arg] = extra.annotation
    reader = _Reader(function.frame)
    inputs = []
    for name in parameters.all_names():
        structure = reader.read(annotations.get(name))
        if structure is not None:
            inputs.append((name, _of_parameter(structure, name, parameters)))
    returns = reader.read(node.returns)
    if not inputs and returns is None:
        return None
    return Declaration(inputs, returns, text=", ".join(f"{name}={structure}" for name, structure in inputs))


def _of_parameter(structure: Structure, name: str, parameters: Parameters) -> Structure:
    if name in (parameters.rest, parameters.keywords):
        return Each(structure)
    structure.optional = structure.optional or name in parameters.optional
    return structure


class _Reader:
    """Reads the annotations of one function; names in them are aliases of its module, or of one it imports."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.depth = 0

    def read(self, annotation: ast.expr | None) -> Structure | None:
        """The structure of an annotation, None where it says nothing or cannot be followed."""
        if annotation is None or not self._is_ours(annotation):
            return None
        try:
            return read_annotation(annotation, self._alias, low=0)
        except UnreadableAnnotationError:
            return None

    def _is_ours(self, annotation: ast.expr) -> bool:
        """False where a word such as Float is known to be of another library."""
        for entry in ast.walk(annotation):
            head = entry.value if isinstance(entry, ast.Subscript) else None
            if isinstance(head, ast.Name) and head.id in DTYPES and not self._is_jaxtyping(head.id):
                return False
        return True

    def _is_jaxtyping(self, name: str) -> bool:
        value = self.frame.locals.get(name) or self.frame.module.members.get(name)
        return isinstance(value, External) and value.name.startswith(LIBRARY)

    def _alias(self, dotted: str) -> Structure | None:
        if "." in dotted or self.depth >= DEEPEST:
            return None
        module: Module = self.frame.module
        value = module.members.get(dotted)
        source = self.frame.source
        if isinstance(value, Deferred):
            if value.module.source is None:
                return None
            source, dotted = value.module.source, value.name
        written = written_alias(source, dotted)
        if written is None or not source.jaxtyped:
            return None
        self.depth += 1
        try:
            return read_annotation(written, self._alias, low=0)
        finally:
            self.depth -= 1


def written_alias(source: Source, name: str) -> ast.expr | None:
    """What a module binds a name to, where it does so once, at its top level."""
    found: list[ast.expr] = []
    for statement in source.tree.body:
        if isinstance(statement, ast.Assign):
            if any(isinstance(target, ast.Name) and target.id == name for target in statement.targets):
                found.append(statement.value)
        elif isinstance(statement, ast.AnnAssign):
            if isinstance(statement.target, ast.Name) and statement.target.id == name and statement.value:
                found.append(statement.value)
        elif hasattr(ast, "TypeAlias") and isinstance(statement, ast.TypeAlias) and statement.name.id == name:
            found.append(statement.value)
    return found[0] if len(found) == 1 and isinstance(found[0], ast.Subscript) else None
