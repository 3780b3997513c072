"""`shapecheck compare`."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from shapecheck.cli import fail
from shapecheck.cli.targets import TargetError, folder_of, loaded, made, put_away

if TYPE_CHECKING:
    from shapecheck.equivalence.compare_sides import Side

PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".bin", ".ckpt")


def run(arguments: Any) -> int:
    """Compare two models of files and print the report; 1 where they part."""
    from shapecheck.equivalence.compare_models import compare
    from shapecheck.equivalence.compare_report import ComparisonError

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's own remarks would hide the report
    folder = folder_of(arguments.left)
    try:
        with put_away(folder) if folder != folder_of(arguments.right) else nullcontext():
            left = _model(arguments.left, arguments.left_weights)
        right = _model(arguments.right, arguments.right_weights)
        report = compare(
            left,
            right,
            arguments.input or None,
            arguments.dims,
            transfer=arguments.transfer,
            sizes=arguments.sizes,
            seed=arguments.seed,
        )
    except (TargetError, ComparisonError) as error:
        return fail(str(error))
    if arguments.output_format == "json":
        import json

        sys.stdout.write(json.dumps(report.to_json(), indent=2) + "\n")
    else:
        sys.stdout.write(f"{report}\n")
    return int(not report.ok)


def _model(target: str, weights: str | None) -> Any:
    """The model that a target means, with the weights of a file. Runs the target's file."""
    from shapecheck.equivalence.compare_sides import framework_of
    from shapecheck.model.model import Model

    if target.endswith(".keras"):
        found = _saved(target)
    elif target.endswith(PICKLES):
        raise TargetError(
            f"{target} may hold a pickle, which runs whatever it says and is not loaded: name the code that makes the "
            "model, as in model.py:make, and give the file with --left-weights or --right-weights"
        )
    else:
        found = loaded(target)
        if framework_of(found) is None and not isinstance(found, Model) and callable(found):
            found = made(target, found)
        if framework_of(found) is None and not isinstance(found, Model):
            raise TargetError(
                f"{target} is {type(found).__name__}: compare takes a torch.nn.Module, a keras.Model, a "
                "shapecheck.Model, or a function without arguments that makes one"
            )
    if weights is not None:
        _take_weights(found, target, weights)
    return found


def _saved(path: str) -> Any:
    from shapecheck.backend import BackendError, load

    if not os.path.isfile(path):
        raise TargetError(f"{path} does not exist")
    try:
        backend: Any = load("keras")
        return backend.observer().saved_model(path)
    except BackendError as error:
        raise TargetError(str(error)) from None
    except (ValueError, TypeError, OSError, KeyError) as error:
        raise TargetError(f"{path} is no model that Keras loads safely: {_first_line(error)}") from None


def _take_weights(model: Any, target: str, path: str) -> None:
    from shapecheck.equivalence.compare_report import ComparisonError
    from shapecheck.equivalence.compare_sides import side_of

    if not os.path.isfile(path):
        raise TargetError(f"{path} does not exist")
    try:
        side: Side = side_of(model, target, model, {})
        side.observer.load_weights(side.model, path)
    except ComparisonError as error:
        raise TargetError(str(error)) from None
    except Exception as error:  # a file of any content: what the framework says of it is told in a sentence
        raise TargetError(f"{path} does not fit {target}: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
