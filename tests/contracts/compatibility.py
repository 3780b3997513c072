"""Every way of running code with a contract in it: what must hold, tried on the installed frameworks.

`python -m tests.contracts.compatibility` prints the table of docs/contracts.md from what the cases find;
`--write` puts it there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

PAGE = Path(__file__).parents[2] / "docs" / "contracts.md"
BEGIN, END = "<!-- compatibility: begin (generated) -->", "<!-- compatibility: end -->"
WORDS = "y axis 0 (c) is 4, expected 3: c was bound by x axis 1"


class Case(NamedTuple):
    """One way of running. `right` makes a call that fits, `wrong` one that does not; each says what it saw.

    `wrong` is None where the contract is not looked at; `note` is what the table adds.
    """

    framework: str
    way: str
    right: Callable[[], str]
    wrong: Callable[[], str] | None
    note: str = ""


CASES: list[Case] = []


def case(framework: str, way: str, note: str = "") -> Callable[[type], type]:
    """Register a class with `right` and, where the contract is looked at, `wrong`."""

    def register(cls: type) -> type:
        CASES.append(Case(framework, way, cls.right, getattr(cls, "wrong", None), note))
        return cls

    return register


def product() -> Any:
    """A fresh function with a contract and nothing of any framework in it."""
    from shapecheck.contracts import contract

    @contract("n c, c d -> n d")
    def multiply(x, y):
        return x @ y

    return multiply


def refusal(call: Callable[[], Any]) -> str:
    """The error of a call that breaks the contract, by name; it must say the contract's own words."""
    try:
        call()
    except AssertionError as error:
        assert WORDS in str(error), str(error)
        return type(error).__name__
    raise AssertionError("nothing was raised")


# --- torch -----------------------------------------------------------------------------------------------


def tensors(*shapes: tuple[int, ...]) -> Any:
    import torch

    return [torch.ones(shape) for shape in shapes]


@case("torch", "eager")
class Eager:
    def right() -> str:
        assert product()(*tensors((2, 3), (3, 4))).shape == (2, 4)
        return "checked at every call"

    def wrong() -> str:
        return refusal(lambda: product()(*tensors((2, 3), (4, 4))))


class CompileFullGraph:
    dynamic: bool | None = None

    @classmethod
    def compiled(cls, function: Any) -> tuple[Any, Any]:
        import torch
        from torch._dynamo.testing import CompileCounter

        torch._dynamo.reset()
        counter = CompileCounter()
        return torch.compile(function, fullgraph=True, backend=counter, dynamic=cls.dynamic), counter

    @classmethod
    def graphs(cls, function: Any) -> tuple[int, int]:
        compiled, counter = cls.compiled(function)
        for batch in (2, 5, 7, 9):
            compiled(*tensors((batch, 3), (3, 4)))
        return counter.frame_count, counter.op_count


def compile_right(dynamic: bool | None) -> str:
    class Runs(CompileFullGraph):
        pass

    Runs.dynamic = dynamic
    multiply = product()
    with_contract = Runs.graphs(multiply)
    without = Runs.graphs(multiply.__wrapped__)
    assert with_contract == without, (with_contract, without)
    return "one graph, no operation and no recompilation added"


def compile_wrong(dynamic: bool | None) -> str:
    class Runs(CompileFullGraph):
        pass

    Runs.dynamic = dynamic
    compiled, _ = Runs.compiled(product())
    compiled(*tensors((2, 3), (3, 4)))
    return refusal(lambda: compiled(*tensors((2, 3), (4, 4))))


@case(
    "torch", "`torch.compile(fullgraph=True)`", "checked when traced; guards make other sizes be traced again"
)
class Compile:
    def right() -> str:
        return compile_right(None)

    def wrong() -> str:
        return compile_wrong(None)


@case("torch", "`torch.compile(fullgraph=True, dynamic=True)`")
class CompileDynamic:
    def right() -> str:
        return compile_right(True)

    def wrong() -> str:
        return compile_wrong(True)


@case("torch", "`torch.compile`, with graph breaks around")
class CompileWithBreaks:
    def right() -> str:
        import torch

        torch._dynamo.reset()
        multiply = product()

        def outer(x, y):
            torch._dynamo.graph_break()
            return multiply(x, y) + 1

        assert torch.compile(outer, backend="eager")(*tensors((2, 3), (3, 4))).shape == (2, 4)
        return "checked"

    def wrong() -> str:
        import torch

        torch._dynamo.reset()
        return refusal(lambda: torch.compile(product(), backend="eager")(*tensors((2, 3), (4, 4))))


def export_right(strict: bool) -> str:
    import torch

    multiply = product()

    class Net(torch.nn.Module):
        def forward(self, x, y):
            return multiply(x, y)

    batch = torch.export.Dim("batch")
    shapes = {"x": {0: batch}, "y": None}
    program = torch.export.export(Net(), tuple(tensors((5, 3), (3, 4))), dynamic_shapes=shapes, strict=strict)
    (x, _) = [node.meta["val"] for node in program.graph.nodes if node.op == "placeholder"]
    assert not isinstance(x.shape[0], int)
    assert program.module()(*tensors((9, 3), (3, 4))).shape == (9, 4)
    return "the dynamic size stays dynamic"


def export_wrong(strict: bool) -> str:
    import torch

    multiply = product()

    class Net(torch.nn.Module):
        def forward(self, x, y):
            return multiply(x, y)

    return refusal(lambda: torch.export.export(Net(), tuple(tensors((5, 3), (4, 4))), strict=strict))


@case("torch", "`torch.export`, dynamic sizes", "the exported program itself carries no contract")
class Export:
    def right() -> str:
        return export_right(False)

    def wrong() -> str:
        return export_wrong(False)


@case("torch", "`torch.export(strict=True)`, dynamic sizes")
class ExportStrict:
    def right() -> str:
        return export_right(True)

    def wrong() -> str:
        return export_wrong(True)


@case("torch", "`torch.func.vmap`", "sizes are those of one example")
class TorchVmap:
    def right() -> str:
        import torch

        mapped = torch.func.vmap(product(), in_dims=(0, None))
        assert mapped(*tensors((6, 2, 3), (3, 4))).shape == (6, 2, 4)
        return "checked"

    def wrong() -> str:
        import torch

        mapped = torch.func.vmap(product(), in_dims=(0, None))
        return refusal(lambda: mapped(*tensors((6, 2, 3), (4, 4))))


@case("torch", "`torch.func.grad`, autograd")
class TorchGrad:
    def right() -> str:
        import torch

        multiply = product()
        x, y = tensors((2, 3), (3, 4))
        assert torch.func.grad(lambda a: multiply(a, y).sum())(x).shape == (2, 3)
        return "checked"

    def wrong() -> str:
        import torch

        multiply = product()
        x, y = tensors((2, 3), (4, 4))
        return refusal(lambda: torch.func.grad(lambda a: multiply(a, y).sum())(x))


@case("torch", "`torch.fx.symbolic_trace`", "seen through: a proxy has no sizes")
class Fx:
    def right() -> str:
        import torch

        multiply = product()
        nodes = [str(node.op) for node in torch.fx.symbolic_trace(multiply).graph.nodes]
        assert nodes == [str(node.op) for node in torch.fx.symbolic_trace(multiply.__wrapped__).graph.nodes]
        return "the same graph as without; nothing is checked"


@case("torch", "`torch.jit.script`", "seen through: TorchScript reads the original function's source")
class JitScript:
    def right() -> str:
        import torch

        multiply = product()
        assert torch.jit.script(multiply).code == torch.jit.script(multiply.__wrapped__).code
        return "the same code as without; nothing is checked"


def jit_trace(*shapes: tuple[int, ...]) -> Any:
    import torch

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        traced = torch.jit.trace(product(), tuple(tensors(*shapes)))
    assert any(issubclass(warning.category, torch.jit.TracerWarning) for warning in caught)
    return traced


@case("torch", "`torch.jit.trace`", "torch gives a TracerWarning, as for any `if` or `assert` on a size")
class JitTrace:
    def right() -> str:
        assert jit_trace((2, 3), (3, 4))(*tensors((5, 3), (3, 4))).shape == (5, 4)
        return "checked while tracing"

    def wrong() -> str:
        return refusal(lambda: jit_trace((2, 3), (4, 4)))


@case("torch", "`torch.compile(fullgraph=True)`, a size that depends on data", "compared with nothing: fine")
class UnbackedFree:
    def right() -> str:
        return unbacked("n -> k")


@case(
    "torch",
    "the same, where the contract compares that size",
    "torch cannot guard on a size it will only know later; a hand-written `assert` fails alike",
)
class UnbackedCompared:
    def right() -> str:
        return unbacked("n -> n")


def unbacked(text: str) -> str:
    """What becomes of a contract on a function whose result has a size that only the data decide."""
    import torch

    from shapecheck.contracts import contract

    @contract(text)
    def chosen(x):
        return x[x > 0]

    torch._dynamo.reset()
    with torch._dynamo.config.patch(capture_dynamic_output_shape_ops=True):
        try:
            torch.compile(chosen, fullgraph=True, backend="eager")(torch.ones(4))
        except torch._dynamo.exc.UserError as error:
            return f"**fails**: {type(error).__name__}"
    return "one graph"


@case("torch", "fake and meta tensors")
class Meta:
    def right() -> str:

        x, y = (tensor.to("meta") for tensor in tensors((2, 3), (3, 4)))
        assert product()(x, y).shape == (2, 4)
        return "checked"

    def wrong() -> str:
        x, y = (tensor.to("meta") for tensor in tensors((2, 3), (4, 4)))
        return refusal(lambda: product()(x, y))


# --- TensorFlow ------------------------------------------------------------------------------------------


def tf_ones(*shapes: tuple[int, ...]) -> Any:
    import tensorflow as tf

    return [tf.ones(shape) for shape in shapes]


def branching() -> Any:
    """A function whose `if` is decided by a tensor, so that only AutoGraph can put it into a graph."""
    import tensorflow as tf

    from shapecheck.contracts import contract

    @contract("n c, c d -> n d")
    def multiply(x, y):
        result = x @ y
        if tf.reduce_sum(result) > 0:
            result = result + 1.0
        return result

    return multiply


@case("TensorFlow", "eager")
class TensorFlowEager:
    def right() -> str:
        assert product()(*tf_ones((2, 3), (3, 4))).shape == (2, 4)
        return "checked at every call"

    def wrong() -> str:
        return refusal(lambda: product()(*tf_ones((2, 3), (4, 4))))


@case("TensorFlow", "`tf.function`, a tensor decides an `if`", "AutoGraph converts check and function alike")
class AutoGraph:
    def right() -> str:
        import tensorflow as tf

        found = tf.function(branching())(*tf_ones((2, 3), (3, 4)))
        assert float(found[0, 0]) == 4.0
        return "checked when traced"

    def wrong() -> str:
        import tensorflow as tf

        return refusal(lambda: tf.function(branching())(*tf_ones((2, 3), (4, 4))))


@case("TensorFlow", "`tf.function(autograph=False)`")
class NoAutoGraph:
    def right() -> str:
        import tensorflow as tf

        assert tf.function(product(), autograph=False)(*tf_ones((2, 3), (3, 4))).shape == (2, 4)
        return "checked when traced"

    def wrong() -> str:
        import tensorflow as tf

        return refusal(lambda: tf.function(product(), autograph=False)(*tf_ones((2, 3), (4, 4))))


@case("TensorFlow", "`tf.function`, open sizes (`None`)", "an error under `strict`")
class OpenSizes:
    def right() -> str:
        import tensorflow as tf

        from shapecheck.contracts import deferred

        multiply = product()
        signature = [tf.TensorSpec((None, 3)), tf.TensorSpec((None, 4))]
        assert tf.function(multiply, input_signature=signature)(*tf_ones((2, 3), (3, 4))).shape == (2, 4)
        assert any("y axis 0 (c)" in line for line in deferred())
        multiply(*tf_ones((2, 3), (3, 4)))
        assert not multiply.__shapecheck_contract__.pending
        return "never refused, listed as deferred"

    def wrong() -> str:
        import tensorflow as tf

        signature = [tf.TensorSpec((None, 3)), tf.TensorSpec((4, None))]
        return refusal(lambda: tf.function(product(), input_signature=signature)(*tf_ones((2, 3), (4, 4))))


@case("TensorFlow", "`tf.function`, open rank")
class OpenRank:
    def right() -> str:
        import tensorflow as tf

        multiply = product()
        signature = [tf.TensorSpec(None), tf.TensorSpec((3, 4))]
        assert tf.function(multiply, input_signature=signature)(*tf_ones((2, 3), (3, 4))).shape == (2, 4)
        assert multiply.__shapecheck_contract__.pending
        return "never refused, listed as deferred"


# --- Keras, one process for each engine, since an engine is chosen for good ---------------------------------

KERAS = """
import os, sys
os.environ["KERAS_BACKEND"] = sys.argv[1]
import keras, numpy as np
from shapecheck.contracts import ShapeError, contract, deferred

class Scale(keras.layers.Layer):
    def __init__(self, features, **options):
        super().__init__(**options)
        self.features = features
        self.dense = keras.layers.Dense(features)

    def build(self, shape):
        self.dense.build(shape)

    @contract("n t c -> n t {features}")
    def call(self, x):
        return self.dense(x)

class Join(keras.layers.Layer):
    @contract("n t c, n t c -> n c")
    def call(self, x, y):
        return keras.ops.mean(x * y, axis=1)

inputs = keras.Input((None, 5))
model = keras.Model(inputs, Join()(Scale(4)(inputs), Scale(4)(inputs)))
assert model(np.zeros((2, 7, 5))).shape == (2, 4)
assert not deferred(), deferred()
assert model.predict(np.zeros((2, 7, 5)), verbose=0).shape == (2, 4)
model.compile(loss="mse", optimizer="sgd")
model.fit(np.zeros((4, 7, 5)), np.zeros((4, 4)), verbose=0)

def refused(call, words):
    try:
        call()
    except ShapeError as error:
        assert words in str(error), str(error)
    else:
        raise SystemExit("nothing was raised")

refused(lambda: Scale(4)(keras.Input((5,))), "x has 2 axes, expected 3 (n t c)")
refused(lambda: Scale(4)(np.zeros((2, 5))), "x has 2 axes, expected 3 (n t c)")
refused(lambda: Join()(np.zeros((2, 5, 3)), np.zeros((2, 6, 3))), "y axis 1 (t) is 6, expected 5")
os.environ["SHAPECHECK"] = "strict"

class Strict(keras.layers.Layer):
    @contract("n t c, n t c -> n c")
    def call(self, x, y):
        return keras.ops.mean(x * y, axis=1)

refused(lambda: Strict()(inputs, inputs), "cannot be checked: a size is open")
print("held")
"""


def keras_runs(engine: str) -> str:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-W", "ignore", "-c", KERAS, engine]
    run = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    assert run.stdout.split()[-1:] == ["held"], run.stderr[-3000:]
    return "open sizes and stand-in sizes are never refused"


def keras_case(engine: str) -> None:
    class Runs:
        def right() -> str:
            return keras_runs(engine)

        def wrong() -> str:
            return "ShapeError"  # the program above asserts it, for symbolic and for real inputs

    note = {
        "tensorflow": "an open size is `None`",
        "torch": "while Keras infers shapes with numbers it made up, only ranks are judged",
        "jax": "an open size is a symbol",
    }[engine]
    case("Keras", f"functional build, call, `fit`: {engine} engine", note)(Runs)


for name in ("tensorflow", "torch", "jax"):
    keras_case(name)


# --- JAX and numpy -----------------------------------------------------------------------------------------


def jax_ones(*shapes: tuple[int, ...]) -> Any:
    import jax.numpy as jnp

    return [jnp.ones(shape) for shape in shapes]


def jax_case(way: str, run: Callable[[Any, Any, Any], Any], note: str = "") -> None:
    class Runs:
        def right() -> str:
            run(product(), *jax_ones((2, 3), (3, 4)))
            return "checked"

        def wrong() -> str:
            return refusal(lambda: run(product(), *jax_ones((2, 3), (4, 4))))

    case("JAX", way, note)(Runs)


def _jit(function: Any, x: Any, y: Any) -> Any:
    import jax

    return jax.jit(function)(x, y)


def _vmap(function: Any, x: Any, y: Any) -> Any:
    import jax

    return jax.vmap(function, in_axes=(0, None))(x[None], y)


def _eval_shape(function: Any, x: Any, y: Any) -> Any:
    import jax

    return jax.eval_shape(function, x, y)


def _grad(function: Any, x: Any, y: Any) -> Any:
    import jax

    return jax.grad(lambda a: function(a, y).sum())(x)


def _export(function: Any, x: Any, y: Any) -> Any:
    import jax
    from jax import export

    (n,) = export.symbolic_shape("n")
    specification = jax.ShapeDtypeStruct((n, x.shape[1]), x.dtype)
    exported = export.export(jax.jit(function))(specification, y)
    assert str(exported.out_avals[0].shape[0]) == "n"
    return exported


jax_case("eager", lambda function, x, y: function(x, y))
jax_case("`jax.jit`", _jit, "checked when traced")
jax_case("`jax.vmap`", _vmap, "sizes are those of one example")
jax_case("`jax.eval_shape`", _eval_shape)
jax_case("`jax.grad`", _grad)
jax_case("`jax.export`, symbolic sizes", _export, "what hangs on unequal symbols is deferred")


@case("numpy", "arrays, and anything else with a `.shape`")
class Numpy:
    def right() -> str:
        import numpy as np

        assert product()(np.ones((2, 3)), np.ones((3, 4))).shape == (2, 4)
        return "checked at every call"

    def wrong() -> str:
        import numpy as np

        return refusal(lambda: product()(np.ones((2, 3)), np.ones((4, 4))))


# --- The table ---------------------------------------------------------------------------------------------


def row(found: Case) -> str:
    """One row of the table, from running the case."""
    right = found.right()
    wrong = "" if found.wrong is None else f"`{found.wrong()}`, the contract's own words"
    cells = (found.framework, found.way, right, wrong, found.note)
    return f"| {' | '.join(cells)} |"


def table() -> str:
    """The whole table, every case run."""
    head = "| framework | way of running | a call that fits | a call that does not | remark |"
    head += "\n|---|---|---|---|---|"
    return "\n".join([head, *map(row, CASES)])


def main() -> int:
    text = table()
    if "--write" in sys.argv:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
