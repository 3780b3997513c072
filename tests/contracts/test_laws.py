"""The compiled checker, and the linter, against the algebra's own binding of patterns, over random patterns and
shapes.
"""

from __future__ import annotations

import ast
from typing import Any

from hypothesis import given, settings, target
from hypothesis import strategies as st

from shapecheck.algebra import Binding, Shape, parse_pattern
from shapecheck.contracts import ShapeError, check, contract
from shapecheck.contracts.compiling import ATTRIBUTE
from shapecheck.interpret import Project, Source, analyse

NAMES = st.sampled_from(["a", "b", "c"])
SIZES = st.integers(0, 6)
SMALL = st.integers(1, 4)


class Tensor:
    """The least that has a shape."""

    def __init__(self, *sizes: int) -> None:
        self.shape = sizes


@st.composite
def terms(draw: st.DrawFn) -> str:
    name, other, number = draw(NAMES), draw(NAMES), draw(SMALL)
    return draw(
        st.sampled_from(
            [
                f"{number}*{name}",
                f"{name}+{number}",
                f"{name}-{number}",
                f"{name}//{number}",
                f"{name}*{other}",
                f"{name}+{other}",
                f"({name} {other})",
                f"({name}-{number})//{number}+1",
                f"max({name},{other})",
                f"min({name},{number})",
                f"{name}%{number}",
                f"{number}-{name}",
            ]
        )
    )


AXES = st.one_of(
    NAMES,
    NAMES,
    NAMES,
    SIZES.map(str),
    terms(),
    NAMES.map("#{}".format),
    NAMES.map("{}?".format),
    st.builds("{}={}".format, NAMES, SIZES),
    st.sampled_from(["_", "_any"]),
    st.just("..."),
    st.just("*g"),
)
CLAIMS = st.one_of(
    st.builds("{}<={}".format, NAMES, SIZES),
    st.builds("{}%{}==0".format, NAMES, SMALL),
    st.builds("{}!={}".format, NAMES, NAMES),
    st.builds("{}+{}>={}".format, NAMES, NAMES, SIZES),
    st.builds("{} divides {}".format, SMALL, NAMES),
)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    axes = draw(st.lists(AXES, max_size=4))
    for group in ("...", "*g"):
        while axes.count(group) > 1:
            axes.remove(group)
    claims = draw(st.lists(CLAIMS, max_size=1))
    return " ".join(axes) + (" | " + ", ".join(claims) if claims else "")


def settled(texts: list[str]) -> bool:
    """Whether each tensor has at most one group that none before it settles, as a contract asks."""
    known: set[str] = set()
    for text in texts:
        groups = {group for group in ("...", "*g") if group in text.partition("|")[0].split()}
        if len(groups - known) > 1:
            return False
        known |= groups
    return True


def alone() -> st.SearchStrategy[str]:
    return patterns().filter(lambda text: settled([text]))


def several(
    shapes: st.SearchStrategy[tuple[int, ...]],
) -> st.SearchStrategy[list[tuple[str, tuple[int, ...]]]]:
    tensors = st.lists(st.tuples(patterns(), shapes), min_size=1, max_size=3)
    return tensors.filter(lambda found: settled([text for text, _ in found]))


def calls(shapes: st.SearchStrategy[tuple[int, ...]]) -> st.SearchStrategy[Any]:
    found = st.tuples(several(shapes), patterns(), shapes)
    return found.filter(lambda call: settled([*(text for text, _ in call[0]), call[1]]))


# Few different sizes, so that random shapes often do fit.
SHAPES = st.lists(st.sampled_from([0, 1, 2, 2, 3, 4, 6]), max_size=4).map(tuple)


def interpreted(texts: list[str], shapes: list[tuple[int, ...]], labels: list[str]) -> Binding:
    binding = Binding()
    for text, shape, label in zip(texts, shapes, labels, strict=True):
        binding = parse_pattern(text, low=0).bind(Shape.of(shape), binding, label=label)
    return binding


@given(several(SHAPES))
def test_inline_check_has_the_verdict_and_the_bindings_of_the_algebra(
    tensors: list[tuple[str, tuple[int, ...]]],
) -> None:
    texts, shapes = [text for text, _ in tensors], [shape for _, shape in tensors]
    labels = [f"value[{index}]" for index in range(len(texts))]
    expected = interpreted(texts, shapes, labels)
    target(float(expected.ok))
    try:
        found: dict[str, Any] | None = check(tuple(Tensor(*shape) for shape in shapes), tuple(texts))
    except ShapeError:
        found = None
    assert (found is not None) == expected.ok
    if found is not None:
        assert found == expected.bindings


@given(calls(SHAPES))
def test_decorated_function_has_the_verdict_of_the_algebra(
    call: tuple[list[tuple[str, tuple[int, ...]]], str, tuple[int, ...]],
) -> None:
    tensors, returned, result = call
    texts, shapes = [text for text, _ in tensors], [shape for _, shape in tensors]
    called = []

    def function(x: Any, y: Any, z: Any) -> Any:
        called.append(True)
        return Tensor(*result)

    named = dict(zip("xyz", texts, strict=False))
    decorated = contract(**named, returns=returned)(function)
    before = interpreted(texts, shapes, list(named))
    after = interpreted([*texts, returned], [*shapes, result], [*named, "result"])
    tensors_in = [Tensor(*shape) for shape in shapes] + [None] * (3 - len(shapes))
    try:
        decorated(*tensors_in)
        fits = True
    except ShapeError:
        fits = False
    assert fits == after.ok
    if not before.ok and not called:
        assert not fits


@given(alone(), SHAPES, SHAPES)
def test_optional_argument_that_is_missing_binds_nothing(
    text: str, shape: tuple[int, ...], other: tuple[int, ...]
) -> None:
    @contract(x=text, y="a b", returns="a")
    def function(x: Any, y: Any = None) -> Any:
        return Tensor(*other[:1])

    expected = interpreted([text, "a"], [shape, other[:1]], ["x", "result"])
    try:
        function(Tensor(*shape))
        fits = True
    except ShapeError:
        fits = False
    assert fits == expected.ok


@given(st.lists(SHAPES, max_size=3), alone())
def test_each_member_of_a_list_is_checked(shapes: list[tuple[int, ...]], text: str) -> None:
    @contract(xs=[text])
    def function(xs: list[Tensor]) -> None:
        return None

    expected = interpreted([text] * len(shapes), shapes, [f"xs[{i}]" for i in range(len(shapes))])
    try:
        function([Tensor(*shape) for shape in shapes])
        fits = True
    except ShapeError:
        fits = False
    assert fits == expected.ok


@given(SHAPES, SHAPES)
def test_size_that_is_open_is_never_called_wrong(shape: tuple[int, ...], other: tuple[int, ...]) -> None:
    @contract("a b, b c -> a c")
    def function(x: Any, y: Any) -> Any:
        return Tensor(x.shape[0], y.shape[1])

    full = [shape[:2] if len(shape) >= 2 else (2, 3), (0, *other)[-2:] if other else (3, 4)]
    opened = [Tensor(*[None] * len(sizes)) for sizes in full]  # type: ignore[arg-type]
    if all(len(sizes) == 2 for sizes in full):
        assert function(*opened) is not None
        assert getattr(function, ATTRIBUTE).pending


# Static sizes are at least 1.
POSITIVE = st.lists(st.sampled_from([1, 2, 2, 3, 4, 6]), max_size=4).map(tuple)
Tensors = list[tuple[str, tuple[int, ...]]]
CASES = 12  # in one source text, so that the linter starts once for all of them


def found_by_linter(text: str) -> tuple[dict[int, str], dict[int, tuple[int, ...]]]:
    """Per line the code that the linter gives, and the shape that it reveals."""
    errors: dict[int, str] = {}
    shapes: dict[int, tuple[int, ...]] = {}
    for event in analyse(Source("law.py", text, ast.parse(text)), Project()).events:
        if type(event).__name__ == "Mistake":
            errors[event.span.line] = event.code  # type: ignore[union-attr]
        elif type(event).__name__ == "Revealed":
            shapes[event.span.line] = tuple(event.value.shape)  # type: ignore[union-attr]
    return errors, shapes


def made(shape: tuple[int, ...]) -> str:
    return f"torch.zeros({shape!r})"


@settings(max_examples=40, deadline=None)
@given(st.lists(several(POSITIVE), min_size=1, max_size=CASES))
def test_linter_has_the_verdict_and_the_bindings_of_an_inline_check(cases: list[Tensors]) -> None:
    lines = ["import torch", "from shapecheck import check, reveal_shape"]
    expected_errors: dict[int, str] = {}
    expected_shapes: dict[int, tuple[int, ...]] = {}
    for tensors in cases:
        texts, shapes = [text for text, _ in tensors], [shape for _, shape in tensors]
        binding = interpreted(texts, shapes, [f"value[{index}]" for index in range(len(texts))])
        lines.append(f"found = check(({', '.join(map(made, shapes))},), {tuple(texts)!r})")
        if not binding.ok:
            expected_errors[len(lines)] = "SHP201"
            continue
        names = sorted(binding.bindings)
        sizes: list[int] = []
        for name in names:
            value = binding.bindings[name]
            sizes += value if isinstance(value, tuple) else (value,)
        starred = (f"*{'' if isinstance(binding.bindings[n], tuple) else '['}found[{n!r}]" for n in names)
        closed = (f"{text}{']' if '[found' in text else ''}" for text in starred)
        # One more than each, for a name may stand for 0.
        lines.append(f"reveal_shape(torch.zeros([size + 1 for size in [{', '.join(closed)}]]))")
        expected_shapes[len(lines)] = tuple(size + 1 for size in sizes)
    assert found_by_linter("\n".join(lines) + "\n") == (expected_errors, expected_shapes)


@settings(max_examples=40, deadline=None)
@given(st.lists(calls(POSITIVE), min_size=1, max_size=CASES))
def test_linter_has_the_verdict_of_a_decorated_function(
    cases: list[tuple[Tensors, str, tuple[int, ...]]],
) -> None:
    lines = ["import torch", "from shapecheck import contract"]
    expected: dict[int, str] = {}
    impossible: set[int] = set()
    for index, (tensors, returned, result) in enumerate(cases):
        texts, shapes = [text for text, _ in tensors], [shape for _, shape in tensors]
        named = dict(zip("xyz", texts, strict=False))
        before = interpreted(texts, shapes, list(named))
        after = interpreted([*texts, returned], [*shapes, result], [*named, "result"])
        # A function inside another is judged for this one call only, not for all that its contract lets in.
        lines += [f"def make{index}():", f"    @contract(**{named!r}, returns={returned!r})"]
        impossible.add(len(lines))
        lines += [f"    def function({', '.join(named)}):", f"        return {made(result)}"]
        lines += ["    return function", f"make{index}()({', '.join(map(made, shapes))})"]
        if not before.ok:
            expected[len(lines)] = "SHP201"
        elif not after.ok:
            expected[len(lines) - 2] = "SHP202"
    errors, _ = found_by_linter("\n".join(lines) + "\n")
    assert all(code == "SHP203" for line, code in errors.items() if line in impossible)
    assert {line: code for line, code in errors.items() if line not in impossible} == expected
    for line in errors.keys() & impossible:  # what can never hold does not hold here
        assert {line + 2, line + 4} & expected.keys()
