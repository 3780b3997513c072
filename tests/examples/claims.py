"""What a run under the real framework must show of an example, for either framework."""

from __future__ import annotations

from tests.examples.catalogue import Expectation, expectations, printed_shapes, raising_line
from tests.examples.running import Run


def check_seed(source: str, run: Run) -> None:
    """A seed runs, and prints the shapes that are stated beside its prints."""
    assert run.error is None, run.error
    stated = [printed.stated for printed in printed_shapes(source)]
    assert stated
    assert run.output.splitlines() == stated


def check_broken(source: str, run: Run) -> None:
    """A 1xx or 4xx example is refused by the framework at a line it marks; a 3xx example runs."""
    expected = planted(source)
    if expected.code.startswith("SHP3"):
        assert run.error is None, run.error
    else:
        assert run.error is not None, "the framework accepts it"
        assert run.lines[-1] == (raising_line(source) or expected.line), run.error


def check_mended(run: Run) -> None:
    """With its one mistake mended the file runs."""
    assert run.error is None, run.error


def planted(source: str) -> Expectation:
    """The one mistake of a broken file."""
    (expected,) = expectations(source)
    return expected
