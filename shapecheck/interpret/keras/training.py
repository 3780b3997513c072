"""compile, fit, predict, evaluate and the other methods of keras.Model: some run the model on data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Shape
from shapecheck.interpret.builtins.reading import unknown
from shapecheck.interpret.keras.inputs import is_none, named_size
from shapecheck.interpret.keras.layers import no_value, unknown_value
from shapecheck.interpret.stdlib.datasets import element_of
from shapecheck.interpret.values import NONE, Mapping, Native, Sequence, TensorValue, Value

if TYPE_CHECKING:
    from shapecheck.algebra import Size
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def in_batches(value: Value, size: Size) -> Value | None:
    """What a training step gets of arrays: the same with another first axis; None where one is not known."""
    if isinstance(value, TensorValue):
        if not value.shape or len(value.shape) < 2:
            return None
        return TensorValue(Shape(size, *value.shape[1:]), value.dtype, family="tf.Tensor")
    if isinstance(value, Sequence) and value.items is not None:
        parts = [in_batches(item, size) for item in value.items]
        known = [part for part in parts if part is not None]
        return Sequence(value.kind, list(known)) if len(known) == len(parts) else None
    if isinstance(value, Mapping) and value.entries is not None:
        found = {key: in_batches(item, size) for key, item in value.entries.items()}
        entries = {key: part for key, part in found.items() if part is not None}
        return Mapping(dict(entries)) if len(entries) == len(found) else None
    return None


def _step(interpreter: Interpreter, call: Call, data: Value) -> Value | None:
    """The model called on one batch of the data; None where the data are not known."""
    receiver = call.receiver
    if receiver is None:
        return None
    batch: Value | None
    if isinstance(data, Native):
        element = element_of(interpreter, data, call)
        inside = isinstance(element, Sequence) and element.kind == "tuple" and element.items
        batch = element.items[0] if isinstance(element, Sequence) and inside and element.items else element
        if not isinstance(batch, TensorValue | Sequence | Mapping):
            return None
    else:
        batch = in_batches(data, named_size(interpreter, "batch"))
    if batch is None:
        return None
    return interpreter.call(receiver, [batch], {}, call.node, call.frame)


def fit(interpreter: Interpreter, call: Call) -> Value:
    """`model.fit(x, y)` and `model.evaluate(x, y)`: the model runs on a batch of x."""
    data = call.argument(0, "x")
    if data is not None and not call.open and not is_none(data) and not _own_step(call):
        _step(interpreter, call, interpreter.resolve(data))
    return unknown(interpreter, call)


def _own_step(call: Call) -> bool:
    """True where the user's class says itself what a training step does."""
    cls = getattr(call.receiver, "cls", None)
    name = "train_step" if call.name.endswith("fit") else "test_step"
    return cls is not None and cls.find(name) is not None


def predict(interpreter: Interpreter, call: Call) -> Value:
    """`model.predict(x)`: what the model gives for all of x, as arrays of numpy."""
    data = call.argument(0, "x")
    cls = getattr(call.receiver, "cls", None)
    if data is None or call.open or (cls is not None and cls.find("predict_step") is not None):
        return unknown(interpreter, call)
    data = interpreter.resolve(data)
    result = _step(interpreter, call, data)
    count = data.shape[0] if isinstance(data, TensorValue) and data.shape else None
    return unknown(interpreter, call) if result is None else _as_array(interpreter, result, count)


def _as_array(interpreter: Interpreter, value: Value, count: Size | None) -> Value:
    """A prediction for a batch as that for all data: its first axis counts the data."""
    if isinstance(value, TensorValue):
        shape = value.shape
        if shape:
            shape = Shape(interpreter.fresh("samples") if count is None else count, *shape[1:])
        return TensorValue(shape, value.dtype, family="numpy.ndarray")
    if isinstance(value, Sequence) and value.items is not None:
        return Sequence("list", [_as_array(interpreter, item, count) for item in value.items])
    return interpreter.unknown("a prediction that is not known")


def on_batch(interpreter: Interpreter, call: Call) -> Value:
    """`model.predict_on_batch(x)`."""
    data = call.argument(0, "x")
    if data is None or call.open or call.receiver is None:
        return unknown(interpreter, call)
    result = interpreter.call(call.receiver, [data], {}, call.node, call.frame)
    return _as_array(
        interpreter, result, data.shape[0] if isinstance(data, TensorValue) and data.shape else None
    )


_METHODS = {
    "fit": fit,
    "evaluate": fit,
    "predict": predict,
    "predict_on_batch": on_batch,
    **dict.fromkeys(
        (
            "compile",
            "summary",
            "save",
            "save_weights",
            "load_weights",
            "reset_states",
            "export",
            "reset_metrics",
        ),
        no_value,
    ),
    **dict.fromkeys(("fit_generator", "train_on_batch", "test_on_batch", "to_json"), unknown_value),
    "reset_state": no_value,
}

MODELS = {
    **{f"keras.Model.{name}": model for name, model in _METHODS.items()},
    "keras.models.load_model": unknown_value,
    "keras.saving.load_model": unknown_value,
    "keras.utils.plot_model": lambda interpreter, call: NONE,
}
