"""Declared inputs: shapes that the configuration gives for arguments. What contracts say is read in `contracts.py`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.algebra import PatternError, Shape, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Class, Function


def declared_shapes(
    cls: Class, forward: Function, source: Source, configured: Mapping[str, str]
) -> dict[str, Shape]:
    """The configured shapes of the parameters of `forward`; whatever cannot be read is left out."""
    node = forward.node
    text = _configured(cls, source, configured) if configured else None
    if text is None or isinstance(node, ast.Lambda):
        return {}
    found: dict[str, Shape] = {}
    parameters = [*node.args.posonlyargs, *node.args.args][1:]
    for parameter, part in zip(parameters, text.split(","), strict=False):
        try:
            found[parameter.arg] = parse_pattern(part).shape({})
        except (PatternError, ValueError):
            continue  # a pattern with open groups declares no shape
    return found


def _configured(cls: Class, source: Source, configured: Mapping[str, str]) -> str | None:
    """The configuration names a class by its dotted path, of which the end must fit the file."""
    stem = source.path.removesuffix(".py").replace("\\", "/").replace("/", ".")
    for dotted, text in configured.items():
        module, _, name = dotted.rpartition(".")
        if name == cls.name and (not module or stem.endswith(module)):
            return text
    return None
