"""The pattern language: what is read, how it is written, and what it refuses with a caret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import (
    AnyAxis,
    BoundAxis,
    BroadcastAxis,
    Contract,
    GroupAxis,
    OptionalAxis,
    Pattern,
    PatternError,
    ProductAxis,
    SizeAxis,
    parse_claim,
    parse_contract,
    parse_pattern,
    parse_size,
    symbol,
    symbols,
)
from tests.algebra import trees

n, t, c, h, w = symbols("n t c h w")

AXES = {
    "n": [SizeAxis(n)],
    "n 3": [SizeAxis(n), SizeAxis(3)],
    "": [],
    "  ": [],
    "()": [ProductAxis(())],
    "2*n h//2": [SizeAxis(2 * n), SizeAxis(h // 2)],
    "(c h w)": [ProductAxis((c, h, w))],
    "(h w c)": [ProductAxis((h, w, c))],
    "((c h) w)": [ProductAxis((c, h, w))],
    "((h-1)//2+1)": [SizeAxis((h - 1) // 2 + 1)],
    "( (h - 1) // 2 + 1 )": [SizeAxis((h - 1) // 2 + 1)],
    "(c h)//2": [SizeAxis(c * h // 2)],
    "max(h,w)": [SizeAxis(parse_size("max(w, h)"))],
    "... c": [GroupAxis("..."), SizeAxis(c)],
    "*batch c": [GroupAxis("batch"), SizeAxis(c)],
    "_ c": [AnyAxis("_"), SizeAxis(c)],
    "_x c": [AnyAxis("_x"), SizeAxis(c)],
    "c=3": [BoundAxis("c", c, 3)],
    "#n": [BroadcastAxis(n)],
    "n?": [OptionalAxis(n)],
    "{width}": [SizeAxis(symbol("{width}"))],
    "2*{config.width}": [SizeAxis(2 * symbol("{config.width}"))],
}


@pytest.mark.parametrize("text", AXES)
def test_axes(text):
    assert list(parse_pattern(text).axes) == AXES[text]


def test_dtype_and_constraints():
    pattern = parse_pattern("n t c:float32 | h%4==0, 3<=w<=512, n!=2")
    assert pattern.dtype == "float32"
    assert [str(claim) for claim in pattern.constraints] == ["h%4 = 0", "w >= 3 and w <= 512", "n ≠ 2"]


def test_contract():
    contract = parse_contract("n t c h w:float32, n t -> n k | h%4==0, w<=512")
    assert [str(pattern) for pattern in contract.inputs] == ["n t c h w:float32", "n t"]
    assert contract.outputs == (parse_pattern("n k"),)
    assert len(contract.constraints) == 2
    assert parse_contract("n c").outputs is None
    assert parse_contract("-> n").inputs == (parse_pattern(""),)


@pytest.mark.parametrize(("text", "rank"), [("n c", 2), ("", 0), ("...", None), ("n? c", None), ("(h w)", 1)])
def test_rank(text, rank):
    assert parse_pattern(text).rank == rank


# The text, where the caret stands, and a word of the message or hint.
REFUSED = [
    ("n, t, c", 1, "separate tensors"),
    ("(n *b)", 3, "one side"),
    ("(n* b)", 2, "one side"),
    ("(c h+1)", 6, "mixed"),
    ("(h+1 c)", 5, "mixed"),
    ("n/2", 1, "//"),
    ("2n", 0, "2*n"),
    ("n [c]", 2, "brackets"),
    ("n c | h", 7, "comparison"),
    ("n (c h", 2, "never closed"),
    ("n c)", 3, "cannot follow"),
    ("h +1", 2, "size is expected"),
    ("h * 2", 3, "name is expected"),
    ("... ...", 4, "twice"),
    ("*g *g", 3, "twice"),
    ("n -> t", 2, "parse_contract"),
    ("n t:float32 c", 12, "dtype comes last"),
    ("n:3", 2, "dtype is expected"),
    ("3=c", 1, "only a name"),
    ("(c, h)", 2, "comma inside"),
    ("{a..b}", 0, "attribute"),
    ("{a", 0, "attribute"),
    ("h//0", 1, "zero"),
    ("h**2", 1, "cannot follow"),
    ("f(h)", 1, "no function"),
    ("n c | h>3 -> c", 4, "come last"),
    ("n .", 2, "three dots"),
    ("9" * 40, 0, "too large"),
    ("(" * 200 + "n" + ")" * 200, None, "nested"),
    ("n $", 2, "no meaning"),
]


@pytest.mark.parametrize(("text", "position", "word"), REFUSED)
def test_refused_with_a_caret(text, position, word):
    with pytest.raises(PatternError) as caught:
        parse_pattern(text)
    message = str(caught.value)
    assert word in message
    lines = message.splitlines()
    assert lines[1] == f"  {text}"
    assert lines[2] == "  " + " " * caught.value.position + "^"
    if position is not None:
        assert caught.value.position == position


@st.composite
def axes(draw):
    name = draw(st.sampled_from(("n", "c", "h", "w")))
    size = draw(trees.trees(max_leaves=4))
    try:
        size = trees.size(size, dict.fromkeys(trees.NAMES, (1, None)))
    except ZeroDivisionError:
        size = 7
    plain = symbol(name)
    return draw(
        st.sampled_from(
            (
                SizeAxis(size),
                SizeAxis(plain),
                BroadcastAxis(plain),
                BroadcastAxis(size),
                OptionalAxis(plain),
                BoundAxis(name, plain, size),
                AnyAxis("_"),
                AnyAxis("_rest"),
                ProductAxis((plain, c, 3)),
                ProductAxis((plain, size + h, {"h": w}.get(name, h))),
                ProductAxis(()),
                SizeAxis(symbol("{a.b}") * 2),
            )
        )
    )


@st.composite
def patterns(draw):
    found = draw(st.lists(axes(), max_size=5))
    for group in draw(st.sets(st.sampled_from(("...", "batch")), max_size=2)):
        found.insert(draw(st.integers(0, len(found))), GroupAxis(group))
    constraints = draw(st.lists(st.sampled_from(("h%4==0", "w<=512", "h//2!=w", "4 divides c")), max_size=2))
    dtype = draw(st.sampled_from((None, "float32")))
    return Pattern(found, dtype=dtype, constraints=[parse_claim(text) for text in constraints])


@given(patterns())
def test_a_pattern_reads_back(pattern):
    assert parse_pattern(str(pattern)) == pattern


@given(st.lists(patterns(), min_size=1, max_size=3), st.none() | st.lists(patterns(), min_size=1, max_size=2))
def test_a_contract_reads_back(inputs, outputs):
    def bare(found):
        return [Pattern(pattern.axes, dtype=pattern.dtype) for pattern in found]

    contract = Contract(
        bare(inputs), None if outputs is None else bare(outputs), [c for p in inputs for c in p.constraints]
    )
    assert parse_contract(str(contract)) == contract


@given(st.text(alphabet="nhw23 ()*/%+-.,:#?=<>|{}_[]!…", max_size=24))
def test_any_text_is_read_or_refused(text):
    for parse in (parse_pattern, parse_contract, parse_size, parse_claim):
        try:
            found = parse(text)
        except PatternError as error:
            assert 0 <= error.position <= len(text)
            continue
        if parse in (parse_pattern, parse_contract):
            assert parse(str(found)) == found


def test_names_are_at_least_low():
    assert parse_size("h", low=0) == symbol("h", low=0)
    assert parse_pattern("h", low=0).axes == (SizeAxis(symbol("h", low=0)),)


def test_only_text_is_read():
    with pytest.raises(TypeError, match="string"):
        parse_pattern(3)
