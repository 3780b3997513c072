"""The sliding-window formula against windows that are counted one by one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import Proof, evaluate, symbol
from shapecheck.ops.window import fits, margins, spread, windows

PADDINGS = st.one_of(
    st.integers(0, 4),
    st.tuples(st.integers(0, 4), st.integers(0, 4)),
    st.sampled_from(("valid", "same", "causal")),
)


def counted(size: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int, ceil: bool) -> int:
    """Windows placed one by one from the low end of the padded axis."""
    low, high = padding
    cells = range(-low, size + high)
    begin, count = -low, 0
    while True:
        taps = [begin + tap * dilation for tap in range(kernel)]
        if all(tap in cells for tap in taps):
            count += 1
        elif ceil and begin < size and count and taps[-1] - cells[-1] < stride:
            count += 1  # it hangs over the end by less than a step, but begins in the axis or its low padding
        else:
            return count
        begin += stride


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 6), PADDINGS, st.integers(1, 4))
def test_as_many_windows_as_can_be_placed(
    size: int, kernel: int, stride: int, padding: Any, dilation: int
) -> None:
    ends = margins(size, kernel, stride, padding, dilation)
    expected = counted(size, kernel, stride, ends, dilation, False)  # type: ignore[arg-type]
    claim = fits(size, kernel, padding, dilation)
    assert (claim is None or claim.proof() is Proof.YES) == (expected > 0)
    if expected:
        assert windows(size, kernel, stride, padding, dilation) == expected


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 6), st.data(), st.integers(1, 4))
def test_with_ceil_the_last_window_may_hang_over(
    size: int, kernel: int, stride: int, data: st.DataObject, dilation: int
) -> None:
    padding = data.draw(st.integers(0, kernel // 2))
    expected = counted(size, kernel, stride, (padding, padding), dilation, True)
    if counted(size, kernel, stride, (padding, padding), dilation, False):
        assert windows(size, kernel, stride, padding, dilation, ceil=True) == expected


@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 5), st.integers(1, 3))
def test_same_begins_one_window_with_every_stride(size: int, kernel: int, stride: int, dilation: int) -> None:
    begun = len(range(0, size, stride))
    low, high = margins(size, kernel, stride, "same", dilation)
    assert windows(size, kernel, stride, "same", dilation) == begun
    assert 0 <= high - low <= 1


@given(st.integers(1, 20), st.integers(1, 6), st.integers(1, 5), PADDINGS, st.integers(1, 4))
def test_spreading_is_the_inverse_of_counting(
    size: int, kernel: int, stride: int, padding: Any, dilation: int
) -> None:
    if isinstance(padding, str):
        padding = 0
    spread_out = spread(size, kernel, stride, padding, dilation)
    if isinstance(spread_out, int) and spread_out > 0:
        assert counted(spread_out, kernel, stride, margins(0, 1, 1, padding), dilation, False) == size  # type: ignore[arg-type]
        assert counted(spread_out - 1, kernel, stride, margins(0, 1, 1, padding), dilation, False) < size  # type: ignore[arg-type]


@given(st.integers(1, 60), st.integers(1, 6), st.integers(1, 5), PADDINGS, st.integers(1, 4), st.booleans())
def test_a_symbolic_axis_gives_the_same_number(
    size: int, kernel: int, stride: int, padding: Any, dilation: int, ceil: bool
) -> None:
    axis = symbol("h")
    for formula, named in ((windows, {"ceil": ceil}), (spread, {})):
        symbolic = formula(axis, kernel, stride, padding, dilation, **named)  # type: ignore[operator]
        assert evaluate(symbolic, {"h": size}) == formula(size, kernel, stride, padding, dilation, **named)  # type: ignore[operator]
