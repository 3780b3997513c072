"""Dims that all methods of one instance share."""

from __future__ import annotations

from shapecheck.contracts.tracing import constant_when_traced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ATTRIBUTE = "_shapecheck_dims"


class InstanceDims(dict[str, "tuple[Any, str]"]):
    """The dims of one instance: name to (size, who bound it). Copies of the instance start afresh."""

    __slots__ = ("owner",)

    def __init__(self, owner: int = 0) -> None:
        super().__init__()
        self.owner = owner

    def __copy__(self) -> InstanceDims:
        return InstanceDims()

    def __deepcopy__(self, memo: object) -> InstanceDims:
        return InstanceDims()

    def __reduce__(self) -> tuple[type[InstanceDims], tuple[()]]:
        return InstanceDims, ()


def dims_of(instance: Any) -> InstanceDims:
    """The dims that an instance has bound so far."""
    # Straight into __dict__: a module, a layer or a frozen dataclass would make more of an attribute.
    found = instance.__dict__.get(ATTRIBUTE)
    if not isinstance(found, InstanceDims) or found.owner != id(instance):
        found = instance.__dict__[ATTRIBUTE] = InstanceDims(id(instance))
    return found


def reader(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """The function that generated code asks for an instance's sizes of these names, `...` where open."""

    # The sizes are constants of the instance: torch.compile asks for them while it traces.
    @constant_when_traced
    def shared(instance: Any) -> tuple[Any, ...]:
        dims = dims_of(instance)
        return tuple([dims[name][0] if name in dims else ... for name in names])

    return shared
