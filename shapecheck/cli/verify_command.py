"""`shapecheck verify`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from shapecheck.cli import fail
from shapecheck.cli.targets import TargetError, loaded, made

if TYPE_CHECKING:
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
