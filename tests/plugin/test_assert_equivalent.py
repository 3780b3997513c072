"""The fixture assert_equivalent, by running pytest on small projects."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

MODELS = """
    import torch
    from torch import nn

    def make(activation):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(4, 8), activation, nn.Linear(8, 2))
"""
TESTS = """
    import pytest
    from torch import nn
    from models import make
    from shapecheck.equivalence.compare_report import ComparisonError

    def test_equal(assert_equivalent):
        report = assert_equivalent(make(nn.ReLU()), make(nn.ReLU()), "n 4", sizes=2)
        assert report.ok and len(report.pairs) == 3

    def test_other(assert_equivalent):
        assert_equivalent(make(nn.ReLU()), make(nn.LeakyReLU(0.2)), inputs="n 4")

    def test_not_comparable(assert_equivalent):
        with pytest.raises(ComparisonError, match="the left model is of the type int"):
            assert_equivalent(3, make(nn.ReLU()), "n 4")
"""


@pytest.fixture
def result(pytester: pytest.Pytester) -> pytest.RunResult:
    pytester.makepyfile(models=MODELS, test_models=TESTS)
    pytester.syspathinsert()
    installed = any(point.name == "shapecheck" for point in entry_points(group="pytest11"))
    loaded = () if installed else ("-p", "shapecheck.pytest_plugin")
    return pytester.runpytest("-p", "no:cacheprovider", *loaded)


def test_a_test_fails_with_the_report_where_models_part(result: pytest.RunResult) -> None:
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["the models are not equivalent", "left:  torch Sequential", "PART: between 0 and 2: *"]
    )
    result.stdout.no_fnmatch_line("*compare_models.py*")
