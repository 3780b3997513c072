"""Holding one operator of the numpy backend against PyTorch: shapes, values, and the bound of their rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from shapecheck_numpy.bounded import Bounded
from shapecheck_numpy.call import Call
from shapecheck_numpy.registry import results

from shapecheck.algebra import Shape

torch.set_num_threads(1)
# The relative rounding errors of PyTorch's arithmetics.
ROUNDING = {torch.float64: 2.0**-52, torch.float32: 2.0**-23}


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


def agree(
    op: Any,
    shapes: Sequence[Sequence[int]],
    ask: Callable[..., Any],
    *,
    seed: int,
    training: bool = False,
    inputs: Sequence[np.ndarray] | None = None,
    precisions: Sequence[torch.dtype] = (torch.float64, torch.float32),
) -> None:
    """`ask(weights, *inputs)` in PyTorch gives what the numpy backend gives, within its allowance."""
    generator = np.random.default_rng(seed)
    weights = weights_of(op, shapes, generator)
    given = [drawn(generator, shape) for shape in shapes] if inputs is None else list(inputs)
    call = Call(
        op,
        {name: Bounded(value) for name, value in weights.items()},
        [Bounded(x) for x in given],
        training=training,
    )
    ours = results(call)
    declared = op.out(*(Shape(*shape) for shape in shapes))
    declared = (declared,) if isinstance(declared, Shape) else declared
    assert [tuple(shape) for shape in declared] == [array.shape for array in ours]
    for precision in precisions:
        tensors = [
            torch.from_numpy(x).to(precision) if x.dtype.kind == "f" else torch.from_numpy(x) for x in given
        ]
        theirs = ask(
            {name: torch.from_numpy(value).to(precision) for name, value in weights.items()}, *tensors
        )
        theirs = theirs if isinstance(theirs, tuple) else (theirs,)
        assert len(theirs) == len(ours)
        for mine, other in zip(ours, theirs, strict=True):
            assert tuple(other.shape) == mine.shape
            error = np.abs(other.double().numpy() - mine.value)
            allowed = ROUNDING[precision] * mine.spread + 1e-300
            worst = np.unravel_index(np.argmax(error - allowed), error.shape) if error.size else ()
            assert (error <= allowed).all(), (
                f"{op} on {shapes} in {precision}: {error[worst]:.3g} at {worst}, allowed {allowed[worst]:.3g}"
            )
