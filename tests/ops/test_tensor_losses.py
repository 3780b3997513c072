"""Losses, padding and constructors say what PyTorch does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import strategies as st

from shapecheck.dialects.base import Arguments, bind
from shapecheck.dialects.registry import spelling
from tests.ops import in_torch
from tests.ops.calling import REFUSED, T, fresh, hold, lifted
from tests.ops.drawing import case, nudged, sizes, stretchable

REDUCTIONS = st.sampled_from(["mean", "sum", "none"])


@st.composite
def elements(draw: st.DrawFn, *, same: bool = False) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    other = draw(nudged(drawn)) if same else draw(stretchable(drawn))
    return case(T(drawn), T(other), reduction=draw(REDUCTIONS))


@st.composite
def classes(draw: st.DrawFn, *, soft: bool) -> Any:
    """Scores and a class for each of them, or probabilities, or nearly."""
    drawn = draw(sizes(1, 4, zero=False))
    reduction = draw(REDUCTIONS)
    if soft and draw(st.integers(0, 2)) == 0:
        given = draw(nudged(drawn))  # other ranks mean classes, which are integers
        return case(
            T(drawn), T(given, "float32" if len(given) == len(drawn) else "int64"), reduction=reduction
        )
    wanted = drawn[:1] + drawn[2:] if len(drawn) > 1 else ()
    weight = None
    if draw(st.integers(0, 3)) == 0:
        weight = T((drawn[min(1, len(drawn) - 1)] + draw(st.sampled_from([0, 0, 1])),))
    given = draw(nudged(wanted)) if draw(st.integers(0, 2)) else (*wanted, 2)
    return case(T(drawn), T(given, "int64"), weight=weight, reduction=reduction)


@st.composite
def triplets(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    other = tuple(1 if draw(st.booleans()) else size for size in drawn[:-1]) + drawn[-1:]
    return case(T(drawn), T(draw(nudged(other))), T(drawn), reduction=draw(REDUCTIONS))


@st.composite
def rankings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), T(drawn), T(draw(nudged(drawn))), reduction=draw(REDUCTIONS))


CASES = {
    "torch.nn.functional.mse_loss": elements(),
    "torch.nn.functional.l1_loss": elements(),
    "torch.nn.functional.smooth_l1_loss": elements(),
    "torch.nn.functional.huber_loss": elements(),
    "torch.nn.functional.kl_div": elements(),
    "torch.nn.functional.poisson_nll_loss": elements(),
    "torch.nn.functional.soft_margin_loss": elements(),
    "torch.nn.functional.hinge_embedding_loss": elements(),
    "torch.nn.functional.binary_cross_entropy": elements(same=True),
    "torch.nn.functional.binary_cross_entropy_with_logits": elements(same=True),
    "torch.nn.functional.cross_entropy": classes(soft=True),
    "torch.nn.functional.nll_loss": classes(soft=False),
    "torch.nn.functional.margin_ranking_loss": rankings(),
    "torch.nn.functional.triplet_margin_loss": triplets(),
}


@pytest.mark.parametrize("name", CASES)
def test_losses(name: str) -> None:
    hold(name, CASES[name], in_torch.ask)


LAYERS = {
    "MSELoss": elements(),
    "L1Loss": elements(),
    "BCEWithLogitsLoss": elements(same=True),
    "CrossEntropyLoss": classes(soft=True),
    "NLLLoss": classes(soft=False),
    "KLDivLoss": elements(),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_losses(name: str) -> None:
    row = spelling(f"torch.nn.{name}")
    assert row is not None and row.build is not None and row.call is not None
    build, call = row.build, row.call

    def run(x: Any, target: Any, reduction: str, weight: Any = None) -> Any:
        values, given = bind(row.signature, [], {"reduction": reduction})
        op = build(Arguments(row, values, given, fresh))
        values, given = bind(row.call_signature, [x, target], {})
        return call(op, Arguments(row, values, given, fresh))

    def ask(_: str, positional: Any, named: Any) -> Any:
        layer = getattr(torch.nn, name)(reduction=named["reduction"])
        try:
            return in_torch.shapes(layer(*(in_torch.real(value) for value in positional)))
        except (RuntimeError, ValueError, IndexError):
            return REFUSED

    cases = LAYERS[name].map(lambda drawn: (drawn[0], {"reduction": drawn[1]["reduction"]}))
    hold(f"torch.nn.{name}", cases, ask, run=run)


@st.composite
def paddings(draw: st.DrawFn, mode: str) -> Any:
    count = draw(st.integers(1, 3))
    lead = draw(st.sampled_from([1, 2, 1, 2, 0, 3]))
    drawn = tuple(draw(st.sampled_from([3, 4, 2, 5, 3])) for _ in range(count + lead))
    widths = [0, 1, -1, 2, 1, -4, 5] if mode == "constant" else [0, 1, 2, 1, 0, 4]
    flat = [draw(st.sampled_from(widths)) for _ in range(2 * count)]
    return case(T(drawn), flat, mode)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_padding(mode: str) -> None:
    hold("torch.nn.functional.pad", paddings(mode), in_torch.ask)


@st.composite
def made(draw: st.DrawFn) -> Any:
    drawn = list(draw(sizes(1, 3)))
    if draw(st.integers(0, 2)) == 0:
        drawn[0] = -1
    return case(*drawn) if draw(st.booleans()) else case(tuple(drawn))


@pytest.mark.parametrize("name", ["zeros", "ones", "empty", "rand", "randn"])
def test_constructors_by_size(name: str) -> None:
    hold(f"torch.{name}", made(), in_torch.ask)


def one_of(*cases: Any) -> Any:
    return st.sampled_from(cases)


FIXED = {
    "torch.full": one_of(case((2, 3), 1.0), case([4], 1), case((), 2.5)),
    "torch.arange": one_of(
        case(5), case(2, 7), case(0, 10, 3), case(0.0, 1.0, 0.25), case(5, 0, -2), case(start=1, end=4)
    ),
    "torch.linspace": one_of(case(0, 1, 5), case(0, 1, steps=1)),
    "torch.eye": one_of(case(3), case(2, 4), case(3, m=2)),
    "torch.tensor": one_of(case([[1, 2], [3, 4]]), case(3), case([1.0]), case([[[True]]]), case([])),
    "torch.as_tensor": one_of(case([1, 2]), case(T((2, 3)))),
    "torch.zeros_like": one_of(case(T((2, 3))), case(T(()))),
    "torch.randn_like": one_of(case(T((2, 3))), case(T(()))),
    "torch.full_like": one_of(case(T((2, 3)), 3), case(T(()), fill_value=1)),
    "torch.randint": one_of(
        case(5, (2, 3)), case(0, 5, (4,)), case(low=1, high=3, size=(2,)), case(3, size=(1, 2))
    ),
    "torch.randperm": one_of(case(4), case(0)),
    "torch.normal": one_of(case(0.0, 1.0, (2, 3)), case(T((2, 3)), T((3,), fill=1)), case(T((4,)), 1.0)),
    "torch.hann_window": one_of(case(7), case(4, False)),
    "torch.Tensor": one_of(case(2, 3), case([[1, 2, 3]]), case(5)),
    "torch.FloatTensor": one_of(case(2, 3), case([1.0, 2.0])),
    "torch.LongTensor": one_of(case(2, 3), case([1, 2])),
    "torch.Tensor.new_zeros": one_of(case(T((2,)), 3, 4), case(T((2,)), (3, 4))),
    "torch.Tensor.new_full": one_of(case(T((2,)), (3, 4), 7)),
    "torch.Tensor.new_tensor": one_of(case(T((2,)), [[1, 2]])),
    "torch.autograd.Variable": one_of(case(T((2, 3)))),
    "torch.nn.Parameter": one_of(case(T((2, 3)))),
    "torch.nn.functional.one_hot": one_of(case(T((2, 3), "int64"), 5), case(T((), "int64"), num_classes=4)),
    "torch.bernoulli": one_of(case(T((2, 3)))),
    "torch.multinomial": one_of(case(T((2, 3), fill=1), 2), case(T((3,), fill=1), 5, True)),
    "torch.complex": one_of(case(T((2, 3)), T((3,)))),
    "torch.view_as_real": one_of(case(T((2, 3), "complex64"))),
    "torch.view_as_complex": one_of(case(T((3, 2)))),
    "torch.bucketize": one_of(case(T((2, 3)), T((4,)))),
    "torch.searchsorted": one_of(case(T((4,)), T((2, 3)))),
}


@pytest.mark.parametrize("name", FIXED)
def test_makers_and_their_like(name: str) -> None:
    hold(name, FIXED[name], in_torch.ask, least=0)


def test_dtypes_of_constructors() -> None:
    """What is made has the dtype that PyTorch gives it."""
    from shapecheck.dialects.base import Apply
    from shapecheck.ops.tensor import Tensor

    wrong = []
    for name, positional in (
        ("torch.zeros", [2, 3]),
        ("torch.arange", [5]),
        ("torch.arange", [5.0]),
        ("torch.tensor", [[1, 2]]),
        ("torch.tensor", [[1.0]]),
        ("torch.tensor", [[True]]),
        ("torch.full", [(2,), 1]),
        ("torch.full", [(2,), 1.5]),
        ("torch.randint", [5, (2,)]),
        ("torch.LongTensor", [2]),
        ("torch.eye", [3]),
        ("torch.zeros_like", [T((2,), "int64")]),
    ):
        row = spelling(name)
        assert row is not None and row.call is not None
        values, given = bind(
            row.signature, [lifted(value, lambda spec: spec.sizes) for value in positional], {}
        )  # type: ignore[arg-type, return-value]
        made_here = row.call(None, Arguments(row, values, given, fresh))
        assert isinstance(made_here, Tensor | Apply)
        real = getattr(torch, name.removeprefix("torch."))(*(in_torch.real(value) for value in positional))
        if f"torch.{made_here.dtype}" != str(real.dtype):
            wrong.append((name, positional, made_here.dtype, real.dtype))
    assert not wrong


def test_sizes_stay_symbolic() -> None:
    """A tensor made of sizes that are symbols has these sizes."""
    from shapecheck.algebra import symbols
    from shapecheck.ops.tensor import Tensor

    n, c = symbols("n c")
    row = spelling("torch.zeros")
    assert row is not None and row.call is not None
    values, given = bind(row.signature, [n, 2 * c], {})
    found = row.call(None, Arguments(row, values, given, fresh))
    assert isinstance(found, Tensor) and found.shape == (n, 2 * c)
