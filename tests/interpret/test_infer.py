"""What `shapes` says of the seed models is what the frameworks say: parameters, outputs, Keras's layers one by one."""

from __future__ import annotations

import ast
import inspect
import runpy
import sys
from pathlib import Path
from typing import Any

import keras
import pytest
import torch
from torch import nn

from shapecheck.algebra import evaluate, parse_size
from shapecheck.interpret import Project, Source, infer

SEEDS = Path(__file__).parents[2] / "examples" / "seeds"
TORCH = sorted((SEEDS / "pytorch_models").glob("*.py"))
KERAS = sorted((SEEDS / "keras_models").glob("*.py"))
# Not understood without more than shapes: a layer or a state that the caller hands in.
OPEN = {"AttentiveVideoLSTM", "QueryPool", "ConvLSTMCell", "TimeDistributed"}


def source(path: Path) -> Source:
    text = path.read_text()
    return Source(str(path), text, ast.parse(text))


def one(text: str, name: str, *inputs: str) -> Any:
    """The inferred model of that name."""
    (found,) = infer(Source("model.py", text, ast.parse(text)), name, Project(), list(inputs))
    return found


def number(size: Any, values: dict[str, int]) -> int:
    return size if isinstance(size, int) else evaluate(size, values)


def output(contract: str, values: dict[str, int]) -> tuple[int, ...]:
    """The shape behind the arrow, in numbers."""
    text = contract.partition(" → ")[2].partition(")")[0].strip("(")
    return tuple(number(parse_size(entry), values) for entry in text.split(", "))


def keeps_defaults(cls: type, arguments: dict[str, int]) -> bool:
    """Whether the constructor was called with its defaults, where it has some."""
    parameters = inspect.signature(cls).parameters.values()
    return all(
        arguments.get(each.name, each.default) == each.default
        for each in parameters
        if each.default is not each.empty
    )


class Watch:
    """The modules of a running file that were called: constructor arguments, inputs and outputs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: dict[int, dict[str, int]] = {}
        self.calls: dict[nn.Module, tuple[list[str], Any]] = {}
        plain = nn.Module.__init__

        def watched(module: nn.Module, *args: Any, **named: Any) -> None:
            given = sys._getframe(1).f_locals
            self.made[id(module)] = {name: value for name, value in given.items() if type(value) is int}
            plain(module, *args, **named)

        monkeypatch.setattr(nn.Module, "__init__", watched)

    def called(self, module: nn.Module, given: tuple[Any, ...], result: Any) -> None:
        if type(module).__module__ == "__main__" and isinstance(result, torch.Tensor):
            self.calls[module] = ([" ".join(map(str, entry.shape)) for entry in given], result)


@pytest.mark.parametrize("path", TORCH, ids=lambda path: path.stem)
def test_pytorch_seeds(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Watch(monkeypatch)
    handle = nn.modules.module.register_module_forward_hook(watch.called)
    try:
        names = runpy.run_path(str(path), run_name="__main__")
    finally:
        handle.remove()
    assert watch.calls
    for module, (inputs, result) in watch.calls.items():
        variable = next((name for name, value in names.items() if value is module), type(module).__name__)
        (found,) = infer(source(path), variable, Project(), inputs)
        if found.unknown:
            assert type(module).__name__ in OPEN, found
            continue
        arguments = watch.made[id(module)]
        if variable == type(module).__name__ and not keeps_defaults(type(module), arguments):
            continue  # a class is shown with its defaults
        assert number(found.parameters, arguments) == sum(each.numel() for each in module.parameters())
        assert output(found.contract, arguments) == tuple(result.shape)


@pytest.mark.parametrize("path", KERAS, ids=lambda path: path.stem)
def test_keras_seeds(path: Path) -> None:
    names = runpy.run_path(str(path), run_name="seed")
    for found in infer(source(path), None, Project()):
        build = names.get(found.name)
        if not inspect.isfunction(build) or found.unknown:
            continue
        parameters = inspect.signature(build).parameters.values()
        required = [each.name for each in parameters if each.default is each.empty]
        values = {name: 16 + 4 * place for place, name in enumerate(required)}
        model = build(**values)
        assert number(found.parameters, values) == model.count_params(), found.name
        values = {**values, "n": 1, "t": 1}
        shapes = [1 if size is None else size for size in model.output_shape]
        assert output(found.contract, values) == tuple(shapes)


def test_a_functional_model_lists_the_layers_of_keras_in_order() -> None:
    text = """\
import keras
from keras import layers
image = keras.Input((28, 28, 3))
x = layers.Conv2D(8, 3, name="stem")(image)
x = layers.BatchNormalization()(x)
y = layers.Conv2D(8, 1)(x)
x = layers.Add()([x, y])
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(image, layers.Dense(5)(x))
"""
    keras.utils.clear_session()
    names: dict[str, Any] = {}
    exec(text, names)
    found = one(text, "model")
    theirs = [layer for layer in names["model"].layers if layer.name != "input_layer"]
    assert [row.path for row in found.rows] == [layer.name for layer in theirs]
    assert [row.operator for row in found.rows] == [type(layer).__name__ for layer in theirs]
    assert [row.parameters for row in found.rows] == [layer.count_params() for layer in theirs]
    shapes = [str(layer.output.shape).replace("None", "n") for layer in theirs]
    assert [row.shape for row in found.rows] == shapes


def test_only_what_forward_applies_is_listed() -> None:
    text = (SEEDS / "pytorch_models" / "frame_features.py").read_text()
    found = one(text, "DeepFrameLSTM")
    assert [row.path for row in found.rows] == ["conv1", "pool", "conv2", "pool", "lstm", "head"]
    assert "batch*steps" in found.rows[0].shape and found.rows[0].parameters != 0


def test_the_rank_is_the_one_for_which_layers_see_batches() -> None:
    text = (SEEDS / "pytorch_models" / "frame_features.py").read_text()
    found = one(text, "PooledFrameLSTM")
    assert found.contract == "(n, t, c, h, w) → (n, 1) requires (h//2)*(w//2) = 1024"


def test_an_open_number_of_stacked_layers_is_counted() -> None:
    text = "from torch import nn\nclass Net(nn.Module):\n"
    text += "    def __init__(self, depth):\n        super().__init__()\n"
    text += "        self.lstm = nn.LSTM(5, 7, num_layers=depth)\n"
    text += "    def forward(self, x):\n        return self.lstm(x)\n"
    found = one(text, "Net")
    for depth in (1, 2, 5):
        real = sum(each.numel() for each in nn.LSTM(5, 7, num_layers=depth).parameters())
        assert number(found.parameters, {"depth": depth}) == real


def test_what_keras_shares_counts_once_and_steps_multiply_the_work() -> None:
    text = """\
import keras
from keras import layers
frame = keras.Input((8, 8, 3))
encoder = keras.Model(frame, layers.Flatten()(layers.Conv2D(4, 3)(frame)), name="encoder")
clips = keras.Input((None, 8, 8, 3))
steps = layers.TimeDistributed(encoder)(clips)
both = layers.Concatenate()([steps, steps])
model = keras.Model(clips, layers.LSTM(6)(both))
"""
    found = one(text, "model", "2 5 8 8 3")
    names: dict[str, Any] = {}
    exec(text, names)
    assert found.parameters == names["model"].count_params()
    assert found.contract == "(2, 5, 8, 8, 3) → (2, 6)"
    assert found.rows[0].path == "encoder.conv2d"
    once = one(text, "encoder", "2 8 8 3")
    assert found.rows[0].macs == 5 * once.rows[0].macs


def test_a_class_that_others_build_is_shown_as_built() -> None:
    text = """\
from torch import nn
class Net(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.block = block(3, 4)
    def forward(self, x):
        return self.block(x)
def wide():
    return Net(nn.Linear)
net = Net(nn.Linear)
"""
    found = infer(Source("model.py", text, ast.parse(text)), None, Project())
    assert [entry.name for entry in found] == ["wide"]
    assert found[0].parameters == 16
    assert [row.path for row in found[0].rows] == ["block"]


def test_layers_that_are_never_applied_are_named() -> None:
    text = "from torch import nn\nclass Net(nn.Module):\n"
    text += "    def __init__(self):\n        super().__init__()\n"
    text += "        self.a = nn.Linear(3, 4)\n        self.b = nn.Linear(3, 4)\n        self.c = nn.ReLU()\n"
    text += "    def forward(self, x):\n        return self.a(x)\n"
    assert one(text, "Net").unused == ("b",)


def test_conditions_that_were_taken_to_hold_are_not_requirements() -> None:
    text = """\
from torch import nn
class Net(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.skip = nn.Sequential()
        if inside != 2 * outside:
            self.skip = nn.Conv2d(inside, 2 * outside, 1)
        self.conv = nn.Conv2d(inside, 2 * outside, 3, padding=1)
    def forward(self, x):
        return self.conv(x) + self.skip(x)
"""
    contract = one(text, "Net").contract
    assert contract == "(n, c, h, w) → (n, 2*outside, h, w) when c ≠ 2*outside"


def test_the_function_stays_a_function_once_it_ran() -> None:
    import shapecheck.interpret

    one("from torch import nn\nnet = nn.Linear(3, 4)\n", "net")
    assert callable(shapecheck.interpret.infer)
