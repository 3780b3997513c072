"""Holding one operator of the numpy backend against PyTorch: shapes, values, and the bound of their rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from shapecheck_numpy.bounded import Bounded, derivatives, rounding_to
from shapecheck_numpy.call import Call
from shapecheck_numpy.registry import results

from shapecheck.algebra import Shape

torch.set_num_threads(1)
# The relative rounding errors of PyTorch's arithmetics, and that of the backend itself beside them.
ROUNDING = {torch.float64: 2.0**-53 + 2.0**-53, torch.float32: 2.0**-24 + 2.0**-53}


def drawn(generator: np.random.Generator, shape: Sequence[int]) -> np.ndarray:
    """Numbers that float32 holds exactly, in size about 1."""
    return generator.normal(size=tuple(shape)).astype(np.float32).astype(np.float64)


def weights_of(
    op: Any, shapes: Sequence[Sequence[int]], generator: np.random.Generator
) -> dict[str, np.ndarray]:
    """Weights and states of the shapes that the operator's rule gives; variances are positive."""
    inputs = [Shape(*shape) for shape in shapes]
    every = {**op.weights(*inputs), **op.states(*inputs)}
    found = {name: drawn(generator, shape.evaluate({})) for name, shape in every.items()}
    return {name: np.abs(value) + 0.5 if name == "variance" else value for name, value in found.items()}


def flat(shapes: Any) -> Iterator[tuple[int, ...]]:
    """Nested shapes one after the other."""
    if isinstance(shapes, Shape):
        yield tuple(shapes)
    else:
        for part in shapes:
            yield from flat(part)


def agree(
    op: Any,
    shapes: Sequence[Sequence[int]],
    ask: Callable[..., Any],
    *,
    seed: int,
    training: bool = False,
    inputs: Sequence[np.ndarray] | None = None,
) -> None:
    """`ask(weights, *inputs)` in PyTorch gives the backend's results and gradients, within the allowance."""
    generator = np.random.default_rng(seed)
    weights = weights_of(op, shapes, generator)
    trained = op.weights(*(Shape(*shape) for shape in shapes))
    given = [drawn(generator, shape) for shape in shapes] if inputs is None else list(inputs)
    for precision, grain in ROUNDING.items():
        arrays = [Bounded(x, watched=x.dtype.kind == "f") for x in given]
        own = {name: Bounded(value, watched=name in trained) for name, value in weights.items()}
        ours = results(Call(op, own, arrays, training=training))
        assert list(flat(op.out(*(Shape(*shape) for shape in shapes)))) == [array.shape for array in ours]
        tensors = [tensor(x, precision) for x in given]
        parameters = {
            name: tensor(value, precision).requires_grad_(name in trained) for name, value in weights.items()
        }
        theirs = ask(parameters, *tensors)
        theirs = theirs if isinstance(theirs, tuple) else (theirs,)
        assert len(theirs) == len(ours)
        for mine, other in zip(ours, theirs, strict=True):
            hold(mine, other, grain, f"{op} on {shapes} in {precision}")
        cotangents = [drawn(generator, array.shape) for array in ours]
        with rounding_to(grain):
            slopes = derivatives(
                dict(zip(map(str, range(len(ours))), ours, strict=True)),
                dict(zip(map(str, range(len(ours))), cotangents, strict=True)),
            )
        compare_slopes(
            [*arrays, *own.values()],
            [*tensors, *parameters.values()],
            slopes,
            sum(
                (by * other).sum()
                for by, other in zip(map(torch.from_numpy, cotangents), theirs, strict=True)
            ),
            grain,
            f"the gradient of {op} on {shapes} in {precision}",
        )


def tensor(x: np.ndarray, precision: torch.dtype) -> torch.Tensor:
    """The numbers in PyTorch; floats in this precision, and watched."""
    found = torch.from_numpy(x)
    return found.to(precision).requires_grad_() if x.dtype.kind == "f" else found


def compare_slopes(
    arrays: Sequence[Bounded],
    tensors: Sequence[torch.Tensor],
    slopes: dict[int, Bounded],
    objective: Any,
    grain: float,
    what: str,
) -> None:
    """What PyTorch's autograd gives for the objective, by every tensor that it reaches."""
    reached = [(array, other) for array, other in zip(arrays, tensors, strict=True) if other.requires_grad]
    if not reached or not objective.requires_grad:
        return
    found = torch.autograd.grad(objective, [other for _, other in reached], allow_unused=True)
    for (array, _), theirs in zip(reached, found, strict=True):
        if theirs is not None:
            hold(slopes.get(array.number, Bounded(np.zeros(array.shape))), theirs, grain, what)


def hold(mine: Bounded, other: torch.Tensor, grain: float, what: str) -> None:
    """The shapes are equal, and no element is farther off than its allowance."""
    assert tuple(other.shape) == mine.shape
    theirs = other.detach().double().numpy()
    error = np.abs(np.where(theirs == mine.value, 0.0, theirs - mine.value))
    allowed = grain * mine.spread + 1e-300
    worst = np.unravel_index(np.argmax(error - allowed), error.shape) if error.size else ()
    assert (error <= allowed).all(), f"{what}: {error[worst]:.3g} at {worst}, allowed {allowed[worst]:.3g}"
