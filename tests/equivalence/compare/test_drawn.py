"""Drawn models, built in two frameworks from one specification: compare raises no false alarm."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from shapecheck import compare
from shapecheck.backend import BackendError
from shapecheck.equivalence.compare_report import ComparisonError
from shapecheck.strategies.models import Case, cases


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(cases())
def test_what_was_built_from_one_specification_agrees(case: Case) -> None:
    model = case.model
    needed = {name: size for name, size in case.dims.items() if name in model.graph.needed_dims()}
    try:
        left, right = model.build("torch", needed, seed=1), model.build("keras", needed, seed=2)
    except BackendError:
        assume(False)  # a limit of one framework
    patterns = {name: str(pattern) for name, pattern in model.graph.patterns.items()}
    try:
        report = compare(left, right, patterns, case.dims, transfer=True, sizes=1)
    except ComparisonError as error:
        # Keras has some operators in several layers only, whose weights are not those of one.
        assert str(error).startswith("weights cannot be copied: ")
        return
    assert report.ok, str(report)
