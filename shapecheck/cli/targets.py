"""FILE:NAME on the command line: the object that it means. `verify` and `compare` alone run the user's files."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class TargetError(Exception):
    """FILE:NAME is no model; the sentence says why."""


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


def folder_of(target: str) -> str:
    """The folder of the file of FILE:NAME, or of FILE."""
    path, colon, name = target.rpartition(":")
    return os.path.dirname(os.path.abspath(path if colon and name.isidentifier() else target))


@contextmanager
def put_away(folder: str) -> Iterator[None]:
    """Afterwards no module beside the files of this folder is found by its name: another folder's of that name can be.

    Two versions of a project call their modules the same, and Python would hand out the first one's to both.
    """
    path, before = list(sys.path), set(sys.modules)
    try:
        yield
    finally:
        sys.path[:] = path
        tops = {
            name for name in sys.modules if "." not in name and name not in before and _lies_in(name, folder)
        }
        for name in [name for name in sys.modules if name.partition(".")[0] in tops]:
            del sys.modules[name]


def _lies_in(name: str, folder: str) -> bool:
    module = sys.modules[name]
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    own = {
        os.path.join(folder, name + ".py"),
        os.path.join(folder, name),
        os.path.join(folder, name, "__init__.py"),
    }
    return any(os.path.abspath(place) in own for place in places if place)
