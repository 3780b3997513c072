"""Keras objects: each shape that the interpreter knows is the one that Keras gives to the program."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from typing import Any

import pytest

import shapecheck
from shapecheck.algebra import Dim, bounds
from shapecheck.interpret import Project, Source, analyse
from shapecheck.interpret.events import Applied, Mistake, Revealed

SETUP = """
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from shapecheck import reveal_shape
"""

PROGRAMS = {
    "functional": """
image = keras.Input((28, 28, 1))
x = layers.MaxPooling2D()(layers.Conv2D(8, 3, activation="relu")(image))
model = keras.Model(image, layers.Dense(10)(layers.Flatten()(x)))
reveal_shape(model.output)
reveal_shape(model(keras.Input((28, 28, 1))))
reveal_shape(model.layers)
""",
    "functional with keywords, two inputs and two outputs": """
a, b = keras.Input((10,), name="a"), keras.Input((20,), name="b")
model = keras.Model(inputs=[a, b], outputs=[layers.Concatenate()([a, b]), layers.Dense(2)(a)])
first, second = model([keras.Input((10,), batch_size=4), keras.Input((20,), batch_size=4)])
reveal_shape(first)
reveal_shape(second)
reveal_shape(model.outputs[0])
reveal_shape(model.inputs[1])
""",
    "functional with open axes": """
image = keras.Input((None, None, 3))
model = keras.Model(image, layers.Conv2D(4, 3, strides=2, padding="same")(image))
reveal_shape(model.output)
reveal_shape(model(keras.Input((17, 20, 3))))
reveal_shape(model(keras.Input((None, 20, 3))))
""",
    "functional called with one axis of one too few": """
image = keras.Input((8, 8, 1))
model = keras.Model(image, layers.Flatten()(image))
reveal_shape(model(keras.Input((8, 8))))
""",
    "sequential in one list": """
model = keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(5)])
reveal_shape(model.outputs[0])
reveal_shape(model(keras.Input((32, 32, 3), batch_size=2)))
reveal_shape(keras.Input(model.output_shape[1:]))
reveal_shape(keras.Input(model.input_shape[1:]))
""",
    "sequential with add, pop and input_shape": """
model = keras.Sequential()
model.add(layers.Conv2D(32, 3, input_shape=(32, 32, 3)))
model.add(layers.MaxPooling2D((2, 2)))
model.add(layers.Reshape((-1, 32)))
reveal_shape(model.outputs[0])
model.add(layers.LSTM(7, return_sequences=True))
model.add(layers.Dense(9))
model.pop()
reveal_shape(model.outputs[0])
reveal_shape(keras.Input((len(model.layers),)))
""",
    "sequential that learns its input at the first call": """
model = keras.Sequential([layers.Dense(4), layers.Dense(6)])
reveal_shape(model(keras.Input((3,))))
""",
    "sequential that is told its input by build": """
model = keras.Sequential([layers.Dense(4), layers.Dense(6)])
model.build((None, 12))
reveal_shape(model.outputs[0])
""",
    "models inside of models": """
inner = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.Flatten()])
image = keras.Input((8, 8, 1))
outer = keras.Model(image, layers.Dense(3)(inner(image)))
stack = keras.Sequential([inner, layers.Dense(5)])
reveal_shape(outer.output)
reveal_shape(stack(keras.Input((8, 8, 1))))
""",
    "TimeDistributed around layers and models": """
inner = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.Flatten()])
reveal_shape(layers.TimeDistributed(layers.Conv2D(4, 3))(keras.Input((5, 8, 8, 1))))
reveal_shape(layers.TimeDistributed(inner)(keras.Input((5, 8, 8, 1))))
reveal_shape(layers.TimeDistributed(inner)(keras.Input((None, 8, 8, 1))))
""",
    "a layer of one's own": """
class Scale(layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
        self.made = []

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.bias = self.add_weight(name="bias", shape=(self.units,))
        self.made.append(input_shape)
        super().build(input_shape)

    def call(self, x, training=False):
        return layers.Dense(self.units)(x)

scale = Scale(5, name="scale")
reveal_shape(scale(keras.Input((7,)), training=True))
reveal_shape(scale.kernel)
reveal_shape(scale.bias)
reveal_shape(keras.Input((len(scale.made),)))
""",
    "a build of several shapes": """
class Join(layers.Layer):
    def build(self, left_shape, right_shape):
        self.kernel = self.add_weight(shape=(left_shape[-1], right_shape[-1]))

    def call(self, left, right):
        return layers.Concatenate()([left, right])

join = Join()
reveal_shape(join(keras.Input((3,)), keras.Input((4,))))
reveal_shape(join.kernel)
""",
    "a build of a list of shapes": """
class Join(layers.Layer):
    def build(self, input_shape):
        left, right = input_shape
        self.kernel = self.add_weight(shape=(left[-1], right[-1]))

    def call(self, inputs):
        return layers.Concatenate()(inputs)

join = Join()
reveal_shape(join([keras.Input((3,)), keras.Input((4,))]))
reveal_shape(join.kernel)
""",
    "a subclassed model": """
class Net(keras.Model):
    def __init__(self, depth):
        super().__init__()
        self.blocks = [layers.Dense(8 * (i + 1)) for i in range(depth)]
        self.head = keras.Sequential([layers.Dense(4), layers.Dense(6)])

    def call(self, x, training=None, mask=None):
        for block in self.blocks:
            x = block(x)
        return self.head(x, training=training)

reveal_shape(Net(3)(keras.Input((5,), batch_size=2)))
""",
    "a subclass with inputs and outputs": """
class Net(keras.Model):
    def __init__(self, units):
        image = keras.Input((4, 4, 2))
        super().__init__(inputs=image, outputs=layers.Dense(units)(layers.Flatten()(image)))

net = Net(3)
reveal_shape(net.output)
reveal_shape(net(keras.Input((4, 4, 2))))
""",
    "a subclass of Sequential": """
class Block(keras.Sequential):
    def __init__(self, units):
        super().__init__([layers.Dense(units), layers.Dense(2 * units)])

reveal_shape(Block(4)(keras.Input((5,))))
""",
    "a subclass of a layer of Keras": """
class Wide(layers.Dense):
    def __init__(self, units, **options):
        super().__init__(2 * units, **options)

class Twice(layers.Dense):
    def call(self, x):
        return super().call(x)

reveal_shape(Wide(4)(keras.Input((5,))))
reveal_shape(Twice(4)(keras.Input((5,))))
""",
    "a wrapper": """
class Same(layers.Wrapper):
    def call(self, x):
        return self.layer(x)

reveal_shape(Same(layers.Dense(4))(keras.Input((5,))))
""",
    "lambda": """
x = keras.Input((6, 4))
reveal_shape(layers.Lambda(lambda t: layers.Flatten()(t))(x))
reveal_shape(layers.Lambda(lambda t, n: layers.RepeatVector(n)(layers.Flatten()(t)), arguments={"n": 3})(x))
""",
    "shapes read": """
x = keras.Input((6, 4))
_, steps, features = x.shape
reveal_shape(layers.Reshape((steps * features,))(x))
axis = 3 if keras.backend.image_data_format() == "channels_last" else 1
reveal_shape(keras.Input((axis,)))
""",
    "copies of models": """
model = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
reveal_shape(keras.models.clone_model(model)(keras.Input((3,))))
""",
    "applications": """
base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3), pooling="avg")
reveal_shape(keras.Model(base.input, layers.Dense(5)(base.output)).output)
base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))
reveal_shape(layers.Dense(4)(layers.GlobalAveragePooling2D()(base(keras.Input((96, 96, 3))))))
""",
    "dictionaries": """
a, b = keras.Input((3,), name="a"), keras.Input((4,), name="b")
model = keras.Model({"a": a, "b": b}, {"sum": layers.Concatenate()([a, b])})
reveal_shape(model({"a": keras.Input((3,)), "b": keras.Input((4,))})["sum"])
""",
    "batch shapes": """
reveal_shape(keras.Input(batch_shape=(2, 3, 4)))
reveal_shape(keras.Input(shape=(3,), batch_size=5))
reveal_shape(keras.Input((None,)))
reveal_shape(keras.Input(()))
""",
}


def analysed(program: str) -> tuple[list[Any], dict[int, list[Any]]]:
    """The failures of a program, and the revealed shapes by line."""
    analysis = analyse(Source("/nowhere/case.py", program, ast.parse(program)), Project())
    failures = [
        event
        for event in analysis.events
        if isinstance(event, Mistake) or (isinstance(event, Applied) and event.failed)
    ]
    revealed = defaultdict(list)
    for event in analysis.events:
        if isinstance(event, Revealed):
            revealed[event.span.line].append(getattr(event.value, "shape", None))
    return failures, revealed


def run(program: str, monkeypatch: pytest.MonkeyPatch) -> dict[int, Any]:
    """The shapes that the program has when it is run, by line; None for open axes."""
    seen: dict[int, Any] = {}

    def reveal(value: Any) -> Any:
        shape = getattr(value, "shape", None)
        seen[sys._getframe(1).f_lineno] = None if shape is None else tuple(shape)
        return value

    monkeypatch.setattr(shapecheck, "reveal_shape", reveal)
    exec(compile(program, "case.py", "exec"), {"__name__": "__main__"})
    return seen


def agrees(size: Any, real: int | None) -> bool:
    """A known size is the real one; a symbolic one is an open axis, or has the real number in its bounds."""
    if isinstance(size, int):
        return size == real
    assert isinstance(size, Dim)
    low, high = bounds(size)
    return real is None or ((low is None or low <= real) and (high is None or real <= high))


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_shapes_are_those_of_keras(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SETUP + program
    failures, revealed = analysed(text)
    assert failures == []
    for line, shape in run(text, monkeypatch).items():
        if shape is None:
            continue
        assert revealed[line], f"line {line} was not reached"
        for known in revealed[line]:
            assert known is not None, text.splitlines()[line - 1]
            assert len(known) == len(shape)
            assert all(agrees(size, real) for size, real in zip(known, shape, strict=True)), (known, shape)


BROKEN = {
    "rank of a functional model": (
        "SHP103",
        """
model = keras.Model(x := keras.Input((4, 4, 3)), layers.Flatten()(x))
model(np.zeros((2, 4, 3)))  # here
""",
    ),
    "size of a functional model": (
        "SHP102",
        """
model = keras.Model(x := keras.Input((4, 4, 3)), layers.Flatten()(x))
model(keras.Input((4, 4, 2)))  # here
""",
    ),
    "features of a functional model": (
        "SHP101",
        """
model = keras.Model(x := keras.Input((9,)), layers.Dense(2)(x))
model(keras.Input((8,)))  # here
""",
    ),
    "size of a sequential model": (
        "SHP101",
        """
model = keras.Sequential([keras.Input((9,)), layers.Dense(2)])
model(keras.Input((8,)))  # here
""",
    ),
    "a stack that does not fit": (
        "SHP103",
        """
keras.Sequential([
    keras.Input((9, 9, 1)),
    layers.Conv2D(4, 3),
    layers.LSTM(3),  # here
])
""",
    ),
    "a stack with input_shape": (
        "SHP103",
        """
model = keras.Sequential()
model.add(layers.Conv2D(4, 3, input_shape=(9, 9, 1)))
model.add(layers.LSTM(3))  # here
""",
    ),
    "a stack built by a loop": (
        "SHP104",
        """
model = keras.Sequential([keras.Input((8, 8, 1))])
for _ in range(4):
    model.add(layers.Conv2D(4, 3))  # here
""",
    ),
    "a later call of a stack": (
        "SHP101",
        """
model = keras.Sequential([layers.Dense(4)])
model(keras.Input((3,)))
model(keras.Input((5,)))  # here
""",
    ),
    "the call of a layer of one's own": (
        "SHP101",
        """
class Own(layers.Layer):
    def __init__(self):
        super().__init__()
        self.fc = layers.Dense(3)
    def call(self, x):
        return self.fc(x)  # here
own = Own()
own(keras.Input((4,)))
own(keras.Input((6,)))
""",
    ),
    "a model inside of TimeDistributed": (
        "SHP103",
        """
inner = keras.Sequential([layers.Conv2D(4, 3)])
layers.TimeDistributed(inner)(keras.Input((8, 8, 3)))  # here
""",
    ),
}


@pytest.mark.parametrize(("code", "program"), BROKEN.values(), ids=BROKEN.keys())
def test_what_keras_refuses_is_found_at_its_line(code: str, program: str) -> None:
    text = SETUP + program
    failures, _ = analysed(text)
    found = [(getattr(event, "code", None) or event.failed.code, event.span.line) for event in failures]
    line = next(number for number, row in enumerate(text.splitlines(), 1) if row.endswith("# here"))
    assert found == [(code, line)]
    with pytest.raises(Exception):  # noqa: B017  # Keras refuses in exceptions of several kinds
        exec(compile(text, "case.py", "exec"), {"__name__": "__main__"})


QUIET = {
    "a last axis of 1, which Keras lets pass": """
x = keras.Input((4, 4, 3))
model = keras.Model(x, layers.Flatten()(x))
model(keras.Input((4, 4, 1)))
model(keras.Input((4, 4)))
keras.Sequential([x, layers.Flatten()])(np.zeros((2, 5, 4, 3)))
""",
    "inputs by their names": """
a, b = keras.Input((3,), name="b"), keras.Input((4,), name="a")
model = keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([a, b])))
model.compile(loss="mse")
model.fit({"b": np.zeros((8, 3)), "a": np.zeros((8, 4))}, np.zeros((8, 1)), verbose=0)
""",
    "data with a last axis of 1 missing": """
model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(2)])
model.compile(loss="mse")
model.fit(np.zeros((8, 4, 4)), np.zeros((8, 2)), epochs=1, verbose=0)
model.evaluate(np.zeros((8, 4, 4, 1)), np.zeros((8, 2)), verbose=0)
""",
    "an unknown number of layers": """
import sys
model = keras.Sequential([keras.Input((8, 8, 1))])
for _ in sys.argv:
    model.add(layers.Conv2D(4, 3))
model.add(layers.Flatten())
model(keras.Input((8, 8, 1)))
""",
    "layers that come from elsewhere": """
import elsewhere
model = keras.Sequential(elsewhere.layers())
model.add(layers.LSTM(3))
model(keras.Input((8, 8, 1)))
""",
    "two models on one shape": """
def net(c):
    x = keras.Input((None, 3))
    return keras.Model(x, layers.Conv1D(c, 3)(x))
net(2)(keras.Input((5, 3)))
net(4)(keras.Input((9, 3)))
""",
    "batches of fixed and other sizes": """
a = keras.Input((3,), batch_size=2)
model = keras.Model(a, layers.Dense(1)(a))
model(keras.Input((3,), batch_size=7))
""",
    "a build that is overridden": """
class Own(keras.Model):
    def build(self, shape):
        self.fc = layers.Dense(3)
        self.built = True
    def call(self, x):
        return self.fc(x)
own = Own()
own.build((None, 4))
own(keras.Input((6,)))
""",
    "clones do not share weights": """
import copy
layer = layers.Dense(3)
layer(keras.Input((4,)))
keras.models.clone_model(keras.Sequential([layer]))
layers.Dense.from_config(layer.get_config())(keras.Input((5,)))
""",
}


@pytest.mark.parametrize("program", QUIET.values(), ids=QUIET.keys())
def test_nothing_is_said_about_what_may_work(program: str) -> None:
    failures, _ = analysed(SETUP + program)
    assert failures == []


DATA = """
xs, ys = keras.ops.zeros((10, 4, 5)), keras.ops.zeros((10,), dtype="int64")
pairs = tf.data.Dataset.from_tensor_slices((xs, ys))
for x, y in pairs.shuffle(10).batch(3).prefetch(1):
    reveal_shape(x)
    reveal_shape(y)
for x, y in pairs.map(lambda a, b: (layers.Flatten()(a[None]), b)).batch(5, drop_remainder=True):
    reveal_shape(x)
for index, (x, y) in enumerate(pairs.batch(2)):
    reveal_shape(x)
model = keras.Sequential([layers.Flatten(), layers.Dense(3)])
reveal_shape(model.predict(xs, verbose=0))
"""


def test_elements_of_data_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    text = SETUP + DATA
    failures, revealed = analysed(text)
    assert failures == []
    for line, shape in run(text, monkeypatch).items():
        for known in revealed[line]:
            assert known is not None
            assert all(agrees(*pair) for pair in zip(known, shape, strict=True)), (line, known)
    known = [str(shapes[0]) for _, shapes in sorted(revealed.items())]
    assert known == ["(batch, 4, 5)", "(batch,)", "(5, 1, 20)", "(2, 4, 5)", "(10, 3)"]


LOADER = """
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split

class Frames(Dataset):
    def __len__(self):
        return 10
    def __getitem__(self, index):
        return torch.zeros(3, 8, 8), index

pairs = TensorDataset(torch.zeros(10, 4), torch.zeros(10))
for x, y in DataLoader(pairs, batch_size=4):
    reveal_shape(x)
for x, y in DataLoader(pairs, 5, shuffle=True):
    reveal_shape(x)
for step, (x, y) in enumerate(DataLoader(pairs, batch_size=4, drop_last=True)):
    reveal_shape(y)
x, y = next(iter(DataLoader(Frames(), batch_size=10)))
reveal_shape(x)
reveal_shape(y)
first, second = random_split(pairs, [6, 4])
for x, y in DataLoader(second, batch_size=2):
    reveal_shape(x)
reveal_shape(torch.zeros(len(DataLoader(pairs, batch_size=4)), len(pairs)))
"""


def test_batches_of_loaders(monkeypatch: pytest.MonkeyPatch) -> None:
    text = SETUP + LOADER
    failures, revealed = analysed(text)
    assert failures == []
    for line, shape in run(text, monkeypatch).items():
        for known in revealed[line]:
            assert known is not None
            assert all(agrees(*pair) for pair in zip(known, shape, strict=True)), (line, known)
