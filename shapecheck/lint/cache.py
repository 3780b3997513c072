"""Findings kept from earlier runs, valid while nothing that they depend on has changed.

An entry holds for the same shapecheck, settings and contents of the file and of every file that it imports;
an import that leads elsewhere than before ends it too. What cannot be read, is damaged or is in doubt counts
as absent.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Edit, Fix, Related, Span
from shapecheck.lint.dependencies import TrackedProject, unchanged
from shapecheck.lint.outcome import Covered, FileOutcome

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL, which costs more than a warm run
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from shapecheck.lint.configuration import Configuration
    from shapecheck.lint.discovery import Target

FOLDER = ".shapecheck_cache"


def digest(data: bytes) -> str:
    """A short name for contents."""
    return str(blake2b(data, digest_size=20).hexdigest())


class Cache:
    """The entries of one project, in `.shapecheck_cache` of a folder."""

    def __init__(self, folder: str, configuration: Configuration) -> None:
        self._folder = os.path.join(folder, FOLDER)
        self._settings = digest(
            repr((_program(), sys.version_info[:2], configuration)).encode(errors="surrogateescape")
        )
        self._digests: dict[str, str | None] = {}

    def get(self, target: Target, data: bytes, project: TrackedProject) -> FileOutcome | None:
        """What was found in this file with these contents, None when that is not known for certain."""
        try:
            with open(self._entry(target), "rb") as file:
                stored = file.read()
            checksum, _, body = stored.partition(b"\n")
            if checksum.decode() != digest(body):
                return None
            key, files, outcome = json.loads(body)
            if key != self._key(target, data) or any(self._digest(path) != known for path, known, _ in files):
                return None
            if not unchanged(project, {path: imports for path, _, imports in files}):
                return None
            return _outcome(target.path, outcome)
        except (OSError, ValueError, TypeError, KeyError, IndexError, RecursionError):
            return None  # damaged or from another layout of entries: as good as absent

    def put(self, target: Target, data: bytes, outcome: FileOutcome, project: TrackedProject) -> None:
        """Keep what was found; silently does nothing where the folder cannot be written."""
        if outcome.crashed or outcome.skipped or any(found.code == "SHP902" for found in outcome.diagnostics):
            return  # the last depends on how fast the machine was
        files = [
            [path, self._digest(path), [[dotted, level, found] for (dotted, level), found in imports.items()]]
            for path, imports in project.dependencies(target.path).items()
        ]
        body = json.dumps(
            [self._key(target, data), files, [outcome.diagnostics, outcome.covered, outcome.silenced]]
        ).encode()
        try:
            self._make_folder()
            path = self._entry(target)
            temporary = f"{path}.{os.getpid()}"
            with open(temporary, "wb") as file:
                file.write(digest(body).encode() + b"\n" + body)
            os.replace(temporary, path)
        except OSError:
            return

    def _make_folder(self) -> None:
        if not os.path.isdir(self._folder):
            os.makedirs(self._folder, exist_ok=True)
            with open(os.path.join(self._folder, ".gitignore"), "w", encoding="utf-8") as file:
                file.write("*\n")

    def _entry(self, target: Target) -> str:
        return os.path.join(
            self._folder, digest(f"{target.explicit}:{target.path}".encode(errors="surrogateescape"))
        )

    def _key(self, target: Target, data: bytes) -> str:
        return digest(f"{self._settings}:{target}".encode(errors="surrogateescape") + data)

    def _digest(self, path: str) -> str | None:
        if path not in self._digests:
            try:
                with open(path, "rb") as file:
                    self._digests[path] = digest(file.read())
            except OSError:  # a folder without __init__.py, or a file that has gone
                self._digests[path] = None
        return self._digests[path]


def _program() -> tuple[tuple[str, int, int], ...]:
    """What this shapecheck consists of: any change of its files makes old findings doubtful."""
    import shapecheck

    found = []
    pending = [os.path.dirname(os.path.abspath(shapecheck.__file__))]
    while pending:
        for entry in os.scandir(pending.pop()):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    pending.append(entry.path)
            elif entry.name.endswith(".py"):
                status = entry.stat()
                found.append((entry.path, status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))


def _outcome(path: str, stored: Any) -> FileOutcome:
    diagnostics, covered, silenced = stored
    *counts, unknown = covered
    reasons = tuple((str(reason), int(count)) for reason, count in unknown)
    return FileOutcome(
        path,
        tuple(_diagnostic(row) for row in diagnostics),
        Covered._make((*counts, reasons)),
        silenced=tuple((str(other), int(line)) for other, line in silenced),
    )


def _diagnostic(row: Any) -> Diagnostic:
    code, name, severity, message, span, related, help, fix, data = row
    return Diagnostic(
        code,
        name,
        severity,
        message,
        Span(*span),
        tuple(Related(Span(*place), words) for place, words in related),
        tuple(help),
        None
        if fix is None
        else Fix(fix[0], tuple(Edit(Span(*place), text) for place, text in fix[1]), fix[2]),
        data,
    )
