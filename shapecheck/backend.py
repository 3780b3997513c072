"""What a backend is, and how one is found: the entry points of the group `shapecheck.backends`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

    from numpy.typing import NDArray

    from shapecheck.model.graph import Graph
    from shapecheck.ops.base import Op

    Array = NDArray[Any]
    Arrays = dict[str, Array]
else:
    Protocol = object

GROUP = "shapecheck.backends"


class BackendError(RuntimeError):
    """A backend is not there, or it cannot build or run what it was given."""


class Options:
    """How a model is built: `layout` "channels_first" or "channels_last" (None: the backend's own), `dtype` by name,
    `device` as the framework names it, and the `seed` of the first weights (None: not set).
    """

    __slots__ = ("device", "dtype", "layout", "seed")

    def __init__(
        self,
        *,
        layout: str | None = None,
        dtype: str = "float32",
        device: str = "cpu",
        seed: int | None = None,
    ) -> None:
        self.layout = layout
        self.dtype = dtype
        self.device = device
        self.seed = seed


class Backend(Protocol):
    """Builds a graph in one framework and runs it. Arrays that go in and out are numpy's, channels first."""

    name: str
    operators: frozenset[type[Op]]

    def build(self, graph: Graph, options: Options) -> Any:
        """The native model, with weights of its own; BackendError where an operator or option is not supported."""

    def get_weights(self, network: Any) -> Arrays:
        """Weights and states in the neutral format: the names and shapes of `graph.weights()` and `states()`."""

    def set_weights(self, network: Any, weights: Mapping[str, Array]) -> None:
        """Take these weights; ValueError names one that is missing, unknown or of another shape."""

    def run(self, network: Any, inputs: Mapping[str, Array], *, training: bool = False) -> Arrays:
        """The value of every reference of the graph."""

    def apply(
        self, network: Any, node: str, inputs: Sequence[Array], *, training: bool = False
    ) -> tuple[Array, ...]:
        """What one node gives for inputs of its own."""

    def gradients(
        self, network: Any, inputs: Mapping[str, Array], cotangents: Mapping[str, Array]
    ) -> tuple[Arrays, Arrays]:
        """The sum of outputs times cotangents, differentiated by the inputs and by the weights."""


def names() -> list[str]:
    """The backends that are installed."""
    from importlib.metadata import entry_points

    return sorted({entry.name for entry in entry_points(group=GROUP)})


def load(name: str) -> Backend:
    """The backend of this name; BackendError says which there are, or which extra installs its framework."""
    from importlib.metadata import entry_points

    found = next(iter(entry_points(group=GROUP, name=name)), None)
    if found is None:
        raise BackendError(f"there is no backend {name!r}; installed are {', '.join(names()) or 'none'}")
    try:
        backend: Backend = found.load()
    except ModuleNotFoundError as error:
        missing = error.name or name
        raise BackendError(
            f"the backend {name!r} needs {missing}: pip install 'shapecheck-ml[{name}]'"
        ) from error
    return backend
