"""Weights in a file: safetensors, in the neutral layout, with the model's JSON beside them. Nothing is unpickled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.model.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from shapecheck.backend import Array, Arrays
    from shapecheck.model.model import Model

# The keys of the file's metadata; `format` says which version of this layout it has.
FORMAT_KEY, MODEL_KEY = "shapecheck.format", "shapecheck.model"
FORMAT = "1"


def save(path: str | PathLike[str], model: Model, weights: Mapping[str, Array]) -> None:
    """Write a model and its weights, as a backend's `get_weights` gives them.

    ModelError where the weights are not those of the model. An existing file is replaced.
    """
    import numpy as np
    from safetensors.numpy import save_file

    _refuse_strangers(model, {name: np.shape(value) for name, value in weights.items()}, "the weights")
    metadata = {FORMAT_KEY: FORMAT, MODEL_KEY: model.to_json()}
    save_file({name: np.ascontiguousarray(value) for name, value in weights.items()}, path, metadata=metadata)


def load(path: str | PathLike[str]) -> tuple[Model, Arrays]:
    """The model and the weights of a file that `save` wrote.

    ModelError says in one sentence what is wrong with a file that is none; OSError where it cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    with open(path, "rb"):  # safetensors tells of missing files in its own words only
        pass
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            model = _model_of(path, metadata)
            weights: Arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ModelError(f"{path} is no safetensors file: {error}") from None
    _refuse_strangers(model, {name: value.shape for name, value in weights.items()}, str(path))
    return model, weights


def _model_of(path: Any, metadata: Mapping[str, str]) -> Model:
    from shapecheck.model.model import Model

    if MODEL_KEY not in metadata:
        raise ModelError(f"{path} holds no model of shapecheck, only tensors")
    if metadata.get(FORMAT_KEY) != FORMAT:
        raise ModelError(
            f"{path} has version {metadata.get(FORMAT_KEY)!r} of the format, this reads {FORMAT!r}"
        )
    return Model.from_json(metadata[MODEL_KEY])


def _refuse_strangers(model: Model, given: Mapping[str, tuple[int, ...]], what: str) -> None:
    """The names are the model's, and so are all sizes that it fixes."""
    declared = {**model.graph.weights(), **model.graph.states()}
    for name in declared:
        if name not in given:
            raise ModelError(f"{what}: the weight {name!r} is missing")
    for name, sizes in given.items():
        if name not in declared:
            raise ModelError(f"{what}: the model has no weight {name!r}")
        shape = declared[name]
        fixed = len(shape) == len(sizes) and all(
            not isinstance(want, int) or want == got for want, got in zip(shape, sizes, strict=True)
        )
        if not fixed:
            raise ModelError(f"{what}: the weight {name!r} has shape {shape}, got {sizes}")
