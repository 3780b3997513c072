"""`@pytest.mark.shapecheck`: the model that a test returns, against its own contract."""

import pytest

MODELS = """
    import numpy
    from shapecheck import contract

    class Weighted:
        features = 4

        @contract("n t {features} -> n 2 | t >= 2")
        def __call__(self, x):
            return (x[:, 1:] @ numpy.ones((4, 2))).sum(axis=1)

    class Wide(Weighted):
        @contract("n t {features} -> n 2 | t >= 2")
        def __call__(self, x):
            return x[:, 0, : x.shape[1]]

    class Narrow(Weighted):
        @contract("n t {features} -> n 2")
        def __call__(self, x):
            return x[:, [2]].reshape(-1, 4)[:, :2]

    class Loose:
        features = 3

        @contract(x="n c", pair=("n k", ["n k"]), scale="", returns="n k")
        def __call__(self, x, pair, scale=None):
            return pair[0] + sum(pair[1]) * x.sum()

    class Bare:
        def __call__(self, x):
            return x @ numpy.ones((4, 2))
"""


def outcome(pytester, body, *arguments):
    pytester.makepyfile(models=MODELS, test_models=f"import pytest, sys\nfrom models import *\n\n{body}\n")
    pytester.syspathinsert()
    return pytester.runpytest_subprocess("-q", "-W", "error", *arguments)


def text(result):
    return "\n".join(result.outlines)


@pytest.mark.parametrize("model", ["Weighted()", "Loose()"])
def test_a_model_that_keeps_its_contract_passes(pytester, model):
    result = outcome(pytester, f"@pytest.mark.shapecheck\ndef test_model():\n    return {model}")
    result.assert_outcomes(passed=1)


def test_a_broken_promise_is_shown_for_the_smallest_input(pytester):
    result = outcome(pytester, "@pytest.mark.shapecheck\ndef test_model():\n    return Wide()")
    result.assert_outcomes(failed=1)
    assert "Wide.__call__ breaks a contract for x (1, 3, 4):" in text(result)
    assert "exercising.py" not in text(result) and "hypothesis" not in text(result)


def test_an_input_that_is_let_in_and_fails_is_shown_with_the_error(pytester):
    result = outcome(pytester, "@pytest.mark.shapecheck\ndef test_model():\n    return Narrow()")
    result.assert_outcomes(failed=1)
    assert "Narrow.__call__ fails for x (1, 1, 4), which its contract lets in: IndexError:" in text(result)
    assert "a constraint behind its patterns, such as '| t >= 4', narrows what is let in" in text(result)


def test_inputs_narrow_what_is_drawn(pytester):
    body = '@pytest.mark.shapecheck(inputs="n 5 4")\ndef test_model():\n    return Narrow()'
    outcome(pytester, body).assert_outcomes(passed=1)


def test_inputs_stand_in_for_a_contract(pytester):
    body = '@pytest.mark.shapecheck(inputs={"x": "n 4"})\ndef test_model():\n    return Bare()'
    outcome(pytester, body).assert_outcomes(passed=1)
    result = outcome(pytester, body.replace("n 4", "n 5"))
    assert "Bare.__call__ fails for x (1, 5), which inputs= describes: ValueError:" in text(result)


@pytest.mark.parametrize(
    ("marker", "returned", "words"),
    [
        ("", "Bare()", 'say what it takes: @pytest.mark.shapecheck(inputs="n t c")'),
        ("", "None", "the test returned None, which is no model"),
        ('(inputs={"y": "n"})', "Bare()", "inputs= cannot be used: the contract speaks of 'y'"),
        ('(inputs="n,")', "Bare()", "inputs= cannot be used:"),
        ('(input="n")', "Bare()", "takes inputs= and framework=: got an unexpected keyword argument 'input'"),
    ],
)
def test_what_cannot_be_exercised_is_said(pytester, marker, returned, words):
    result = outcome(pytester, f"@pytest.mark.shapecheck{marker}\ndef test_model():\n    return {returned}")
    result.assert_outcomes(failed=1)
    assert words in text(result)


@pytest.mark.parametrize(
    ("otherwise", "words"),
    [
        (
            "raise TypeError('no')",
            "does not fail cleanly for x (1, 1, 4): TypeError before its contract could say:",
        ),
        ("return None", "takes x (1, 1, 4) although its contract refuses it:"),
    ],
)
def test_what_a_contract_refuses_ends_in_its_error_and_nothing_else(pytester, otherwise, words):
    body = f"""
class Early:
    features = 4

    def __call__(self, x):
        if x.ndim == 3 and x.shape[1] > 1 and x.shape[2] == 4:
            return x
        {otherwise}

Early.__call__.__shapecheck_contract__ = Weighted.__call__.__shapecheck_contract__

@pytest.mark.shapecheck(inputs="n t 4 | t >= 2")
def test_model():
    return Early()
"""
    result = outcome(pytester, body)
    result.assert_outcomes(failed=1)
    assert "Early.__call__ " in text(result)
    assert words.partition(" x ")[0] in text(result) and words.partition(": ")[2] in text(result)


def test_fixtures_and_parameters_reach_the_marked_test(pytester):
    body = """
@pytest.fixture
def model():
    return Weighted()

@pytest.mark.shapecheck
@pytest.mark.parametrize("number", [1, 2])
def test_model(model, number):
    return model
"""
    outcome(pytester, body).assert_outcomes(passed=2)


def test_contracts_that_are_off_are_not_exercised(pytester):
    body = "@pytest.mark.shapecheck\ndef test_model():\n    return Wide()"
    outcome(pytester, body, "--shapecheck-contracts=off").assert_outcomes(skipped=1)


def test_a_torch_module_is_left_in_the_mode_it_was_in(pytester):
    body = """
import torch
from shapecheck import contract

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = torch.nn.BatchNorm1d(4)

    @contract("n 4 -> n 4")
    def forward(self, x):
        assert not self.training and not torch.is_grad_enabled()
        return self.norm(x)

NET = Net()

@pytest.mark.shapecheck
def test_model():
    return NET

def test_after():
    assert NET.training
"""
    outcome(pytester, body).assert_outcomes(passed=2)


def test_without_hypothesis_the_extra_is_named(pytester, monkeypatch):
    body = """
sys.modules["hypothesis"] = None

@pytest.mark.shapecheck
def test_model():
    return Weighted()
"""
    result = outcome(pytester, body, "-p", "no:hypothesispytest")
    result.assert_outcomes(failed=1)
    assert "pip install 'shapecheck-ml[hypothesis,numpy]'" in text(result)
