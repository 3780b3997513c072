"""What a backend tells of a model that it did not build: every layer that ran, as a neutral operator, with arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import unknown
from shapecheck.dialects.base import Arguments, BindError, NotUnderstood, bind, parse_signature
from shapecheck.dialects.registry import spelling
from shapecheck.ops.layout import ChannelsLast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from shapecheck.backend import Array
    from shapecheck.ops.base import Op
else:
    Protocol = object


class LayerCall(NamedTuple):
    """One call of a layer: its path in the model, the framework's word for it, the operator that it is, and arrays.

    Arrays are in canonical layout, channels first and batch first. `layer` is whatever the observer needs to find the
    layer's weights again.
    """

    name: str
    own: str
    op: Op
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    layer: Any


class Trace(NamedTuple):
    """One run of a model: what came out, as the framework has it, the layers in the order in which they ran, and the
    names of weights that none of these layers holds.
    """

    outputs: tuple[Array, ...]
    calls: tuple[LayerCall, ...]
    loose: tuple[str, ...]


class Observer(Protocol):
    """Watches models of one framework; `backend.observer()` gives it."""

    name: str

    def orders(self, model: Any, index: int, shape: tuple[int, ...]) -> Sequence[tuple[int, ...]]:
        """The orders of axes that the model may want for input number `index`, of this shape, likeliest first.

        Each says which canonical axis each of the model's axes is.
        """

    def trace(self, model: Any, inputs: Sequence[Array]) -> Trace:
        """Run the model in evaluation mode on arrays in its own layout."""

    def weights(self, call: LayerCall) -> dict[str, Array]:
        """The weights and states of the called layer in the neutral format."""

    def set_weights(self, call: LayerCall, weights: Mapping[str, Array]) -> None:
        """Put these neutral weights into the layer; those that are not given stay."""

    def load_weights(self, model: Any, path: str) -> None:
        """Take the weights of a file that holds tensors and nothing that runs."""


def operator_spelled(name: str, settings: Mapping[str, Any]) -> Op | None:
    """The operator of a framework's layer by its dotted name and its settings; None where no table knows it.

    `settings` may hold more than the layer's parameters; those that are left out have their defaults.
    """
    row = spelling(name)
    if row is None or row.build is None:
        return None
    parameters = {
        parameter.name for parameter in parse_signature(row.signature) if "var" not in parameter.kind
    }
    named = {parameter: value for parameter, value in settings.items() if parameter in parameters}
    try:
        values, given = bind(row.signature, [], named)
        op = row.build(Arguments(row, values, given, unknown))
    except (BindError, NotUnderstood):
        return None
    return op.inner if isinstance(op, ChannelsLast) else op
