"""Hostile input: the linter ends soon, in little memory, without a traceback, and loses no file."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.lint.hostile import GIVEN_UP, GROUPS, NO_PYTHON, PLANTED

ROOT = Path(__file__).parents[2]
MEMORY = 2 << 30
SECONDS = 100  # for a folder of some fifteen programs that each take a moment
COMMAND = (sys.executable, "-m", "shapecheck", "lint", "--output-format", "json")


class Ended(NamedTuple):
    """How the linter ended, and what it found."""

    status: int
    found: list[dict[str, Any]]
    err: str

    def at(self, name: str) -> list[tuple[str, int]]:
        """The codes and lines of one file's findings."""
        return [(entry["code"], entry["line"]) for entry in self.found if entry["path"] == name]


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def lint(*arguments: str | Path, cwd: Path) -> Ended:
    done = subprocess.run(
        [*COMMAND, "-j1", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        timeout=SECONDS,
        preexec_fn=limited,
        env=environment(),
        check=False,
    )
    err = done.stderr.decode()
    assert "Traceback" not in err
    found = json.loads(done.stdout) if done.stdout else []
    assert [entry for entry in found if entry["code"] == "SHP000"] == []
    return Ended(done.returncode, found, err)


def write(folder: Path, programs: dict[str, str]) -> dict[str, int]:
    """One file for each program, and the line of the bug that is planted in it."""
    lines = {}
    for name, text in programs.items():
        file = folder / (name.replace(" ", "_") + ".py")
        file.write_text("import torch\n" + text + PLANTED, encoding="utf-8")
        lines[file.name] = text.count("\n") + 3
    return lines


@pytest.mark.parametrize("group", GROUPS)
def test_what_grows_without_end_does_not_hide_a_bug_that_follows(group: str, tmp_path: Path) -> None:
    lines = write(tmp_path, GROUPS[group])
    ended = lint("--isolated", "--no-cache", ".", cwd=tmp_path)
    missing = [name for name, line in lines.items() if ("SHP101", line) not in ended.at(name)]
    assert missing == []


def test_what_does_not_end_is_given_up_and_the_next_file_is_checked(tmp_path: Path) -> None:
    write(tmp_path, GIVEN_UP)
    (tmp_path / "zz.py").write_text("import torch" + PLANTED)
    ended = lint("--isolated", "--no-cache", ".", cwd=tmp_path)
    assert {entry["code"] for entry in ended.found} <= {"SHP004", "SHP101", "SHP902"}
    assert ended.at("zz.py") == [("SHP101", 2)]


@pytest.mark.parametrize("name", NO_PYTHON)
def test_what_is_no_python_is_a_syntax_error_at_its_line(name: str, tmp_path: Path) -> None:
    text, line = NO_PYTHON[name]
    (tmp_path / "odd.py").write_text("import torch\n" + text)
    assert lint("--isolated", "--no-cache", ".", cwd=tmp_path).at("odd.py") == [("SHP001", line + 1)]


def test_an_analysis_that_does_not_end_is_ended_by_the_clock(tmp_path: Path) -> None:
    write(tmp_path, {name: GROUPS["endless"][name] for name in ("generators", "nested loops")})
    impatient = (
        "import sys; from shapecheck.lint import watching; watching.SECONDS = 0.001;"
        "from shapecheck.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["lint", "--isolated", "--no-cache", "-j1", "--output-format", "json", "."]
    done = subprocess.run(
        [sys.executable, "-c", impatient, *arguments],
        cwd=tmp_path, capture_output=True, env=environment(), timeout=SECONDS, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert [entry["code"] for entry in found] == ["SHP902", "SHP902"]
    assert found[0]["message"].startswith("not analysed: it takes more than")


def test_imports_in_circles_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\nfrom b import *\nfrom b import x\nimport c\n" + PLANTED)
    (tmp_path / "b.py").write_text("import torch\nfrom a import *\nfrom c import *\nx = y\n" + PLANTED)
    (tmp_path / "c.py").write_text("import torch\nfrom c import *\nimport a, b\nfrom a import c\n" + PLANTED)
    package = tmp_path / "p"
    package.mkdir()
    (package / "__init__.py").write_text("import torch\nfrom . import *\nfrom .p import *\nfrom p import p\n")
    (package / "p.py").write_text(
        "import torch\nfrom .. import p\nfrom . import p\nfrom .p import p\n" + PLANTED
    )
    ended = lint("--isolated", "--no-cache", ".", cwd=tmp_path)
    assert {entry["path"] for entry in ended.found} == {"a.py", "b.py", "c.py", "p/p.py"}


def test_what_is_no_regular_file_is_said_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "folder.py" / "inner.py").write_text("import torch" + PLANTED)
    (tmp_path / "endless.py").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "user.py").write_text("import torch, pipe, endless, folder\nfrom loop import user" + PLANTED)
    ended = lint("--isolated", "--no-cache", ".", cwd=tmp_path)
    assert [entry["path"] for entry in ended.found] == ["folder.py/inner.py", "user.py"]
    ended = lint("--isolated", "--no-cache", "pipe.py", "endless.py", "user.py", cwd=tmp_path)
    assert ended.at("pipe.py") == ended.at("endless.py") == [("SHP002", 1)]
    assert ended.at("user.py") == [("SHP101", 3)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "locked.py").write_text("import torch" + PLANTED)
    (tmp_path / "user.py").write_text("import torch, locked, closed\nimport closed.inner" + PLANTED)
    (tmp_path / "closed").mkdir()
    (tmp_path / "locked.py").chmod(0)
    (tmp_path / "closed").chmod(0)
    ended = lint("--isolated", "--no-cache", ".", cwd=tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert (ended.at("locked.py"), ended.at("user.py")) == ([("SHP002", 1)], [("SHP101", 3)])


def test_huge_files_are_not_analysed_and_do_not_fill_the_memory(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_bytes(b"import torch\n" + b"x = 1  # " + b"a" * 12_000_000)
    (tmp_path / "line.py").write_bytes(b"import torch\nx = [" + b"1, " * 350_000 + b"]" + PLANTED.encode())
    with open(tmp_path / "sparse.py", "wb") as file:
        file.write(b"import torch\n")
        file.truncate(8 << 30)
    ended = lint("--isolated", "--no-cache", ".", cwd=tmp_path)
    assert ended.at("long.py") == ended.at("sparse.py") == [("SHP902", 1)]
    assert ended.at("line.py") == [("SHP101", 3)]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b"{}", b'{"cells": 3}', b'{"cells": [3, null, {}, {"cell_type": "code"}]}',
        b'{"cells": [{"cell_type": "code", "source": 3}, {"cell_type": "code", "source": [null, "torch"]}]}',
        b'{"metadata": 3, "cells": []}', b'{"metadata": {"kernelspec": []}, "cells": []}',
        b"[" * 100_000, b'{"cells": ' + b"[" * 100_000, b"\xff\xfe{}", b"torch\0",
        b'{"cells": [{"cell_type": "code", "source": "\\ud800 = torch"}]}',
        b'{"cells": [{"cell_type": "code", "source": "import torch\\nx = \\"\\ud800\\""}]}',
        b'{"cells": [{"cell_type": "code", "source": "%%bash\\ntorch"}, {"cell_type": "code", "source": "!a \\\\"}]}',
    ],
)  # fmt: skip
def test_broken_notebooks_lose_no_other_file(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd.ipynb").write_bytes(data)
    (tmp_path / "zz.py").write_text("import torch" + PLANTED)
    ended = lint("--isolated", "--no-cache", "odd.ipynb", "zz.py", cwd=tmp_path)
    assert ended.at("zz.py") == [("SHP101", 2)]
    assert {entry["code"] for entry in ended.found} <= {"SHP101", "SHP001", "SHP002"}


@pytest.mark.parametrize(
    "text",
    [
        "select = 3", "select = 'SHP1'", "select = [3]", "select = ['E501']", "ignore = {}", "exclude = 'x'",
        "exclude = [3]", "inputs = []", "inputs = {a = 3}", "per-file-ignores = []", "per-file-ignores = {a = 3}",
        "per-file-ignores = {a = ['X']}", "nothing = 1", "select = ", "select = [" * 20_000,
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "shapecheck.toml").write_text(text + "\n")
    (tmp_path / "a.py").write_text("import torch" + PLANTED)
    ended = lint("--no-cache", ".", cwd=tmp_path)
    assert ended.status == 2
    assert ended.err.startswith("shapecheck: ") and ended.err.count("\n") == 1, ended.err


def test_settings_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch" + PLANTED)
    for data in (b"\xff\xfe\0", b"select = ['\xe9']", b"tool = 3\nshapecheck = 1"):
        (tmp_path / "shapecheck.toml").write_bytes(data)
        ended = lint("--no-cache", ".", cwd=tmp_path)
        assert (ended.status, ended.err.count("\n")) == (2, 1)


def test_an_interrupt_ends_all_processes_quietly(tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"{number}.py").write_text(
            "import torch\n" + "".join(GROUPS["numbers"]["outer products"])
        )
    for jobs in ("-j1", "-j2"):
        running = subprocess.Popen(
            [*COMMAND, "--no-cache", jobs, "."],
            cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        time.sleep(1)
        assert running.poll() is None
        os.killpg(running.pid, signal.SIGINT)
        _, err = running.communicate(timeout=20)
        assert (running.returncode, err) == (130, b"shapecheck: interrupted\n")
        with pytest.raises(ProcessLookupError):  # none is left
            os.killpg(running.pid, signal.SIGINT)


def test_output_that_nobody_reads_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\n" + PLANTED * 1000)
    command = f"{sys.executable} -m shapecheck lint --isolated --no-cache . | head -1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_a_cache_that_cannot_be_used_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch" + PLANTED)
    (tmp_path / ".shapecheck_cache").write_text("a file")
    assert lint("--isolated", ".", cwd=tmp_path).at("a.py") == [("SHP101", 2)]
    (tmp_path / ".shapecheck_cache").unlink()
    lint("--isolated", ".", cwd=tmp_path)
    entries = [entry for entry in (tmp_path / ".shapecheck_cache").iterdir() if entry.name != ".gitignore"]
    assert entries
    for data in (b"", b"\0" * 100, b"{}", entries[0].read_bytes()[:-3], b"[" * 100_000):
        entries[0].write_bytes(data)
        assert lint("--isolated", ".", cwd=tmp_path).at("a.py") == [("SHP101", 2)]
    entries[0].unlink()
    entries[0].mkdir()
    assert lint("--isolated", ".", cwd=tmp_path).at("a.py") == [("SHP101", 2)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_may_not_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch" + PLANTED)
    tmp_path.chmod(0o500)
    ended = lint("--isolated", ".", cwd=tmp_path)
    tmp_path.chmod(0o700)
    assert ended.at("a.py") == [("SHP101", 2)]
    assert not (tmp_path / ".shapecheck_cache").exists()


def test_runs_at_the_same_time_share_a_cache(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.py").write_text("import torch" + PLANTED)
    running = [
        subprocess.Popen([*COMMAND, "-j1", "."], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in running:
        out, _ = process.communicate(timeout=SECONDS)
        assert len(json.loads(out)) == 30
    assert len(lint(".", cwd=tmp_path).found) == 30
