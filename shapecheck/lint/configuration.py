"""Settings of a project: `[tool.shapecheck]` of the nearest pyproject.toml, or shapecheck.toml beside it.

select, ignore        codes, their beginnings ("SHP3") or rule names
exclude               globs of paths not to look into, added to the usual ones
per-file-ignores      {glob: [codes]}
inputs                {"pkg.models.Net": "n 3 h w"}: shapes that a class is analysed with
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from shapecheck.diagnostics.codes import BY_NAME, CODES

# Findings about the file itself are shown whatever is selected; a crash cannot even be ignored.
_ALWAYS = ("SHP000", "SHP001", "SHP002")
_KEYS = ("select", "ignore", "exclude", "per-file-ignores", "inputs")


class ConfigurationError(Exception):
    """A setting cannot be used; the message is one sentence that names the file and the key."""


class Configuration(NamedTuple):
    """The settings that hold for some files. `root` is the folder that globs are relative to, "" where there
    is none.
    """

    root: str = ""
    select: tuple[str, ...] = ("SHP",)
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()

    def enabled(self, code: str, path: str) -> bool:
        """True when findings of this code are wanted in this file. The longest beginning that matches
        decides.
        """
        if code == "SHP000":
            return True
        ignored = _longest(code, self.ignore)
        if code not in _ALWAYS and _longest(code, self.select) <= ignored:
            return False
        if ignored and code in _ALWAYS:
            return False
        return not any(
            _longest(code, codes) and matches(path, (glob,), self.root)
            for glob, codes in self.per_file_ignores
        )

    def excludes(self, path: str) -> bool:
        """True when a configured glob excludes this file or folder."""
        return bool(self.exclude) and matches(path, self.exclude, self.root)


def _longest(code: str, beginnings: tuple[str, ...]) -> int:
    return max((len(beginning) for beginning in beginnings if code.startswith(beginning)), default=0)


def matches(path: str, globs: tuple[str, ...], root: str) -> bool:
    """True when a glob fits the name, the path from the root, or a folder on it."""
    from fnmatch import fnmatchcase

    inside = root and path.startswith(root + os.sep)
    relative = (path[len(root) + 1 :] if inside else path).replace(os.sep, "/")
    parts = relative.split("/")
    for glob in globs:
        glob = glob.removeprefix("./").rstrip("/")
        if "/" not in glob:
            if any(fnmatchcase(part, glob) for part in parts):
                return True
        elif any(fnmatchcase("/".join(parts[: count + 1]), glob) for count in range(len(parts))):
            return True
    return False


def codes_of(values: Any, where: str) -> tuple[str, ...]:
    """Codes, beginnings of codes and rule names as beginnings of codes. Raises ConfigurationError."""
    if isinstance(values, str) or not isinstance(values, list | tuple):
        raise ConfigurationError(f'{where} must be a list of codes such as ["SHP101"]')
    found = []
    for value in values:
        if not isinstance(value, str):
            raise ConfigurationError(f"{where} holds {value!r}, which is no code")
        text = value.strip()
        if text.upper() == "ALL":
            text = "SHP"
        code = BY_NAME[text].code if text in BY_NAME else text.upper()
        if not code.startswith("SHP") or not any(known.startswith(code) for known in CODES):
            raise ConfigurationError(f"{where} names {value!r}, which is no code or rule of shapecheck")
        found.append(code)
    return tuple(found)


def read(path: str) -> Configuration | None:
    """The settings in one file, None when a pyproject.toml has no section for shapecheck. Raises
    ConfigurationError.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {(error.strerror or str(error)).lower()}"
        ) from error
    own = not path.endswith("pyproject.toml")
    if not own and b"shapecheck" not in data:
        return None  # reading TOML costs more than linting a small file
    import tomllib

    try:
        table: Any = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is no valid TOML: {error}") from error
    tool = table.get("tool", {})
    section = tool.get("shapecheck") if isinstance(tool, dict) else None
    if section is None:
        if not own:
            return None
        section = table
    return _configuration(section, path)


def _configuration(section: Any, path: str) -> Configuration:
    if not isinstance(section, dict):
        raise ConfigurationError(f"{path}: tool.shapecheck must be a table")
    for key in section:
        if key not in _KEYS:
            raise ConfigurationError(
                f"{path}: {key!r} is no setting of shapecheck (there are {', '.join(_KEYS)})"
            )
    select = codes_of(section["select"], f"{path}: select") if "select" in section else ("SHP",)
    return Configuration(
        root=os.path.dirname(os.path.abspath(path)),
        select=select,
        ignore=codes_of(section.get("ignore", []), f"{path}: ignore"),
        exclude=_texts(section.get("exclude", []), f"{path}: exclude"),
        per_file_ignores=tuple(
            (glob, codes_of(codes, f"{path}: per-file-ignores.{glob!r}"))
            for glob, codes in _table(section.get("per-file-ignores", {}), f"{path}: per-file-ignores")
        ),
        inputs=_inputs(section.get("inputs", {}), path),
    )


def _texts(values: Any, where: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ConfigurationError(f"{where} must be a list of strings")
    return tuple(values)


def _table(value: Any, where: str) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{where} must be a table")
    return list(value.items())


def _inputs(value: Any, path: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for name, shape in _table(value, f"{path}: inputs"):
        if isinstance(shape, dict):  # an unquoted pkg.models.Net is a table of tables to TOML
            raise ConfigurationError(
                f'{path}: inputs.{name} must be quoted, as in "pkg.models.Net" = "n 3 h w"'
            )
        if not isinstance(shape, str):
            raise ConfigurationError(f'{path}: inputs.{name!r} must be a pattern such as "n 3 h w"')
        found.append((name, shape))
    return tuple(found)


class Configurations:
    """The settings that hold for each path: an explicit file, none at all, or the nearest one above it."""

    def __init__(
        self,
        *,
        explicit: str | None = None,
        isolated: bool = False,
        select: tuple[str, ...] | None = None,
        ignore: tuple[str, ...] = (),
    ) -> None:
        self._isolated = isolated
        self._select = select
        self._ignore = ignore
        self._by_folder: dict[str, Configuration] = {}
        self._explicit: Configuration | None = None
        if explicit is not None:
            if not os.path.isfile(explicit):
                raise ConfigurationError(f"{explicit} does not exist or is no file")
            found = read(explicit)
            if found is None:
                raise ConfigurationError(f"{explicit} has no [tool.shapecheck] section")
            self._explicit = self._overridden(found)

    def above(self, folder: str) -> Configuration:
        """The settings for the files of this folder (an absolute path)."""
        if self._explicit is not None:
            return self._explicit
        found = self._by_folder.get(folder)
        if found is None:
            found = self._by_folder[folder] = self._find(folder)
        return found

    def _find(self, folder: str) -> Configuration:
        parent = os.path.dirname(folder)
        for name in ("shapecheck.toml", "pyproject.toml"):
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            settings = None if self._isolated else read(path)
            if settings is not None or name == "pyproject.toml":
                # A pyproject.toml without our section still says where the project begins.
                return self._overridden(settings if settings is not None else Configuration(root=folder))
        if os.path.exists(os.path.join(folder, ".git")) or parent == folder:
            return self._overridden(Configuration(root="" if parent == folder else folder))
        return self.above(parent)

    def _overridden(self, configuration: Configuration) -> Configuration:
        select = configuration.select if self._select is None else self._select
        return configuration._replace(select=select, ignore=(*configuration.ignore, *self._ignore))
