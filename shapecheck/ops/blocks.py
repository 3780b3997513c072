"""Layers by their everyday names, and blocks of layers: what a model's list may hold beside operators.

Functions that are named like layers give an operator; `Residual` and `Parallel` are descriptions that a model expands.
"""
# ruff: noqa: N802  # they are named like the layers that they make

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.ops.activation import Activation
from shapecheck.ops.indexing import Cut, Index
from shapecheck.ops.reductions import Reduce

if TYPE_CHECKING:
    from shapecheck.ops.base import Op


def ReLU() -> Op:
    """Negative elements become 0."""
    return Activation("relu")


def LeakyReLU(slope: float = 0.01) -> Op:
    """Negative elements are multiplied by `slope`."""
    return Activation("leaky_relu", slope)


def ELU(alpha: float = 1.0) -> Op:
    """Negative elements x become alpha*(exp(x) - 1)."""
    return Activation("elu", alpha)


def SELU() -> Op:
    """The exponential unit that keeps mean 0 and variance 1."""
    return Activation("selu")


def GELU(approximate: str = "none") -> Op:
    """Each element times the normal distribution's share below it; `approximate` "tanh" for the usual formula."""
    return Activation("gelu", approximate)


def SiLU() -> Op:
    """Each element times its sigmoid."""
    return Activation("silu")


def Sigmoid() -> Op:
    """1/(1 + exp(-x))."""
    return Activation("sigmoid")


def Tanh() -> Op:
    """The hyperbolic tangent."""
    return Activation("tanh")


def Softplus(beta: float = 1.0) -> Op:
    """log(1 + exp(beta*x))/beta."""
    return Activation("softplus", beta)


def LastStep() -> Op:
    """The last step of axis 1: (n, t, d) becomes (n, d)."""
    return Index((Cut(), -1))


def MeanOverTime() -> Op:
    """The mean over axis 1: (n, t, d) becomes (n, d)."""
    return Reduce("mean", axes=(1,))


class _Block:
    """A description of layers. A frozen value."""

    __slots__: tuple[str, ...] = ()

    def _parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in type(self).__slots__)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._parts() == self._parts()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._parts()))

    def __repr__(self) -> str:
        names = type(self).__slots__
        shown = ", ".join(f"{name}={value!r}" for name, value in zip(names, self._parts(), strict=True))
        return f"{type(self).__name__}({shown})"


def _listed(layers: Any) -> tuple[Any, ...]:
    """Layers as a tuple; a lone layer, ("name", layer) included, is one."""
    if isinstance(layers, tuple) and len(layers) == 2 and isinstance(layers[0], str):
        return (layers,)
    return tuple(layers) if isinstance(layers, list | tuple) else (layers,)


class Residual(_Block):
    """Layers whose result is joined ("add", "multiply", "concat", …) with what went in.

    `shortcut` is a layer, or a list of them, on the way around: a 1x1 convolution where the channels change.
    """

    __slots__ = ("join", "layers", "shortcut")
    layers: tuple[Any, ...]
    shortcut: tuple[Any, ...]
    join: str

    def __init__(self, layers: Any, *, shortcut: Any = None, join: str = "add") -> None:
        object.__setattr__(self, "layers", _listed(layers))
        object.__setattr__(self, "shortcut", () if shortcut is None else _listed(shortcut))
        object.__setattr__(self, "join", join)


class Parallel(_Block):
    """Branches, lists of layers, that all start from what goes in; their results are joined.

    `join` is "concat" along `axis`, "stack" along a new axis there, or "add", "multiply", "maximum", "minimum" and
    "subtract" element by element. An empty branch hands on what goes in.
    """

    __slots__ = ("axis", "branches", "join")
    branches: tuple[tuple[Any, ...], ...]
    join: str
    axis: int

    def __init__(self, *branches: Any, join: str = "concat", axis: int = 1) -> None:
        object.__setattr__(self, "branches", tuple(_listed(branch) for branch in branches))
        object.__setattr__(self, "join", join)
        object.__setattr__(self, "axis", axis)
