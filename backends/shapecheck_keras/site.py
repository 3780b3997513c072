"""Where the layers of one node are made, under its name, in its number format and layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from shapecheck_keras.orders import Order, Placed, between, canonical, channels_at_end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapecheck.backend import Array

    Build = Callable[..., Any]


def unchanged(*arrays: Array) -> tuple[Array, ...]:
    """Arrays that are the same in both formats."""
    return arrays


class Held(NamedTuple):
    """Neutral weights of a node and the Keras variables that hold them; `pack` and `unpack` only move numbers."""

    names: tuple[str, ...]
    variables: tuple[Any, ...]
    pack: Callable[..., tuple[Array, ...]]
    unpack: Callable[..., tuple[Array, ...]]


class Plan:
    """What all nodes of a model share: Keras, its engine, dtype and layout, names that are taken, tensors so far."""

    def __init__(self, keras: Any, *, dtype: str, channels_last: bool, names: set[str], build: Build) -> None:
        self.keras = keras
        self.engine: str = keras.backend.backend()
        self.dtype = dtype
        self.channels_last = channels_last
        self.names = names
        self.build = build
        self.placed: dict[str, Placed] = {}
        self.arranged: dict[tuple[int, Order], Placed] = {}


class Site:
    """Makes layers for one node. Layers that only help carry the node's name and a word for their part.

    `measured` are the references, beside the node's inputs, of tensors that are read for their sizes.
    """

    def __init__(self, plan: Plan, name: str) -> None:
        self.plan = plan
        self.keras = plan.keras
        self.engine = plan.engine
        self.dtype = plan.dtype
        self.name = name
        self.held: list[Held] = []
        self.measured: list[str] = []
        self.data_format = "channels_last" if plan.channels_last else "channels_first"

    def named(self, part: str) -> str:
        """The node's own name, or one for a part of it that nothing else has."""
        if not part:
            return self.name
        name = wanted = f"{self.name}_{part}"
        number = 2
        while name in self.plan.names:
            name, number = f"{wanted}_{number}", number + 1
        self.plan.names.add(name)
        return name

    def layer(self, kind: Any, part: str = "", **options: Any) -> Any:
        """A layer of keras.layers, by its name, or of a class of our own."""
        made = getattr(self.keras.layers, kind) if isinstance(kind, str) else kind
        return made(name=self.named(part), dtype=self.dtype, **options)

    def call(self, function: str, *arguments: Any, part: str = "", **options: Any) -> Any:
        """A function of keras.ops applied to Keras tensors."""
        return self.renamed(getattr(self.keras.ops, function)(*arguments, **options), part)

    def item(self, tensor: Any, key: tuple[Any, ...], part: str = "") -> Any:
        """What square brackets select."""
        return self.renamed(tensor[key], part)

    def renamed(self, tensor: Any, part: str) -> Any:
        """The tensor, whose operation now has the node's name: `summary()` and saved models show it."""
        tensor._keras_history.operation.name = self.named(part)
        return tensor

    def spatial(self, rank: int, channel: int = 1) -> Order:
        """The order in which spatial layers want a tensor."""
        return channels_at_end(rank, channel) if self.plan.channels_last else canonical(rank)

    def space(self, rank: int) -> tuple[int, ...]:
        """The native numbers of the spatial axes."""
        return tuple(range(1, rank + 1)) if self.plan.channels_last else tuple(range(2, rank + 2))

    def permuted(self, tensor: Any, order: Sequence[int], part: str = "") -> Any:
        """The axes in another order."""
        if order[0] == 0:
            return self.layer("Permute", part, dims=tuple(order[1:]))(tensor)
        return self.call("transpose", tensor, axes=tuple(order), part=part)

    def brought(self, x: Placed, order: Order, part: str = "order") -> Placed:
        """The same tensor with its axes in this order."""
        if x.order == order:
            return x
        key = id(x.tensor), order
        if key not in self.plan.arranged:
            tensor = self.permuted(x.tensor, between(x.order, order), part)
            self.plan.arranged[key] = Placed(tensor, order, x.shape)
        return self.plan.arranged[key]

    def hold(
        self,
        names: str | tuple[str, ...],
        variables: Any,
        pack: Callable[..., Any] = unchanged,
        unpack: Callable[..., Any] = unchanged,
    ) -> None:
        """These neutral weights live in these variables. `pack` and `unpack` may give one array for a tuple of one."""
        found = variables if isinstance(variables, tuple) else (variables,)
        self.held.append(
            Held(names if isinstance(names, tuple) else (names,), found, _tuples(pack), _tuples(unpack))
        )


def _tuples(function: Callable[..., Any]) -> Callable[..., tuple[Array, ...]]:
    def several(*arrays: Array) -> tuple[Array, ...]:
        found = function(*arrays)
        return found if isinstance(found, tuple) else (found,)

    return several


def moved_axes(source: tuple[int, ...], destination: tuple[int, ...]) -> dict[str, Callable[..., Any]]:
    """`pack` and `unpack` of a weight whose axes stand elsewhere in Keras."""
    return {
        "pack": lambda array: np.moveaxis(array, source, destination),
        "unpack": lambda array: np.moveaxis(array, destination, source),
    }
