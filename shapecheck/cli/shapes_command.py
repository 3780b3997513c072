"""`shapecheck shapes`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from shapecheck.cli import fail

if TYPE_CHECKING:
    from shapecheck.interpret import Project, Source


def run(arguments: Any) -> int:
    """Print what is inferred of the models in a file, or of one of them; 1 where one cannot work."""
    from shapecheck.interpret import infer
    from shapecheck.interpret.showing import InputsError
    from shapecheck.lint.checking import Unparsable
    from shapecheck.lint.configuration import ConfigurationError
    from shapecheck.lint.sources import Unreadable
    from shapecheck.report.layers import render

    path, name = _split(arguments.target)
    if not os.path.exists(path):
        return fail(f"{path} does not exist")
    try:
        source, project = _opened(os.path.abspath(path))
        models = infer(source, name, project, _inputs(arguments.input))
    except Unreadable as error:
        return fail(f"{path}: {error}")
    except Unparsable as error:
        span = error.finding.span
        return fail(f"{path}:{span.line}:{span.column}: {error}")
    except (ConfigurationError, InputsError, _InputError) as error:
        return fail(str(error))
    if not models:
        return fail(
            f"{path} defines and builds no model" if name is None else f"{path} has no model called {name}"
        )
    sys.stdout.write(render(models))
    return int(any(model.fails for model in models))


class _InputError(Exception):
    """An input pattern cannot be read."""


def _split(target: str) -> tuple[str, str | None]:
    """FILE:name, where a file's own path may hold a colon."""
    path, colon, name = target.rpartition(":")
    if colon and name.isidentifier() and not os.path.exists(target):
        return path, name
    return target, None


def _inputs(texts: list[str]) -> list[str] | None:
    """The patterns as they were given. Raises _InputError for one that cannot be read."""
    from shapecheck.algebra import PatternError, parse_pattern

    for text in texts:
        try:
            parse_pattern(text).shape({})
        except (PatternError, ValueError) as error:
            raise _InputError(f"--input cannot be read: {error}") from error
    return texts or None


def _opened(path: str) -> tuple[Source, Project]:
    """The parsed file and the project around it. Raises Unreadable, Unparsable and ConfigurationError."""
    from shapecheck.interpret import Project, Source
    from shapecheck.lint.checking import parse, parse_notebook
    from shapecheck.lint.configuration import Configurations
    from shapecheck.lint.sources import decode, read_bytes

    data = read_bytes(path)
    if path.endswith(".ipynb"):
        _, notebook, tree, _ = parse_notebook(path, data)
        text = notebook.text
    else:
        text = decode(data)
        tree = parse(path, text)
    configuration = Configurations().above(os.path.dirname(path))
    root = configuration.root
    roots = (root, os.path.join(root, "src")) if root else ()
    return Source(path, text, tree), Project(roots, dict(configuration.inputs))
