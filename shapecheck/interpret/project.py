"""The files that belong together: where an import leads, and each file read and parsed once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecheck.interpret.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.interpret.values import Module

# A file longer than this is data or generated; it is not followed when it is imported.
LONGEST_IMPORT = 1_000_000


class Project:
    """Roots where absolute imports are looked for, `inputs` from the configuration, and the parsed files."""

    def __init__(self, roots: tuple[str, ...] = (), inputs: Mapping[str, str] | None = None) -> None:
        self.roots = tuple(os.path.abspath(root) for root in roots)
        self.inputs = dict(inputs or {})
        self.modules: dict[str, Module] = {}  # path -> the executed module, shared by all who import it
        self._sources: dict[str, Source | None] = {}
        self._found: dict[tuple[str, str], str | None] = {}

    def locate(self, dotted: str, level: int, importer: str) -> str | None:
        """The path of an imported module or package (`__init__.py` or its folder), None where it is foreign.

        `level` counts the dots of a relative import; absolute ones are looked for beside the importing file, in the
        folders above it, and in the roots.
        """
        folder = os.path.dirname(os.path.abspath(importer))
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        key = (f"{'.' if level else ''}{dotted}", folder)
        if key not in self._found:
            self._found[key] = self._locate(dotted, folder, relative=level > 0)
        return self._found[key]

    def _locate(self, dotted: str, folder: str, *, relative: bool) -> str | None:
        parts = dotted.split(".") if dotted else []
        if relative:
            return _module_file(os.path.join(folder, *parts))
        for start in self._search_path(folder):
            found = _module_file(os.path.join(start, *parts))
            if found is not None:
                return found
        return None

    def _search_path(self, folder: str) -> list[str]:
        path = [folder]
        while os.path.isfile(os.path.join(folder, "__init__.py")):
            folder = os.path.dirname(folder)
            path.append(folder)
        if any(folder == root or folder.startswith(root + os.sep) for root in self.roots):
            while folder not in self.roots and os.path.dirname(folder) != folder:
                folder = os.path.dirname(folder)
                path.append(folder)
        path.extend(root for root in self.roots if root not in path)
        return path

    def source(self, path: str, name: str) -> Source | None:
        """The parsed file, None where it cannot be read or parsed."""
        if path not in self._sources:
            self._sources[path] = _read(path, name)
        return self._sources[path]


def _module_file(base: str) -> str | None:
    if os.path.isfile(base + ".py"):
        return base + ".py"
    package = os.path.join(base, "__init__.py")
    if os.path.isfile(package):
        return package
    try:
        return (
            base if os.path.isdir(base) and any(name.endswith(".py") for name in os.listdir(base)) else None
        )
    except OSError:
        return None  # a folder that may not be read holds nothing for this user


def _read(path: str, name: str) -> Source | None:
    import ast
    import warnings

    try:
        with open(path, "rb") as file:
            data = file.read(LONGEST_IMPORT + 1)
        if len(data) > LONGEST_IMPORT:
            return None
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Source(path, text, ast.parse(text), module_name=name)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
