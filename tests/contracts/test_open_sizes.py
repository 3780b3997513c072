"""A size that is open is neither right nor wrong: deferred, checked later, an error under strict."""

import pytest

from shapecheck.contracts import ShapeError, check, contract, deferred


class Tensor:
    def __init__(self, *shape):
        self.shape = shape


def product():
    @contract("n c, c d -> n d")
    def multiply(x, y):
        return Tensor(x.shape[0], y.shape[1])

    return multiply


def pending(function):
    return sorted(function.__shapecheck_contract__.pending.values())


def test_open_size_that_nothing_hangs_on_is_not_listed():
    @contract("n c -> k c")
    def function(x):
        return Tensor(None, 3)

    function(Tensor(None, 3))
    assert pending(function) == []


def test_what_hangs_on_an_open_size_is_listed_and_taken_back_when_it_was_checked():
    multiply = product()
    multiply(Tensor(None, None), Tensor(3, 4))
    found = pending(multiply)
    assert [line.partition(" is not checked")[0] for line in found] == [
        "multiply: result axis 0 (n)",
        "multiply: y axis 0 (c)",
    ]
    assert set(found) <= set(deferred())
    multiply(Tensor(2, 3), Tensor(3, 4))
    assert pending(multiply) == []
    assert not set(found) & set(deferred())


def test_what_does_not_hang_on_the_open_size_is_checked_at_once():
    with pytest.raises(ShapeError, match=r"y axis 0 \(c\) is 4, expected 3"):
        product()(Tensor(None, 3), Tensor(4, None))
    with pytest.raises(ShapeError, match="y has 1 axis, expected 2"):
        product()(Tensor(None, 3), Tensor(None))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("n n", (None, None)),
        ("n 2*n", (None, 4)),
        ("n+1 n", (None, None)),
        ("n c | n%4==0", (None, 3)),
        ("n c | n!=c", (None, 3)),
        ("*g c, *g", (None, 3)),
        ("n 3", (2, None)),
    ],
)
def test_no_open_size_is_ever_called_wrong(text, shape):
    function = contract(text)(lambda x, y=None: x)
    arguments = (Tensor(*shape), Tensor(*shape[:1])) if "," in text else (Tensor(*shape),)
    function(*arguments)
    assert pending(function)


def test_open_size_that_no_number_could_make_right_is_wrong():
    function = contract("n 2*n")(lambda x: x)
    with pytest.raises(ShapeError, match=r"x axis 1 \(2\*n\) is 3, expected 2\*n for some n"):
        function(Tensor(None, 3))


def test_strict_makes_it_an_error(monkeypatch):
    monkeypatch.setenv("SHAPECHECK", "strict")
    multiply = product()
    multiply(Tensor(2, 3), Tensor(3, 4))
    with pytest.raises(ShapeError, match=r"y axis 0 \(c\) cannot be checked: a size is open"):
        multiply(Tensor(None, None), Tensor(3, 4))


def test_check_gives_none_for_an_open_size():
    assert check(Tensor(None, 6), "n 2*k") == {"n": None, "k": 3}


class Symbol:
    """A symbolic size that refuses to be a number, as those of jax.export do."""

    def __init__(self, name):
        self.name = name

    def __index__(self):
        raise RuntimeError("inconclusive")

    def __eq__(self, other):
        return isinstance(other, Symbol) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

    def __str__(self):
        return self.name


def test_symbol_equals_itself_and_is_open_against_everything_else():
    multiply = product()
    multiply(Tensor(Symbol("a"), Symbol("b")), Tensor(Symbol("b"), Symbol("c")))
    assert pending(multiply) == []
    multiply(Tensor(Symbol("a"), Symbol("b")), Tensor(Symbol("c"), 4))
    assert [line.partition(" is not")[0] for line in pending(multiply)] == ["multiply: y axis 0 (c)"]


def test_sizes_made_up_by_an_engine_are_not_believed(monkeypatch):
    import sys
    import types

    scope = types.ModuleType("scope")
    scope.in_symbolic_scope = lambda: True
    keras = types.ModuleType("keras")
    keras.backend = types.SimpleNamespace(backend=lambda: "torch")
    monkeypatch.setitem(sys.modules, "keras.src.backend.common.symbolic_scope", scope)
    monkeypatch.setitem(sys.modules, "keras", keras)
    multiply = product()
    multiply(Tensor(83, 83), Tensor(3, 4))
    assert pending(multiply)
    with pytest.raises(ShapeError, match="y has 1 axis"):
        multiply(Tensor(83, 83), Tensor(3))
    monkeypatch.setenv("SHAPECHECK", "strict")
    with pytest.raises(ShapeError, match="a size is open"):
        product()(Tensor(83, 83), Tensor(83, 4))
