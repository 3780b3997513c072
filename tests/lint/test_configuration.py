"""Settings: where they are found, what they select, and one clear sentence for each that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapecheck.lint.configuration import (
    Configuration,
    ConfigurationError,
    Configurations,
    codes_of,
    matches,
    read,
)


def written(folder: Path, text: str, name: str = "pyproject.toml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_setting_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        [tool.shapecheck]
        select = ["SHP1", "loss-broadcasts"]
        ignore = ["SHP103"]
        exclude = ["vendor"]
        [tool.shapecheck.per-file-ignores]
        "tests/*" = ["SHP1"]
        [tool.shapecheck.inputs]
        "pkg.models.Net" = "n 3 h w"
        """,
    )
    assert read(path) == Configuration(
        root=str(tmp_path),
        select=("SHP1", "SHP302"),
        ignore=("SHP103",),
        exclude=("vendor",),
        per_file_ignores=(("tests/*", ("SHP1",)),),
        inputs=(("pkg.models.Net", "n 3 h w"),),
    )


@pytest.mark.parametrize("table", ["", "[tool.shapecheck]\n"])
def test_a_file_of_our_own_needs_no_section(tmp_path: Path, table: str) -> None:
    settings = read(written(tmp_path, f'{table}ignore = ["SHP301"]\n', "shapecheck.toml"))
    assert settings is not None and settings.ignore == ("SHP301",)


def test_a_pyproject_without_our_section_has_no_settings(tmp_path: Path) -> None:
    assert read(written(tmp_path, "[project]\nname = 'shapecheck'\n")) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("select = 'SHP101'", 'select must be a list of codes such as ["SHP101"]'),
        ("select = ['SHP999']", "select names 'SHP999', which is no code or rule of shapecheck"),
        ("ignore = ['E501']", "ignore names 'E501', which is no code or rule of shapecheck"),
        ("ignore = [101]", "ignore holds 101, which is no code"),
        ("exclude = 'vendor'", "exclude must be a list of strings"),
        ("line-length = 100", "'line-length' is no setting of shapecheck (there are select, "),
        ("per-file-ignores = []", "per-file-ignores must be a table"),
        ("per-file-ignores = {'a.py' = ['X1']}", "per-file-ignores.'a.py' names 'X1', which is no code"),
        (
            "inputs = {pkg.models.Net = 'n 3 h w'}",
            'inputs.pkg must be quoted, as in "pkg.models.Net" = "n 3 h w"',
        ),
        ("inputs = {Net = 3}", "inputs.'Net' must be a pattern such as \"n 3 h w\""),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_in_one_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = written(tmp_path, f"[tool.shapecheck]\n{text}\n")
    with pytest.raises(ConfigurationError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ") and sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_toml_is_said_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "[tool.shapecheck\n")
    with pytest.raises(ConfigurationError, match=r"is no valid TOML: .*line 1"):
        read(path)


@pytest.mark.parametrize(
    ("select", "ignore", "code", "enabled"),
    [
        (["ALL"], [], "SHP101", True),
        (["SHP1"], [], "SHP301", False),
        (["SHP1"], ["SHP101"], "SHP101", False),
        (["SHP101"], ["SHP1"], "SHP101", True),
        (["SHP101"], ["SHP101"], "SHP101", False),
        (["SHP3"], [], "SHP001", True),
        (["SHP3"], ["SHP001"], "SHP001", False),
        (["SHP3"], ["SHP0"], "SHP000", True),
        (["SHP1"], [], "SHP901", False),
    ],
)
def test_the_longest_beginning_decides(
    select: list[str], ignore: list[str], code: str, enabled: bool
) -> None:
    settings = Configuration(select=codes_of(select, "select"), ignore=codes_of(ignore, "ignore"))
    assert settings.enabled(code, "/a/b.py") is enabled


def test_codes_can_be_ignored_in_some_files() -> None:
    settings = Configuration(root="/p", per_file_ignores=(("tests/*", ("SHP1",)),))
    assert not settings.enabled("SHP101", "/p/tests/test_a.py")
    assert settings.enabled("SHP301", "/p/tests/test_a.py")
    assert settings.enabled("SHP101", "/p/src/tests.py")


@pytest.mark.parametrize(
    ("glob", "path", "found"),
    [
        ("vendor", "/p/vendor/a.py", True),
        ("vendor", "/p/src/vendor/a.py", True),
        ("vendor", "/p/vendors/a.py", False),
        ("*_pb2.py", "/p/src/x_pb2.py", True),
        ("src/old", "/p/src/old/deep/a.py", True),
        ("src/old/", "/p/src/old/a.py", True),
        ("./src/old", "/p/src/old/a.py", True),
        ("src/old", "/p/other/src/old/a.py", False),
        ("src/*/a.py", "/p/src/x/a.py", True),
    ],
)
def test_globs_fit_names_and_paths_from_the_root(glob: str, path: str, found: bool) -> None:
    assert matches(path, (glob,), "/p") is found


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "inner" / "deep"
    inner.mkdir(parents=True)
    written(tmp_path, "[tool.shapecheck]\nignore = ['SHP101']\n")
    written(tmp_path / "inner", "ignore = ['SHP102']\n", "shapecheck.toml")
    settings = Configurations()
    assert settings.above(str(inner)).ignore == ("SHP102",)
    assert settings.above(str(tmp_path)).ignore == ("SHP101",)
    assert Configurations(isolated=True).above(str(inner)).ignore == ()
    explicit = Configurations(explicit=str(tmp_path / "pyproject.toml"))
    assert explicit.above(str(inner)).ignore == ("SHP101",)


def test_the_command_line_replaces_select_and_adds_to_ignore(tmp_path: Path) -> None:
    written(tmp_path, "[tool.shapecheck]\nselect = ['SHP1']\nignore = ['SHP101']\n")
    settings = Configurations(select=("SHP3",), ignore=("SHP302",)).above(str(tmp_path))
    assert (settings.select, settings.ignore) == (("SHP3",), ("SHP101", "SHP302"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [(None, "does not exist or is no file"), ("[project]\nname = 'x'\n", "has no [tool.shapecheck] section")],
)
def test_an_explicit_file_must_have_settings(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "pyproject.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        Configurations(explicit=str(path))
    assert str(caught.value) == f"{path} {sentence}"
