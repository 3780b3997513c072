"""Layer tables: about 100 columns wide whatever the formulas are, and nothing lost."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import Size, symbols
from shapecheck.interpret.inference import Inferred, Row
from shapecheck.report.layers import WIDTH, render

NAMES = symbols("batch steps hidden_size filters height width")


def model(rows: list[Row], parameters: Size | None, macs: Size | None, **more: object) -> Inferred:
    return Inferred("Net", "(n, 3) → (n, 4)", tuple(rows), parameters, macs, **more)  # type: ignore[arg-type]


@st.composite
def sizes(draw: st.DrawFn) -> Size:
    """Numbers, and sums of products of many symbols."""
    if draw(st.booleans()):
        return draw(st.integers(0, 10**9))
    found: Size = draw(st.integers(0, 9))
    for _ in range(draw(st.integers(1, 6))):
        part: Size = draw(st.integers(1, 9000))
        for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5)):
            part = part * name
        found = found + part
    return found


@given(st.lists(st.tuples(sizes(), sizes()), min_size=1, max_size=6), sizes(), sizes())
def test_no_line_is_too_wide_and_no_formula_is_lost(
    counts: list[tuple[Size, Size]], parameters: Size, macs: Size
) -> None:
    shape = "(batch*steps, filters, (height+1)//2, (width+1)//2), (1, hidden_size)"
    rows = [Row(f"blocks.{place}.conv", "", "Conv2d", shape, *pair) for place, pair in enumerate(counts)]
    text = render([model(rows, parameters, macs)])
    assert all(len(line) <= WIDTH for line in text.splitlines())
    joined = re.sub(r"\n    ", "", text)
    for size in (*(size for pair in counts for size in pair), parameters, macs):
        assert (f"{size:,}" if isinstance(size, int) else str(size)) in joined


def test_a_concrete_table_is_compact() -> None:
    rows = [
        Row("conv", "", "Conv2d", "(8, 16, 28, 28)", 448, 2709504),
        Row("fc", "", "Linear", "(8, 10)", 125450, 1003520),
    ]
    assert (
        render([model(rows, 125898, 3713024)])
        == """\
Net: (n, 3) → (n, 4)

layer  operator  output           parameters       MACs
-----  --------  ---------------  ----------  ---------
conv   Conv2d    (8, 16, 28, 28)         448  2,709,504
fc     Linear    (8, 10)             125,450  1,003,520

total parameters    125,898
total MACs        3,713,024
"""
    )


def test_a_sum_over_what_was_not_understood_is_not_called_the_total() -> None:
    rows = [Row("fc", "", "Linear", "(8, 10)", 20, 160)]
    text = render([model(rows, 20, 160, unknown=("Linear: input is unknown",), unused=("head",))])
    assert "total" not in text and "these rows' parameters" in text
    assert text.endswith("not applied: head\nnot understood: Linear: input is unknown\n")


def test_equal_formulas_share_a_letter() -> None:
    batch, steps, hidden, filters, height, width = NAMES
    long = 9000 * batch * steps * hidden * filters * height * width
    text = render(
        [model([Row("a", "", "A", "?", long, long), Row("b", "", "B", "?", None, long)], None, long)]
    )
    assert text.count("[a]") == 4 and "[b]" not in text
    assert text.count(str(long)) == 2 and "?" in text
