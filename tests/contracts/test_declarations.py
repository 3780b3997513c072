"""The declaration of a contract, read without any live function: what the linter sees."""

import ast
import subprocess
import sys

import pytest

from shapecheck.algebra import parse_pattern
from shapecheck.declarations import Each, Fixed, Named, One, Parameters, declare
from shapecheck.declarations.annotations import read_annotation
from shapecheck.declarations.jaxtyping import UnreadableAnnotationError


@pytest.mark.parametrize("text", ["*a *b c", "*a, *a *b *d", "n -> ... *b"])
def test_two_groups_that_nothing_settles_are_refused(text):
    with pytest.raises(ValueError, match="more than one group of axes that no tensor before it settles"):
        declare(Parameters(("x", "y")), text, {})


def test_two_groups_are_fine_where_one_is_known():
    found = declare(Parameters(("x", "y")), "*a, *a *b -> *b *a", {})
    assert [str(pattern) for pattern in found.patterns()] == ["*a", "*a *b", "*b *a"]


def test_positional_text_describes_the_first_parameters():
    found = declare(Parameters(("x", "mask", "other"), receiver="self"), "n t c, n t -> n {width} | t<=5", {})
    assert [(name, structure.pattern) for name, structure in found.inputs] == [
        ("x", parse_pattern("n t c")),
        ("mask", parse_pattern("n t")),
    ]
    assert found.returns.pattern == parse_pattern("n {width}")
    assert [str(claim) for claim in found.claims()] == ["t <= 5"]
    assert found.attributes() == ("width",)
    assert found.names() == {"n", "t", "c", "{width}"}


def test_named_structures():
    parameters = Parameters(("x", "state"), rest="more", keywords="extra", optional=("x",))
    found = declare(
        parameters,
        None,
        {"more": "n", "x": "n c", "state": ("n", ["c"]), "returns": {"a": "n", "b": None}},
    )
    kinds = {name: type(structure) for name, structure in found.inputs}
    assert kinds == {"x": One, "state": Fixed, "more": Each}
    assert list(kinds) == ["x", "state", "more"]
    assert dict(found.inputs)["x"].optional
    assert isinstance(found.returns, Named)
    assert str(found) == 'more="n", x="n c", state=("n", ["c"]), returns={"a": "n", "b": None}'


def test_static_symbols_are_at_least_one_and_those_of_run_time_may_be_zero():
    parameters = Parameters(("x",))
    assert declare(parameters, "n", {}).inputs[0][1].pattern.low == 1
    assert declare(parameters, "n", {}, low=0).inputs[0][1].pattern.low == 0


def test_nothing_before_the_arrow_describes_no_argument_and_nothing_after_it_a_scalar():
    found = declare(Parameters(("x",)), "-> n k", {})
    assert found.inputs == ()
    assert declare(Parameters(("x",)), "n ->", {}).returns.pattern == parse_pattern("")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Float[Tensor, "n t"]', '"n t:float"'),
        ('jaxtyping.Float32[torch.Tensor, "n 3"]', '"n 3:float32"'),
        ('Shaped[Tensor, ""]', '""'),
        ('Optional[Int[Tensor, "n"]]', '"n:int"'),
        ('tuple[Float[Tensor, "n"], int]', '("n:float", None)'),
        ('tuple[Float[Tensor, "n"], ...]', '["n:float"]'),
        ("'Bool[Tensor, \"n c=3\"]'", '"n 3:bool"'),
        ("int", None),
        ("list[int]", None),
        ("Callable[[int], str]", None),
    ],
)
def test_annotations_as_syntax(text, expected):
    found = read_annotation(ast.parse(text, mode="eval").body, lambda name: None)
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    "text",
    ['PyTree[Float[Tensor, "n"], "T"]', 'Float[Tensor, f"{n}"]', 'Float[Tensor, "a"] | Int[Tensor, "b"]'],
)
def test_annotation_that_cannot_be_taken_over_is_told(text):
    with pytest.raises(UnreadableAnnotationError):
        read_annotation(ast.parse(text, mode="eval").body, lambda name: None)


def test_reading_a_declaration_loads_nothing_of_the_run_time():
    program = (
        "import sys, shapecheck.declarations.annotations as a\n"
        "print(*[m for m in sys.modules if m.startswith('shapecheck.') or m == 'typing'])"
    )
    run = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=True)
    packages = {name.split(".")[1] for name in run.stdout.split() if "." in name}
    assert packages == {"algebra", "declarations"}
