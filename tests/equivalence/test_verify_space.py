"""The same property for every model that can be drawn: all frameworks build the same function of the same shapes."""

from __future__ import annotations

import os

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.strategies import Case, cases
from tests.equivalence.space import Tally, hold, quick

# In CI 200 models, drawn the same in every run; `make verify-thorough` draws 5,000 new ones.
EXAMPLES = {"ci": 200, "thorough": 5000}.get(os.environ.get("HYPOTHESIS_PROFILE", "dev"), 40)


def test_torch_keras_and_numpy_agree_on_every_model() -> None:
    tally = Tally()

    @settings(max_examples=EXAMPLES, derandomize=EXAMPLES < 1000)
    @given(cases().filter(quick))
    def run(case: Case) -> None:
        hold(case, tally)

    run()
    print(f"\n{tally}")
    assert tally.compared["torch"] >= 0.9 * tally.models
    assert tally.compared["keras"] >= 0.7 * tally.models


def test_edges_and_gradients_agree_with_torch() -> None:
    tally = Tally()

    @settings(max_examples=EXAMPLES // 4, derandomize=EXAMPLES < 1000)
    @given(cases(most=2).filter(quick))
    def run(case: Case) -> None:
        hold(case, tally, edges=True, gradients=True, backends=("torch",))

    run()
    print(f"\n{tally}")
    assert tally.worst.ratio > 0.1  # bounds that nothing comes near would prove nothing


# The layout that is not the backend's own.
OTHER_LAYOUT = st.sampled_from([("torch", "channels_last"), ("keras", "channels_first")])


def test_the_other_layouts_are_the_same_function() -> None:
    tally = Tally()

    @settings(max_examples=EXAMPLES // 4, derandomize=EXAMPLES < 1000)
    @given(cases(most=2).filter(quick), OTHER_LAYOUT)
    def run(case: Case, other: tuple[str, str]) -> None:
        name, layout = other
        hold(case, tally, backends=(name,), layout=layout)

    run()
    print(f"\n{tally}")
    assert min(tally.compared["torch"], tally.compared["keras"]) >= 0.1 * tally.models


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
@given(cases().filter(quick))
def test_the_device_is_the_same_function(case: Case) -> None:
    hold(case, Tally(), backends=("torch",), edges=True, gradients=True, device="cuda")
