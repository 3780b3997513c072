"""`shapecheck verify`: reports, exit statuses, and one sentence for whatever it cannot try."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapecheck.cli import main

FILE = """\
from shapecheck import Model, ops
model = Model("n 3 h w", [("stem", ops.Conv2d(4, 3)), ops.GlobalAvgPool2d(), ("head", ops.Linear(2))])
def make():
    return model
def wrong():
    raise ValueError("no model today")
number = 3
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "mine.py"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", ["model", "make"])
def test_a_model_or_a_function_that_gives_one_is_verified(
    file: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", f"{file}:{name}", "--backends", "torch", "--dims", "n=2", "--gradients"]) == 0
    shown = capsys.readouterr()
    assert "stem" in shown.out and "agree: 3 nodes" in shown.out
    assert shown.err == ""  # progress is for terminals


def test_json_is_one_object(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", f"{file}:model", "--backends", "torch,numpy", "--output-format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is True and found["backends"] == ["torch", "numpy"]


def test_what_departs_has_the_status_1(
    file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from shapecheck.equivalence import verifying
    from tests.equivalence.faulty import Faulty

    load = verifying.load
    fault = Faulty(weights=lambda weights: {**weights, "head.bias": 0 * weights["head.bias"]})
    monkeypatch.setattr(verifying, "load", lambda name: fault if name == "torch" else load(name))
    assert main(["verify", f"{file}:model", "--backends", "torch", "--seeds", "1"]) == 1
    shown = capsys.readouterr().out
    assert "DEPART: 'head' (Linear) on torch is off by" in shown
    assert "likely cause: the bias is dropped" in shown


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("{file}", "names no object: write FILE:NAME"),
        ("{file}:missing", "has no missing"),
        ("{file}:number", "is int, not a shapecheck.Model or a function that gives one"),
        ("{file}:wrong", "wrong() raised ValueError: no model today"),
        ("nowhere.py:model", "nowhere.py does not exist"),
        ("{broken}:model", "raised SyntaxError"),
        ("{exits}:model", "exits when it is imported"),
        ("{quits}:make", "make() exits when it is called"),
    ],
)
def test_what_is_no_model_is_refused_in_a_sentence(
    file: str, target: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, exits, quits = tmp_path / "broken.py", tmp_path / "exits.py", tmp_path / "quits.py"
    broken.write_text("def (", encoding="utf-8")
    exits.write_text("import sys\nsys.exit(3)\n", encoding="utf-8")
    quits.write_text("def make():\n    raise SystemExit(3)\n", encoding="utf-8")
    assert main(["verify", target.format(file=file, broken=broken, exits=exits, quits=quits)]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1 and "Traceback" not in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--backends", "nothing"], "there is no backend 'nothing'"),
        (["--backends", "numpy"], "numpy is the reference"),
        (["--backends", "torch", "--device", "nowhere"], "torch cannot use the device 'nowhere'"),
        (["--backends", "torch", "--dims", "q=3"], "the model has no symbol 'q'"),
        (["--backends", "torch", "--dims", "h=2"], "no sizes were found that meet"),
        (["--backends", "torch", "--dtype", "int8"], "not in 'int8'"),
    ],
)
def test_what_cannot_be_tried_has_the_status_2(
    file: str, options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", f"{file}:model", *options]) == 2
    said = capsys.readouterr().err
    assert sentence in said and "Traceback" not in said


@pytest.mark.parametrize(
    "options", [["--dims", "h"], ["--seeds", "0"], ["--seeds", "many"], ["--layout", "x"]]
)
def test_usage_errors_are_one_sentence(
    file: str, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["verify", f"{file}:model", *options])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_help_says_that_it_runs_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["verify", "--help"])
    assert "imports and runs FILE" in " ".join(capsys.readouterr().out.split())


def test_control_c_ends_it_quietly(
    file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from shapecheck.equivalence import verifying

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verifying, "verify", interrupted)
    assert main(["verify", f"{file}:model"]) == 130
    assert capsys.readouterr().err == "shapecheck: interrupted\n"
