"""Which files there are to check: what was named, and what lies in the folders that were named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecheck.lint.configuration import Configurations

_SKIPPED = frozenset(
    {
        "__pycache__",
        "__pypackages__",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
    }
)  # folders with a leading dot (.git, .venv, .tox, …) are skipped as well


class Target(NamedTuple):
    """A file to check; `explicit` when the user named the file itself."""

    path: str
    explicit: bool


def targets(paths: Iterable[str], configurations: Configurations) -> tuple[list[Target], list[str]]:
    """Absolute paths, each once, sorted, and a sentence for each named path that does not exist."""
    found: dict[str, Target] = {}
    missing = []
    for path in paths:
        absolute = os.path.abspath(path)
        if os.path.isdir(absolute):
            for inner in _walk(absolute, configurations):
                found.setdefault(inner, Target(inner, False))
        elif os.path.lexists(absolute):
            found[absolute] = Target(absolute, True)
        else:
            missing.append(f"{path} does not exist")
    return [found[path] for path in sorted(found)], missing


def _walk(folder: str, configurations: Configurations) -> Iterator[str]:
    """Python files below a folder. Links to folders are not followed, so that a loop of links ends."""
    configuration = configurations.above(folder)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return  # a folder that may not be read holds nothing for this user
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not _skipped(entry) and not configuration.excludes(entry.path):
                yield from _walk(entry.path, configurations)
        elif (
            entry.name.endswith((".py", ".ipynb"))
            and _is_file(entry)
            and not configuration.excludes(entry.path)
        ):
            yield entry.path


def _skipped(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    return name.startswith(".") or name in _SKIPPED or os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False  # a link that leads back to itself
