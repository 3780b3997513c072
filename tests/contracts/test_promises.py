"""Promises refuted without a call: by brute force some arguments that the contract lets in break each of them."""

from __future__ import annotations

import ast
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings, target
from hypothesis import strategies as st

from shapecheck import ShapeError, contract
from shapecheck.interpret import Project, Source, analyse

torch = pytest.importorskip("torch")

# Bodies for a matrix x and a vector y.
BODIES = [
    "x",
    "x.T",
    "x[0]",
    "x[:, -1]",
    "x.sum(0)",
    "x.sum(1, keepdim=True)",
    "torch.cat([x, x], 1)",
    "torch.cat([x, x.sum(0, keepdim=True)])",
    "x.reshape(-1)",
    "x[None]",
    "x * y",
    "x @ y",
    "x[:, ::2]",
    "x[1:]",
    "(x, y)",
]
INPUTS = [
    "a b, b",
    "a b, a",
    "a a, a",
    "a 2, b",
    "a 2*b, b",
    "a+1 b, b",
    "a b, 2 | a>=2",
    "(a b) b, a",
    "a b, _",
]
OUTPUTS = [
    "a b",
    "b a",
    "a",
    "b",
    "a 1",
    "a 2*b",
    "a+1 b",
    "(a b)",
    "1 a b",
    "a (b+1)//2",
    "a-1 b",
    "k",
    "... b",
    "a b, b",
]
SIZES = (1, 2, 3, 4)


def finding(text: str) -> tuple[str, ...] | None:
    """What the linter says of the function by itself: the help of its finding, None without one."""
    for event in analyse(Source("program.py", text, ast.parse(text)), Project()).events:
        if getattr(event, "code", "") == "SHP202":
            return event.help  # type: ignore[union-attr]
    return None


def outcomes(text: str, body: str) -> list[bool]:
    """For all small arguments that are let in, and on which the body works: whether the promise is kept."""
    function: Any = eval(f"lambda x, y: {body}", {"torch": torch})
    checked = contract(text)(function)
    kept = []
    for rows, columns, length in product(SIZES, SIZES, SIZES):
        x, y = torch.zeros(rows, columns), torch.zeros(length)
        try:
            checked(x, y)
            kept.append(True)
        except ShapeError as error:
            if ": result" in str(error).partition("\n")[0]:
                kept.append(False)
        except (RuntimeError, IndexError):
            continue
    return kept


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(INPUTS), st.sampled_from(OUTPUTS), st.sampled_from(BODIES))
def test_promise_that_the_linter_refutes_is_broken_by_some_arguments(
    inputs: str, outputs: str, body: str
) -> None:
    before, _, constraints = inputs.partition(" | ")
    text = f"{before} -> {outputs}{' | ' if constraints else ''}{constraints}"
    help = finding(
        "import torch\nfrom shapecheck import contract\n\n"
        f"@contract({text!r})\ndef function(x: torch.Tensor, y: torch.Tensor):\n    return {body}\n"
    )
    kept = outcomes(text, body)
    target(float(help is not None))
    if help is not None:
        assert not all(kept) or not kept
        if not any("does not hold for" in line for line in help):
            assert not any(kept), "said of all arguments"
    elif kept:
        assert any(kept), "broken by all arguments, and not found"
