"""Layers applied to every step: batch and time are folded into one axis, and unfolded after it.

The layers are torch's own with `TimeDistributed` mixed in, so that parameters keep their names: "conv1.weight".
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class TimeDistributed(nn.Module):
    """What the class it is mixed with does, at every step of axis 1."""

    def forward(self, x: Tensor, *rest: Any) -> Any:
        """(n, t, …) in and out, while the layer sees (n*t, …)."""
        return unfolded(super().forward(x.flatten(0, 1), *rest), x)


def unfolded(y: Any, x: Tensor) -> Any:
    """What came out of folded steps, with the batch and time axes of `x`; nested tuples too."""
    if isinstance(y, tuple):
        return tuple(unfolded(part, x) for part in y)
    return y.unflatten(0, x.shape[:2])


_PREFIX = "TimeDistributed"
_KINDS: dict[type[nn.Module], type[nn.Module]] = {}


def distributed(module: nn.Module) -> nn.Module:
    """The layer, from now on applied to every step."""
    kind = type(module)
    if kind not in _KINDS:
        # Pickles find a class by its module and name: see __getattr__.
        names = {"__module__": __name__, "__doc__": f"{kind.__name__} at every step of axis 1."}
        _KINDS[kind] = type(_PREFIX + kind.__name__, (TimeDistributed, kind), names)
        globals()[_PREFIX + kind.__name__] = _KINDS[kind]
    module.__class__ = _KINDS[kind]
    return module


def __getattr__(name: str) -> Any:
    """The class of a time-distributed layer, for a process that unpickles one before it builds one."""
    if name.startswith(_PREFIX):
        from shapecheck_torch.builders import layer_kinds

        kind = layer_kinds().get(name.removeprefix(_PREFIX))
        if kind is not None:
            distributed(kind.__new__(kind))
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
