"""`shapecheck compare`: targets, weights from files, exit status; nothing is unpickled."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import keras
import pytest
import torch
from keras import layers
from safetensors.torch import save_file

from shapecheck.cli import main

FILE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.second = nn.Linear(6, 2)

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)))

def make(seed=0):
    torch.manual_seed(seed)
    return Net()

def other():
    return make(1)

model = make()
number = 3

def quits():
    raise SystemExit(3)


def broken():
    raise ValueError("no such file")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "nets.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def saved_keras() -> keras.Model:
    return keras.Sequential([keras.Input((4,)), layers.Dense(6, activation="tanh"), layers.Dense(2)])


@pytest.mark.usefixtures("folder")
def test_two_that_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "nets.py:make", "nets.py:model", "--input", "n 4"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "agree: 1 outputs, 2 pairs, 3 cases"


@pytest.mark.usefixtures("folder")
def test_two_that_part_and_their_weights_copied(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "nets.py:make", "nets.py:other", "--input", "n 4", "--sizes", "1"]) == 1
    out = capsys.readouterr().out
    assert "PART: first (Linear and Linear): for the same input the right gives numbers" in out
    assert main(["compare", "nets.py:make", "nets.py:other", "--input", "n 4", "--transfer"]) == 0


@pytest.mark.usefixtures("folder")
def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["compare", "nets.py:Net", "nets.py:other", "--input", "n t 4", "--dims", "n=3,t=2"]
    assert main([*arguments, "--output-format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False and found["cases"][0]["sizes"] == {"n": 3, "t": 2}
    assert [pair["left"] for pair in found["pairs"]] == ["first", "second"]


def test_weights_from_files(folder: Path) -> None:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("nets", folder / "nets.py")
    assert spec is not None and spec.loader is not None
    nets = module_from_spec(spec)
    spec.loader.exec_module(nets)
    state = nets.make(5).state_dict()
    torch.save(state, folder / "weights.pt")
    save_file(state, folder / "weights.safetensors")
    arguments = ["compare", "nets.py:make", "nets.py:other", "--input", "n 4"]
    given = ["--left-weights", "weights.pt", "--right-weights", "weights.safetensors"]
    assert main([*arguments, *given]) == 0


def test_a_saved_keras_model(folder: Path) -> None:
    saved_keras().save(folder / "saved.keras")
    arguments = ["compare", "nets.py:make", "saved.keras", "--input", "n 4"]
    assert main([*arguments, "--transfer"]) == 0
    assert main(arguments) == 1


class Harmful:
    """A pickle that says when it is loaded."""

    def __reduce__(self):
        return (exec, ("open('loaded', 'w').close()",))


def test_nothing_is_unpickled(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "model.pt").write_bytes(pickle.dumps(Harmful()))
    torch.save({"first.weight": Harmful()}, folder / "state.pt")
    assert main(["compare", "model.pt", "nets.py:make", "--input", "n 4"]) == 2
    assert "model.pt may hold a pickle" in capsys.readouterr().err
    arguments = ["compare", "nets.py:make", "nets.py:make", "--input", "n 4"]
    assert main([*arguments, "--left-weights", "state.pt"]) == 2
    assert "state.pt does not fit nets.py:make: Weights only load failed" in capsys.readouterr().err
    lambdas = keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x)])
    lambdas.save(folder / "lambda.keras")
    assert main(["compare", "nets.py:make", "lambda.keras", "--input", "n 4"]) == 2
    assert "lambda.keras is no model that Keras loads safely: " in capsys.readouterr().err
    assert not (folder / "loaded").exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nets.py:make", "nets.py:nothing"], "nets.py has no nothing"),
        (["nets.py:make", "none.py:make"], "none.py does not exist"),
        (["nets.py:make", "nets.py:broken"], "nets.py:broken() raised ValueError: no such file"),
        (["nets.py:make", "nets.py:quits"], "nets.py:quits() exits when it is called"),
        (["nets.py:make", "nets.py:number"], "nets.py:number is int: compare takes a torch.nn.Module"),
        (["nets.py", "nets.py:make"], "nets.py names no object: write FILE:NAME"),
        (["none.keras", "nets.py:make"], "none.keras does not exist"),
        (["nets.py:make", "nets.py:make", "--left-weights", "none.pt"], "none.pt does not exist"),
        (["nets.py:make", "nets.py:make", "--dims", "q=3"], "the inputs have no symbol 'q'; theirs are n"),
    ],
)
def test_what_cannot_be_compared(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *arguments, "--input", "n 4"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"shapecheck: {message}") and error.count("\n") == 1


@pytest.mark.usefixtures("folder")
def test_the_inputs_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "nets.py:make", "nets.py:make"]) == 2
    assert "the inputs are missing" in capsys.readouterr().err


def test_help_says_that_the_files_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compare", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "This imports and runs the files. Nothing is unpickled." in text


def version(folder: Path, activation: str) -> str:
    folder.mkdir()
    (folder / "blocks.py").write_text(f"from torch import nn\ndef last(): return nn.{activation}()\n")
    lines = [
        "import torch",
        "from torch import nn",
        "from blocks import last",
        "def make():",
        "    torch.manual_seed(0)",
        "    return nn.Sequential(nn.Linear(4, 6), last())",
    ]
    (folder / "model.py").write_text("\n".join(lines) + "\n")
    return f"{folder.name}/model.py:make"


def test_two_folders_have_modules_of_their_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, same = (
        version(folder / "a", "ReLU"),
        version(folder / "b", "Tanh"),
        version(folder / "c", "ReLU"),
    )
    assert main(["compare", old, new, "--input", "n 4"]) == 1
    assert "PART" in capsys.readouterr().out
    assert main(["compare", old, same, "--input", "n 4"]) == 0
