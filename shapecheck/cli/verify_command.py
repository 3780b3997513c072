"""`shapecheck verify`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from shapecheck.cli import fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.model.model import Model


def run(arguments: Any) -> int:
    """Verify the model of a file on backends and print the report; 1 where something departs."""
    from shapecheck.backend import BackendError
    from shapecheck.equivalence.verifying import verify
    from shapecheck.model.errors import ModelError

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's own remarks would hide the report
    progress = _Progress()
    try:
        model = loaded_model(arguments.target)
        report = verify(
            model,
            arguments.backends,
            arguments.dims,
            device=arguments.device,
            dtype=arguments.dtype,
            layout=arguments.layout,
            gradients=arguments.gradients,
            seeds=arguments.seeds,
            edges=not arguments.no_edges,
            progress=progress.show,
        )
    except (TargetError, ModelError, BackendError) as error:
        progress.clear()
        return fail(str(error))
    finally:
        progress.clear()
    if arguments.output_format == "json":
        import json

        sys.stdout.write(json.dumps(report.to_json(), indent=2) + "\n")
    else:
        sys.stdout.write(f"{report}\n")
    return int(not report.ok)


class TargetError(Exception):
    """FILE:NAME is no model; the sentence says why."""


def loaded_model(target: str) -> Model:
    """The model that FILE:NAME means: a Model, or a function without arguments that gives one. Runs the file."""
    from shapecheck.model.model import Model

    found = loaded(target)
    if callable(found) and not isinstance(found, Model):
        found = made(target, found)
    if not isinstance(found, Model):
        raise TargetError(
            f"{target} is {type(found).__name__}, not a shapecheck.Model or a function that gives one"
        )
    return found


def made(target: str, function: Callable[[], Any]) -> Any:
    """What the function that a target names gives. Raises TargetError where it gives nothing."""
    try:
        return function()
    except Exception as error:  # the user's own code: whatever it raises is told in a sentence
        raise TargetError(f"{target}() raised {_said(error)}") from error
    except SystemExit as error:
        raise TargetError(f"{target}() exits when it is called") from error


def loaded(target: str) -> Any:
    """The object that FILE:NAME means. Runs the file, with its folder first on the path."""
    from importlib.util import module_from_spec, spec_from_file_location

    path, colon, name = target.rpartition(":")
    if not colon or not name.isidentifier():
        raise TargetError(f"{target} names no object: write FILE:NAME, as in model.py:model")
    if not os.path.isfile(path):
        raise TargetError(f"{path} does not exist")
    spec = spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
    if spec is None or spec.loader is None:
        raise TargetError(f"{path} is no Python file")
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    module = module_from_spec(spec)
    sys.modules.setdefault(spec.name, module)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # as above
        raise TargetError(f"{path} raised {_said(error)}") from error
    except SystemExit as error:
        raise TargetError(f"{path} exits when it is imported") from error
    if not hasattr(module, name):
        raise TargetError(f"{path} has no {name}")
    return getattr(module, name)


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


class _Progress:
    """One line on a terminal that says what is being done; nothing elsewhere."""

    def __init__(self) -> None:
        self.shown = False

    def show(self, text: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text[:78]}")
            sys.stderr.flush()
            self.shown = True

    def clear(self) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self.shown = False
