"""Declared inputs: shapes that a contract, a jaxtyping annotation or the configuration gives for arguments."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.algebra import PatternError, Shape, parse_contract, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Class, Function

_ARRAYS = frozenset(
    ("Float", "Int", "Bool", "Shaped", "Num", "Real", "Inexact", "Integer", "Complex", "Float32", "Int64")
)


def declared_shapes(
    cls: Class, forward: Function, source: Source, configured: Mapping[str, str]
) -> dict[str, Shape]:
    """The shapes that are declared for parameters of `forward`, by parameter; whatever cannot be read is left out."""
    node = forward.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return {}
    parameters = [*node.args.posonlyargs, *node.args.args][1:]
    found: dict[str, Shape] = {}
    for parameter in parameters:
        text = _annotated(parameter.annotation)
        if text is not None:
            _add(found, parameter.arg, text)
    names = [parameter.arg for parameter in parameters]
    for decorator in node.decorator_list:
        _read_contract(found, decorator, names)
    text = _configured(cls, source, configured)
    if text is not None and names:
        for name, part in zip(names, text.split(","), strict=False):
            _add(found, name, part)
    return found


def _add(found: dict[str, Shape], name: str, text: str) -> None:
    try:
        found[name] = parse_pattern(text).shape({})
    except (PatternError, ValueError):
        return  # a pattern with open groups declares no shape


def _annotated(annotation: ast.expr | None) -> str | None:
    """`Float[Tensor, "b c h w"]`."""
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return None
    last = (
        annotation.value.attr
        if isinstance(annotation.value, ast.Attribute)
        else getattr(annotation.value, "id", "")
    )
    entries = annotation.slice.elts
    if last not in _ARRAYS or len(entries) != 2 or not isinstance(entries[1], ast.Constant):
        return None
    value = entries[1].value
    # "c=3" only names the axis in jaxtyping; "#c", "*b" and "..." say too little.
    if not isinstance(value, str) or any(mark in value for mark in "#*.=?"):
        return None
    return value


def _read_contract(found: dict[str, Shape], decorator: ast.expr, names: list[str]) -> None:
    """`@contract("n t -> n k")`, `@contract(x="n t d")`."""
    if not isinstance(decorator, ast.Call):
        return
    called = decorator.func
    last = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if last != "contract":
        return
    for argument in decorator.args[:1]:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            try:
                contract = parse_contract(argument.value)
            except PatternError:
                continue
            for name, pattern in zip(names, contract.inputs, strict=False):
                _add(found, name, str(pattern))
    for keyword in decorator.keywords:
        if (
            keyword.arg in names
            and isinstance(keyword.value, ast.Constant)
            and isinstance(keyword.value.value, str)
        ):
            _add(found, keyword.arg, keyword.value.value)


def _configured(cls: Class, source: Source, configured: Mapping[str, str]) -> str | None:
    """The configuration names a class by its dotted path, of which the end must fit the file."""
    stem = source.path.removesuffix(".py").replace("\\", "/").replace("/", ".")
    for dotted, text in configured.items():
        module, _, name = dotted.rpartition(".")
        if name == cls.name and (not module or stem.endswith(module)):
            return text
    return None
