"""What the findings of a file depend on: itself, and the files of the project that it imports, and what those
import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret import Project

if TYPE_CHECKING:
    from collections.abc import Mapping

Import = tuple[str, int]  # the dotted name and the number of leading dots


class TrackedProject(Project):
    """A project that remembers who imported what, found or not."""

    def __init__(self, roots: tuple[str, ...] = (), inputs: Mapping[str, str] | None = None) -> None:
        super().__init__(roots, inputs)
        self._imports: dict[str, dict[Import, str | None]] = {}

    def locate(self, dotted: str, level: int, importer: str) -> str | None:
        """The path that an import leads to, remembered for the importer."""
        found = super().locate(dotted, level, importer)
        self._imports.setdefault(importer, {})[dotted, level] = found
        return found

    def dependencies(self, path: str) -> dict[str, dict[Import, str | None]]:
        """For the file and each file that it reaches: its imports and where they lead."""
        reached: dict[str, dict[Import, str | None]] = {}
        pending = [path]
        while pending:
            current = pending.pop()
            if current in reached:
                continue
            reached[current] = self._imports.get(current, {})
            pending += [found for found in reached[current].values() if found is not None]
        return reached


def unchanged(project: Project, reached: dict[str, Any]) -> bool:
    """Whether every import still leads where it led."""
    return all(
        project.locate(dotted, level, importer) == found
        for importer, imports in reached.items()
        for dotted, level, found in imports
    )
