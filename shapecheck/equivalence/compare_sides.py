"""One of the two models: which framework it is of, who watches it, and in which order of axes it takes its inputs."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any

from shapecheck.backend import BackendError, load
from shapecheck.equivalence.compare_report import ComparisonError
from shapecheck.model.errors import ModelError
from shapecheck.model.model import Model
from shapecheck.ops.spatial import Spatial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.backend import Array
    from shapecheck.equivalence.compare_trace import Observer, Trace

TRIED_ORDERS = 12


def framework_of(model: Any) -> str | None:
    """The framework whose model this is, by the modules that its classes come from; nothing is imported for it."""
    homes = {cls.__module__.partition(".")[0] for cls in type(model).__mro__}
    return next((name for name in ("keras", "torch") if name in homes), None)  # Keras may stand on torch


def side_of(model: Any, place: str, partner: Any, dims: Mapping[str, int]) -> Side:
    """The model with who watches it; a Model is built in its partner's framework, torch where that has none."""
    name = framework_of(model)
    label = f"{name} {type(model).__name__}"
    try:
        if isinstance(model, Model):
            name = framework_of(partner) or "torch"
            label = f"Model, built in {name}"
            needed = model.graph.needed_dims()
            model = model.build(name, {key: size for key, size in dims.items() if key in needed})
        if name is None:
            raise ComparisonError(
                f"the {place} model is of the type {type(model).__name__}: compare takes a torch.nn.Module, a "
                "keras.Model or a shapecheck Model"
            )
        backend: Any = load(name)
    except (BackendError, ModelError) as error:
        raise ComparisonError(f"the {place} model: {error}") from None
    return Side(model, place, label, backend.observer())


def starts_with_maps(trace: Trace) -> bool:
    """Whether the first layer of a run works on channels and one spatial axis."""
    return bool(trace.calls) and isinstance(trace.calls[0].op, Spatial) and trace.calls[0].op.rank == 1


class Side:
    """A model that can be run and watched. The order of axes that it takes is found at the first run, and kept."""

    def __init__(self, model: Any, place: str, label: str, observer: Observer) -> None:
        self.model = model
        self.place = place
        self.label = label
        self.observer = observer
        self.orders: tuple[tuple[int, ...], ...] | None = None

    @property
    def fixed(self) -> bool:
        """Whether the model's framework has one layout."""
        return self.observer.name == "torch"

    def traced(self, arrays: Sequence[Array], *, spatial: bool = False) -> Trace | str:
        """A run on canonical arrays, or the first line of what the model says against them.

        `spatial` says that inputs of three axes have channels, which then are rather last, and no steps.
        """
        first = ""
        for orders in self._candidates(arrays, spatial=spatial):
            native = [array.transpose(order) for array, order in zip(arrays, orders, strict=True)]
            try:
                found = self.observer.trace(self.model, native)
            except Exception as error:  # the user's code may raise anything: what it says is the finding
                first = first or _said(error)
                continue
            self.orders = orders
            return found
        return first

    def _candidates(self, arrays: Sequence[Array], *, spatial: bool) -> list[tuple[tuple[int, ...], ...]]:
        if self.orders is not None:
            return [self.orders]
        each = [
            list(self.observer.orders(self.model, index, array.shape)) for index, array in enumerate(arrays)
        ]
        if spatial:
            for orders in each:
                if len(orders[0]) == 3:
                    orders.sort(key=lambda order: order == (0, 1, 2))
        return list(islice(product(*each), TRIED_ORDERS))

    def adapted(self) -> list[str]:
        """What was done to the inputs, in words."""
        return [
            f"the {self.place} model takes axes {', '.join(map(str, order))} of input {number}: its channels are last"
            for number, order in enumerate(self.orders or (), 1)
            if order != tuple(range(len(order)))
        ]


def _said(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        del lines[0]  # Keras says in the next line what it was
    return f"{type(error).__name__}: {lines[0] if lines else 'without a message'}"[:300]
