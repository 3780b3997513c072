"""What differs between Keras's engines: devices, and derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.backend import BackendError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.backend import Array

DTYPES = ("float32", "float64", "bfloat16", "float16")


def checked_dtype(keras: Any, dtype: str) -> str:
    """The dtype, if models can be built in it."""
    if dtype not in DTYPES:
        raise BackendError(f"keras builds models in {', '.join(DTYPES)}, not in {dtype!r}")
    engine = keras.backend.backend()
    if dtype == "float64" and engine != "tensorflow":
        raise BackendError(
            f"Keras computes in float64 on its tensorflow engine only; on {engine} it falls back to float32"
        )
    return dtype


def checked_layout(layout: str | None, dtype: str, engine: str) -> str:
    """The layout, if the engine has it."""
    if layout not in (None, "channels_last", "channels_first"):
        raise BackendError(f"keras knows the layouts channels_last and channels_first, not {layout!r}")
    if layout == "channels_first" and dtype == "float64" and engine == "tensorflow":
        raise BackendError("TensorFlow computes float64 convolutions with channels_last only")
    return layout or "channels_last"


def device_scope(keras: Any, device: str) -> Any:
    """A context in which layers live on the device: "cpu", "gpu", "cuda:1"."""
    kind, _, number = device.partition(":")
    kind = {"cuda": "gpu"}.get(kind, kind)
    if kind not in ("cpu", "gpu") or (number and not number.isdecimal()):
        raise BackendError(f"keras knows the devices cpu and gpu, not {device!r}")
    if kind == "gpu" and not _has_gpu(keras.backend.backend()):
        raise BackendError(f"Keras's {keras.backend.backend()} engine sees no GPU")
    if kind == "cpu":
        # Torch takes "cpu:0" for another device than "cpu", so that Keras's variables would be copies, no parameters.
        return keras.device("cpu" if keras.backend.backend() == "torch" else "cpu:0")
    return keras.device(f"{kind}:{number or 0}")


def _has_gpu(engine: str) -> bool:
    if engine == "tensorflow":
        import tensorflow

        return bool(tensorflow.config.list_physical_devices("GPU"))
    if engine == "torch":
        import torch

        return bool(torch.cuda.is_available())
    import jax

    return any(device.platform == "gpu" for device in jax.devices())


def as_array(keras: Any, tensor: Any) -> Array:
    """The numbers of a tensor; numpy has no bfloat16, so that those come as float32."""
    if keras.backend.standardize_dtype(tensor.dtype) == "bfloat16":
        tensor = keras.ops.cast(tensor, "float32")
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def gradients(
    keras: Any,
    model: Any,
    inputs: Sequence[Any],
    sources: Sequence[int],
    variables: Sequence[Any],
    cotangents: Sequence[Any],
) -> tuple[list[Any], list[Any]]:
    """The derivatives of the sum of outputs times cotangents: by the inputs numbered in `sources`, and by variables.

    None stands for a derivative of 0.
    """
    engine = keras.backend.backend()
    by_engine = {"tensorflow": _by_tensorflow, "torch": _by_torch, "jax": _by_jax}[engine]
    found = by_engine(keras, model, list(inputs), list(sources), list(variables), list(cotangents))
    return found[: len(sources)], found[len(sources) :]


def _total(keras: Any, outputs: Any, cotangents: list[Any]) -> Any:
    several = outputs if isinstance(outputs, list | tuple) else [outputs]
    return sum(keras.ops.sum(y * cotangent) for y, cotangent in zip(several, cotangents, strict=True))


def _by_tensorflow(
    keras: Any, model: Any, inputs: list[Any], sources: list[int], variables: list[Any], cotangents: list[Any]
) -> list[Any]:
    import tensorflow as tf

    watched = [inputs[place] for place in sources]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        total = _total(keras, model(inputs, training=False), cotangents)
    found = tape.gradient(total, [*watched, *(variable.value for variable in variables)])
    return [None if each is None else tf.convert_to_tensor(each) for each in found]


def _by_torch(
    keras: Any, model: Any, inputs: list[Any], sources: list[int], variables: list[Any], cotangents: list[Any]
) -> list[Any]:
    import torch

    watched = [inputs[place].detach().requires_grad_() for place in sources]
    for place, tensor in zip(sources, watched, strict=True):
        inputs[place] = tensor
    total = _total(keras, model(inputs, training=False), cotangents)
    leaves = [*watched, *(variable.value for variable in variables)]
    return list(torch.autograd.grad(total, leaves, allow_unused=True))


def _by_jax(
    keras: Any, model: Any, inputs: list[Any], sources: list[int], variables: list[Any], cotangents: list[Any]
) -> list[Any]:
    import jax

    places = {id(variable): place for place, variable in enumerate(model.trainable_variables)}
    state = [variable.value for variable in model.non_trainable_variables]

    def total(watched: list[Any], weights: list[Any]) -> Any:
        given = list(inputs)
        for place, tensor in zip(sources, watched, strict=True):
            given[place] = tensor
        outputs, _ = model.stateless_call(weights, state, given, training=False)
        return _total(keras, outputs, cotangents)

    start = [inputs[place] for place in sources], [variable.value for variable in model.trainable_variables]
    by_inputs, by_weights = jax.grad(total, argnums=(0, 1))(*start)
    chosen = [by_weights[places[id(variable)]] if id(variable) in places else None for variable in variables]
    return [*by_inputs, *chosen]
