"""What operators say when they cannot work: the fact first, with both values."""

from __future__ import annotations

from typing import Any

import pytest

from shapecheck.algebra import symbols
from shapecheck.dialects import operators
from tests.ops.calling import T, ask_us, fresh

A = T((16, 3, 28, 28))

SENTENCES: list[tuple[str, list[Any], dict[str, Any], str, str]] = [
    (
        "torch.Tensor.view",
        [T((16, 784)), 16, 10, 49],
        {},
        "SHP105",
        "cannot view 12544 elements of (16, 784) as (16, 10, 49)",
    ),
    (
        "torch.Tensor.view",
        [T((1, 784)), -1, 320],
        {},
        "SHP105",
        "cannot view 784 elements of (1, 784) as (-1, 320): 784 is no multiple of 320",
    ),
    (
        "torch.reshape",
        [A, (-1, -1)],
        {},
        "SHP105",
        "cannot reshape (16, 3, 28, 28) as (-1, -1): only one size can be -1",
    ),
    (
        "torch.cat",
        [[T((2, 3, 14)), T((2, 5, 14)), T((2, 5, 7))], 1],
        {},
        "SHP108",
        "cannot concatenate along axis 1: axis 2 is 14 in the first tensor and 7 in the third",
    ),
    (
        "torch.cat",
        [[T((2, 3)), T((2, 3, 1))]],
        {},
        "SHP108",
        "cannot concatenate (2, 3) and (2, 3, 1): 2 axes in the first tensor, 3 in the second",
    ),
    (
        "torch.stack",
        [[T((2, 3)), T((2, 4))]],
        {},
        "SHP108",
        "cannot stack (2, 3) and (2, 4): the second tensor has another shape than the first",
    ),
    (
        "torch.Tensor.permute",
        [A, 0, 2, 1],
        {},
        "SHP115",
        "the permutation (0, 2, 1) names 3 axes, but (16, 3, 28, 28) has 4",
    ),
    (
        "torch.Tensor.permute",
        [T((2, 3)), 0, 0],
        {},
        "SHP115",
        "the permutation names an axis of (2, 3) twice in (0, 0)",
    ),
    ("torch.Tensor.transpose", [T((2, 3)), 1, 2], {}, "SHP109", "transpose has no axis 2: (2, 3) has 2 axes"),
    (
        "torch.Tensor.unsqueeze",
        [T((2, 3)), 4],
        {},
        "SHP109",
        "unsqueeze has no axis 4: (2, 3) allows -3 to 2",
    ),
    ("torch.Tensor.mean", [T((2, 3)), 2], {}, "SHP109", "mean has no axis 2: (2, 3) has 2 axes"),
    (
        "torch.matmul",
        [T((16, 784)), T((512, 10))],
        {},
        "SHP107",
        "cannot multiply (16, 784) by (512, 10): 784 columns against 512 rows",
    ),
    (
        "torch.bmm",
        [T((2, 3, 4)), T((3, 4, 5))],
        {},
        "SHP107",
        "cannot multiply (2, 3, 4) by (3, 4, 5): 2 matrices against 3",
    ),
    (
        "torch.add",
        [T((16, 10)), T((16, 12))],
        {},
        "SHP106",
        "cannot add (16, 10) and (16, 12): axis 1 is 10 in the first and 12 in the second",
    ),
    (
        "torch.add",
        [T((8, 16, 10)), T((12,))],
        {},
        "SHP106",
        "cannot add (8, 16, 10) and (12,): the last axis is 10 in the first and 12 in the second",
    ),
    (
        "torch.add",
        [T((8, 16, 10)), T((15, 10))],
        {},
        "SHP106",
        "cannot add (8, 16, 10) and (15, 10): axis 1 of the first is 16, axis 0 of the second is 15",
    ),
    (
        "numpy.dot",
        [T((8, 3)), T((5, 3))],
        {},
        "SHP107",
        "cannot sum over axis 1 of (8, 3) and axis 0 of (5, 3): 3 against 5",
    ),
    (
        "torch.Tensor.expand",
        [T((3, 4)), 2, 4],
        {},
        "SHP119",
        "cannot expand (3, 4) to (2, 4): axis 0 is 3, neither 1 nor 2",
    ),
    (
        "torch.split",
        [T((7, 2)), [3, 3]],
        {},
        "SHP111",
        "cannot split axis 0 of (7, 2), whose size is 7, into (3, 3): these add up to 6",
    ),
    (
        "torch.einsum",
        ["ij,jk->ik", T((2, 3)), T((4, 5))],
        {},
        "SHP116",
        "einsum 'ij,jk->ik': 'j' is 3 in the first tensor (2, 3) and 4 in the second (4, 5)",
    ),
    (
        "einops.rearrange",
        [T((2, 7, 4)), "b (h p) c -> b h p c"],
        {"p": 2},
        "SHP116",
        "cannot rearrange (2, 7, 4) by 'b (h p) c -> b h p c': 2 does not divide 7 in (h p)",
    ),
    (
        "torch.nn.functional.cross_entropy",
        [T((4, 10)), T((5,), "int64")],
        {},
        "SHP118",
        "cross_entropy of the prediction (4, 10) and the target (5,): a class for each of (4,) is wanted, axis 0 is 5",
    ),
    (
        "torch.nn.functional.pad",
        [T((1, 3, 4)), (4, 0), "reflect"],
        {},
        "SHP122",
        "cannot pad axis 2 of (1, 3, 4) by 4 and 0 (reflect): its size is 4",
    ),
    (
        "keras.ops.reshape",
        [T((2, 6)), (5, -1)],
        {},
        "SHP105",
        "cannot reshape 12 elements of (2, 6) as (5, -1): 12 is no multiple of 5",
    ),
    (
        "tf.squeeze",
        [T((2, 3))],
        {"axis": 1},
        "SHP105",
        "cannot squeeze axis 1 of (2, 3): its size is 3, not 1",
    ),
    (
        "numpy.split",
        [T((7, 2)), 3],
        {},
        "SHP111",
        "cannot split axis 0 of (7, 2) into 3 equal pieces: its size is 7",
    ),
    ("torch.zeros", [-1, 2], {}, "SHP120", "a new tensor needs sizes of at least 0, got -1"),
]


@pytest.mark.parametrize(("name", "positional", "named", "code", "sentence"), SENTENCES)
def test_sentences(name: str, positional: list[Any], named: dict[str, Any], code: str, sentence: str) -> None:
    failed = ask_us(name, positional, named).failed
    assert failed is not None
    assert (failed.code, failed.sentence) == (code, sentence)


def brackets(tensor: Any, key: Any) -> Any:
    return operators.index(tensor, key, fresh=fresh)


@pytest.mark.parametrize(
    ("key", "code", "sentence"),
    [
        ((0, 0, 0, 0, 0), "SHP103", "cannot index (16, 3, 28, 28) with 5 indices: it has 4 axes"),
        ((0, 3), "SHP113", "index 3 is out of range for axis 1 of (16, 3, 28, 28), whose size is 3"),
        (slice(None, None, -1), "SHP120", "a slice cannot have the step -1"),
        ((Ellipsis, Ellipsis), "SHP120", "an index has room for one ... only"),
    ],
)
def test_sentences_about_brackets(key: Any, code: str, sentence: str) -> None:
    failed = ask_us("[]", [A, key], {}, run=brackets).failed
    assert failed is not None
    assert (failed.code, failed.sentence) == (code, sentence)


def test_sentences_with_symbols() -> None:
    """Symbolic sizes stand in the sentence as they are written."""
    from shapecheck.algebra import Shape

    n, c, h, w = symbols("n c h w")
    answer = ask_us(
        "torch.cat", [[T((1, 2, 3)), T((1, 2))]], {}, lambda spec: Shape(n, c, h)[: len(spec.sizes)]
    )
    assert answer.failed is not None
    assert (
        answer.failed.sentence
        == "cannot concatenate (n, c, h) and (n, c): 3 axes in the first tensor, 2 in the second"
    )
    shapes = iter([Shape(n, 2 * c, h), Shape(n, c, w)])
    answer = ask_us("torch.cat", [[T((1, 2, 3)), T((1, 2, 3))], 2], {}, lambda spec: next(shapes))
    assert answer.failed is not None
    assert (
        answer.failed.sentence
        == "cannot concatenate along axis 2: axis 1 is 2*c in the first tensor and c in the second"
    )


def test_the_change_that_helps() -> None:
    """A reshape to (batch, features) says which features there are."""
    failed = ask_us("torch.Tensor.view", [T((16, 3, 28, 28)), 16, 784], {}).failed
    assert failed is not None
    assert (failed.attribute, failed.want) == ("sizes", (16, 2352))
