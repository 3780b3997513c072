"""The layers that Keras does not have. They are registered, so that saved models find them again."""

from __future__ import annotations

from math import prod
from typing import Any

import keras
from keras import ops

from shapecheck.algebra import Shape, symbol
from shapecheck.ops.rearrange import Rearrange as Pattern
from shapecheck.ops.rearrange import parse_pattern


@keras.saving.register_keras_serializable(package="shapecheck_keras")  # type: ignore[untyped-decorator,unused-ignore]
class Rearrange(keras.Layer):  # type: ignore[misc,unused-ignore]
    """Splits, moves and merges axes by a pattern such as "n h w c -> n (h w) c", whatever their sizes.

    `lengths` are sizes by name. `measured` says of a name on which input, and on which axis of it, its size is to
    be read: the layer is then called on a list, whose first tensor is the one to be rearranged.
    """

    def __init__(
        self,
        pattern: str,
        *,
        lengths: dict[str, int] | None = None,
        measured: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.pattern = pattern
        self.lengths = dict(lengths or {})
        self.measured = {name: tuple(place) for name, place in (measured or {}).items()}

    def call(self, inputs: Any) -> Any:
        """The rearranged tensor."""
        given = inputs if self.measured else [inputs]
        read = parse_pattern(self.pattern)
        sizes: dict[Any, Any] = dict(self.lengths)
        for name, (number, axis) in self.measured.items():
            sizes[name] = ops.shape(given[number])[axis]
        for group, size in zip(read.left, ops.shape(given[0]), strict=True):
            hidden = [atom for atom in group if atom not in sizes]
            if hidden:
                sizes[hidden[0]] = size // prod(sizes[atom] for atom in group if atom != hidden[0])
        atoms = [atom for group in read.left for atom in group]
        wanted = [atom for group in read.right for atom in group]
        split = ops.reshape(given[0], [sizes[atom] for atom in atoms])
        moved = ops.transpose(split, [atoms.index(atom) for atom in wanted])
        return ops.reshape(moved, [prod(sizes[atom] for atom in group) for group in read.right])

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """None for every size that is open."""
        shapes = input_shape if self.measured else [input_shape]
        known = [
            Shape.of(
                symbol(f"axis{number}_{axis}") if size is None else size for axis, size in enumerate(shape)
            )
            for number, shape in enumerate(shapes)
        ]
        measured = {name: known[number][axis] for name, (number, axis) in self.measured.items()}
        pattern = Pattern(self.pattern, tuple({**self.lengths, **measured}.items()))
        return tuple(size if isinstance(size, int) else None for size in pattern.out(known[0]))

    def get_config(self) -> dict[str, Any]:
        """What the layer is made of."""
        own = {"pattern": self.pattern, "lengths": self.lengths, "measured": self.measured}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="shapecheck_keras")  # type: ignore[untyped-decorator,unused-ignore]
class TimeDistributed(keras.layers.TimeDistributed):  # type: ignore[misc,unused-ignore]
    """keras.layers.TimeDistributed for an open number of steps: time is folded into the batch, and unfolded again.

    Keras's own, once TensorFlow compiles it for an open time axis (`predict` does at the second length that it
    meets), takes as many steps as there are samples.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """What the layer gives at every step."""
        if mask is not None:
            return super().call(inputs, training=training, mask=mask)
        sizes = ops.shape(inputs)
        found = self.layer(ops.reshape(inputs, (-1, *sizes[2:])))
        return ops.reshape(found, (*sizes[:2], *ops.shape(found)[1:]))


@keras.saving.register_keras_serializable(package="shapecheck_keras")  # type: ignore[untyped-decorator,unused-ignore]
class OpenConvLSTM2D(keras.layers.ConvLSTM2D):  # type: ignore[misc,unused-ignore]
    """keras.layers.ConvLSTM2D for maps whose height or width is open, which that one refuses.

    Keras wants to know the sizes for the first states only: these are made like what comes in instead.
    """

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Make the weights; they do not depend on the sizes of the maps, for which 1 stands in."""
        super().build((*sequences_shape[:2], *(size or 1 for size in sequences_shape[2:])))
        self.cell.input_spec = None

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """What ConvLSTM2D gives, from first states of zeros."""
        if initial_state is None:
            kernel = ops.zeros_like(self.cell.kernel)[..., : self.cell.filters]
            zeros = self.cell.input_conv(ops.zeros_like(sequences[:, 0]), kernel, padding=self.cell.padding)
            initial_state = [zeros, zeros]
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)


@keras.saving.register_keras_serializable(package="shapecheck_keras")  # type: ignore[untyped-decorator,unused-ignore]
class UntrackedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc,unused-ignore]
    """keras.layers.BatchNormalization that goes by the batch's own statistics in use as in training.

    A model says to all its layers whether it is trained, so that this one must not listen.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """What BatchNormalization gives in training."""
        return super().call(inputs, training=True, mask=mask)


@keras.saving.register_keras_serializable(package="shapecheck_keras")  # type: ignore[untyped-decorator,unused-ignore]
class ProjectedLSTMCell(keras.Layer):  # type: ignore[misc,unused-ignore]
    """A step of an LSTM whose output of `units` numbers is mapped to `projection` numbers, which are fed back.

    Gates stand in the order of keras.layers.LSTM: input, forget, cell, output. States are (n, projection) and
    (n, units).
    """

    def __init__(self, units: int, projection: int, *, use_bias: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.projection = projection
        self.use_bias = use_bias
        self.state_size = [projection, units]
        self.output_size = projection

    def build(self, input_shape: Any) -> None:
        """Make the weights for an input of these features."""
        gates = 4 * self.units
        self.kernel = self.add_weight(
            shape=(input_shape[-1], gates), initializer="glorot_uniform", name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            shape=(self.projection, gates), initializer="glorot_uniform", name="recurrent_kernel"
        )
        self.projection_kernel = self.add_weight(
            shape=(self.units, self.projection), initializer="glorot_uniform", name="projection_kernel"
        )
        if self.use_bias:
            self.bias = self.add_weight(shape=(gates,), initializer="zeros", name="bias")

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        """The projected output, and the states after this step."""
        output, cell = states
        mixed = ops.add(ops.matmul(inputs, self.kernel), ops.matmul(output, self.recurrent_kernel))
        if self.use_bias:
            mixed = ops.add(mixed, self.bias)
        enter, forget, new, out = ops.split(mixed, 4, axis=-1)
        cell = ops.sigmoid(forget) * cell + ops.sigmoid(enter) * ops.tanh(new)
        output = ops.matmul(ops.sigmoid(out) * ops.tanh(cell), self.projection_kernel)
        return output, [output, cell]

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Zeros."""
        return [ops.zeros((batch_size, size), dtype=self.compute_dtype) for size in self.state_size]

    def get_config(self) -> dict[str, Any]:
        """What the cell is made of."""
        own = {"units": self.units, "projection": self.projection, "use_bias": self.use_bias}
        return {**super().get_config(), **own}
