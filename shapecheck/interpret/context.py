"""What surrounds the application of an operator: the spelled name, the call, the layer, whose tensors come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.families import ALIKE, ANY
from shapecheck.interpret.values import Sequence, TensorValue

if TYPE_CHECKING:
    from shapecheck.dialects.base import Spelling
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.values import Layer


class Context:
    """One application's surroundings: the spelled name, the call, and the layer if it is one's."""

    __slots__ = ("family", "layer", "name", "request", "spelling")

    def __init__(
        self, name: str, request: Call, spelling: Spelling | None = None, layer: Layer | None = None
    ) -> None:
        self.name = name
        self.request = request
        self.spelling = spelling
        self.layer = layer
        self.family = _family(name, request)


def _family(name: str, request: Call) -> str:
    """Whose methods the resulting tensors have."""
    tensors = [value for value in (request.receiver, *request.arguments) if isinstance(value, TensorValue)]
    for value in request.arguments[:1]:
        if isinstance(value, Sequence):
            tensors.extend(entry for entry in value.items or () if isinstance(entry, TensorValue))
    if name.startswith("torch."):
        if tensors and tensors[0].family == ANY and name.removeprefix("torch.Tensor.") in ALIKE:
            return ANY
        return "numpy.ndarray" if name == "torch.Tensor.numpy" else "torch.Tensor"
    if name.startswith("numpy."):
        return "numpy.ndarray"
    if name.startswith(("keras.", "tf.")):
        return next((entry.family for entry in tensors if entry.family == "keras.KerasTensor"), "tf.Tensor")
    return tensors[0].family if tensors else "torch.Tensor"
