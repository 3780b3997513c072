"""What a contract can be put on, and that nothing but the check is added."""

import asyncio
import contextlib
import functools
import inspect
import pickle
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from shapecheck.algebra import PatternError
from shapecheck.contracts import ShapeError, check, contract


def zeros(*sizes):
    return np.zeros(sizes, dtype="float32")


@contract("n t c, n t -> n c")
def pooled(x, mask):
    """Average over time."""
    return (x * mask[..., None]).mean(1)


def test_sizes_are_shared_by_arguments_and_result():
    assert pooled(zeros(2, 5, 3), zeros(2, 5)).shape == (2, 3)
    with pytest.raises(ShapeError, match=r"mask axis 1 \(t\) is 4, expected 5: t was bound by x axis 1"):
        pooled(zeros(2, 5, 3), zeros(2, 4))


def test_result_is_checked():
    @contract("n c -> n 2*c")
    def doubled(x):
        return x

    with pytest.raises(ShapeError, match=r"result axis 1 \(2\*c\) is 3, expected 6"):
        doubled(zeros(2, 3))


def test_arguments_may_come_by_keyword_and_in_any_order():
    assert pooled(mask=zeros(2, 5), x=zeros(2, 5, 3)).shape == (2, 3)


def test_signature_name_docs_and_source_are_kept():
    def original(x, /, y: int = 3, *rest, key, other=None, **extra) -> int:
        """Docs."""

    decorated = contract(x="n")(original)
    assert inspect.signature(decorated) == inspect.signature(original)
    assert decorated.__doc__ == "Docs."
    assert decorated.__name__ == "original"
    assert decorated.__wrapped__ is original
    assert decorated.__defaults__ == (3,)
    assert decorated.__annotations__ == original.__annotations__


def test_every_kind_of_parameter_is_handed_on():
    @contract(x="n")
    def function(x, /, y=3, *rest, key, other=7, **extra):
        return y, rest, key, other, extra

    assert function(zeros(2), 4, 5, 6, key=1, more=2) == (4, (5, 6), 1, 7, {"more": 2})
    assert function(zeros(2), key=1) == (3, (), 1, 7, {})


def test_default_objects_are_the_originals():
    marker = []

    @contract("n")
    def function(x, into=marker):
        return into

    assert function(zeros(1)) is marker


def test_missing_argument_is_reported_as_python_does():
    with pytest.raises(TypeError, match=r"pooled\(\) missing 1 required positional argument: 'mask'"):
        pooled(zeros(2, 5, 3))


def test_generated_source_is_what_inspect_and_tracebacks_show():
    unwrapped = inspect.getsource(pooled)
    assert "Average over time" in unwrapped  # inspect follows __wrapped__ to the user's own
    code = pooled.__code__
    lines, _ = inspect.findsource(code)
    assert any('@contract("n t c, n t -> n c")' in line for line in lines)


def test_decorated_function_can_be_pickled():
    assert pickle.loads(pickle.dumps(pooled)) is pooled


def test_error_can_be_pickled():
    error = ShapeError("words")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is ShapeError
    assert str(again) == "words"


class Net:
    width = 3

    class Config:
        depth = 2

    config = Config()

    @contract("n {width} -> n {config.depth}")
    def __call__(self, x):
        return x[:, :2]

    @property
    @contract("-> {width}")
    def bias(self):
        return zeros(self.actual)

    @contract("-> {width}")
    @property
    def bias_again(self):
        return zeros(self.actual)

    @functools.cached_property
    @contract("-> {width}")
    def bias_kept(self):
        return zeros(self.actual)

    @staticmethod
    @contract("n, n ->")
    def dot(x, y):
        return x @ y

    @contract("n, n ->")
    @staticmethod
    def dot_again(x, y):
        return x @ y

    @classmethod
    @contract("n {width} -> n")
    def total(cls, x):
        return x.sum(1)

    @contract("n {width} -> n")
    @classmethod
    def total_again(cls, x):
        return x.sum(1)


def test_methods_of_every_kind():
    net = Net()
    assert net(zeros(4, 3)).shape == (4, 2)
    assert Net.dot(zeros(2), zeros(2)).shape == ()
    assert net.dot_again(zeros(2), zeros(2)).shape == ()
    assert Net.total(zeros(2, 3)).shape == (2,)
    assert net.total_again(zeros(2, 3)).shape == (2,)
    net.actual = 3
    assert net.bias.shape == net.bias_again.shape == net.bias_kept.shape == (3,)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Net()(zeros(4, 2)),
        lambda: Net.dot(zeros(2), zeros(3)),
        lambda: Net.dot_again(zeros(2), zeros(3)),
        lambda: Net.total(zeros(2, 2)),
        lambda: Net().total_again(zeros(2, 2)),
    ],
)
def test_methods_of_every_kind_refuse(call):
    with pytest.raises(ShapeError):
        call()


@pytest.mark.parametrize("name", ["bias", "bias_again", "bias_kept"])
def test_properties_refuse(name):
    net = Net()
    net.actual = 4
    with pytest.raises(ShapeError, match=r"result axis 0 is 4, expected \{width\}=3"):
        getattr(net, name)


def test_attribute_that_is_not_decided_yet_is_open_and_one_that_is_no_size_is_an_error():
    net = Net()
    net.width = None
    net(zeros(4, 9))
    net.width = (3, 3)
    with pytest.raises(ShapeError, match=r"\{width\} is \(3, 3\), which is no size"):
        net(zeros(4, 3))


def test_braces_mean_an_argument_before_an_attribute():
    @contract("n -> {k} n")
    def stacked(x, k):
        return zeros(k, x.shape[0])

    assert stacked(zeros(2), 3).shape == (3, 2)
    with pytest.raises(ValueError, match=r"\{j\} is neither an argument nor an attribute"):
        contract("n -> {j} n")(lambda x: x)


def test_coroutines_are_awaited_before_the_result_is_checked():
    @contract("n -> n n")
    async def table(x, good):
        await asyncio.sleep(0)
        return zeros(x.shape[0], x.shape[0] if good else 7)

    assert inspect.iscoroutinefunction(table)
    assert asyncio.run(table(zeros(2), True)).shape == (2, 2)
    with pytest.raises(ShapeError, match="result axis 1"):
        asyncio.run(table(zeros(2), False))


def test_items_of_a_generator_are_checked_each_on_its_own():
    @contract("n -> b n")
    def batches(x, sizes):
        for size in sizes:
            yield zeros(size, 2)

    assert inspect.isgeneratorfunction(batches)
    assert [item.shape for item in batches(zeros(2), [4, 4, 1])] == [(4, 2), (4, 2), (1, 2)]
    with pytest.raises(ShapeError, match="result axis 1"):
        list(batches(zeros(3), [4]))


def test_generator_hands_on_what_is_sent_thrown_and_returned():
    log = []

    @contract("-> n")
    def stream():
        try:
            log.append((yield zeros(1)))
            try:
                yield zeros(2)
            except KeyError:
                yield zeros(3)
            return "done"
        finally:
            log.append("closed")

    running = stream()
    assert next(running).shape == (1,)
    assert running.send("hello").shape == (2,)
    assert running.throw(KeyError()).shape == (3,)
    with pytest.raises(StopIteration) as stop:
        next(running)
    assert stop.value.value == "done"
    early = stream()
    next(early)
    early.close()
    assert log == ["hello", "closed", "closed"]


def test_asynchronous_generators():
    @contract("n -> b n")
    async def batches(x, width):
        for _ in range(2):
            yield zeros(4, width)

    async def collected(width):
        return [item.shape async for item in batches(zeros(2), width)]

    assert inspect.isasyncgenfunction(batches)
    assert asyncio.run(collected(2)) == [(4, 2), (4, 2)]
    with pytest.raises(ShapeError):
        asyncio.run(collected(3))


def test_decorators_below_ours_keep_the_parameters():
    def twice(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            return function(*args, **kwargs) * 2

        return inner

    @contract("n, k -> n")
    @twice
    def scaled(x, y=None):
        return x

    assert scaled(zeros(2)).shape == (2,)
    with pytest.raises(ShapeError, match="y has 2 axes"):
        scaled(zeros(2), y=zeros(2, 2))


def test_context_managers_are_plain_functions():
    @contract("n")
    @contextlib.contextmanager
    def opened(x):
        yield x

    with opened(zeros(2)) as x:
        assert x.shape == (2,)


def test_lambdas_and_odd_names():
    double = contract("in -> 2*in")(lambda original: np.concatenate([original, original]))
    assert double(zeros(3)).shape == (6,)

    @contract(fine="n c", len="n", explain="c", max="n c")
    def build(fine, len, explain, max):
        return fine

    assert build(zeros(2, 3), zeros(2), zeros(3), zeros(2, 3)).shape == (2, 3)
    with pytest.raises(ShapeError, match="explain axis 0"):
        build(zeros(2, 3), zeros(2), zeros(4), zeros(2, 3))


def test_optional_arguments_may_be_none():
    @contract(x="n t", mask="n t", weights="n")
    def function(x, mask=None, weights: "np.ndarray | None" = ...):
        return x

    function(zeros(2, 3), None, None)
    with pytest.raises(ShapeError, match="mask axis 1"):
        function(zeros(2, 3), zeros(2, 4), None)


def test_none_for_a_tensor_that_is_required_is_an_error():
    with pytest.raises(ShapeError, match=r"mask is None, expected a tensor \(n t\)"):
        pooled(zeros(2, 5, 3), None)


def test_every_one_of_the_variable_arguments_is_checked():
    @contract(xs="n _", named="n _")
    def function(*xs, **named):
        return len(xs) + len(named)

    assert function(zeros(2, 1), zeros(2, 5), a=zeros(2, 9)) == 3
    with pytest.raises(ShapeError, match=r"xs\[1\] axis 0 \(n\) is 3, expected 2"):
        function(zeros(2, 1), zeros(3, 5))
    with pytest.raises(ShapeError, match=r"named\['a'\] axis 0"):
        function(zeros(2, 1), a=zeros(3, 5))


def test_positional_text_reaches_the_variable_arguments():
    @contract("n, n c")
    def function(x, *xs):
        return xs

    function(zeros(2), zeros(2, 4), zeros(2, 4))
    with pytest.raises(ShapeError, match=r"xs\[1\] axis 1 \(c\) is 5, expected 4"):
        function(zeros(2), zeros(2, 4), zeros(2, 5))


def test_nested_structures():
    @contract(
        x="n t d",
        state=("l n h", "l n h"),
        levels=["n _ _"],
        extra={"mask": "n t", "pair": ("n", None)},
        returns=("n t h", {"state": ("l n h", "l n h")}),
    )
    def function(x, state, levels, extra):
        return zeros(2, 5, 4), {"state": state, "other": 1}

    state = (zeros(1, 2, 4), zeros(1, 2, 4))
    good = (zeros(2, 5, 3), state, [zeros(2, 1, 1), zeros(2, 3, 3)])
    extra = {"mask": zeros(2, 5), "pair": [zeros(2), "anything"]}
    function(*good, extra)
    with pytest.raises(ShapeError, match=r"state\[1\] axis 2 \(h\) is 9, expected 4"):
        function(good[0], (state[0], zeros(1, 2, 9)), good[2], extra)
    with pytest.raises(ShapeError, match=r"levels\[1\] axis 0"):
        function(good[0], state, [zeros(2, 1, 1), zeros(3, 3, 3)], extra)
    with pytest.raises(ShapeError, match="extra has no 'mask'"):
        function(*good, {"pair": (zeros(2), 0)})
    with pytest.raises(ShapeError, match="state has 3 members, expected 2"):
        function(good[0], (*state, state[0]), good[2], extra)
    with pytest.raises(ShapeError, match="state has 1 member, expected 2"):
        function(good[0], (state[0],), good[2], extra)
    with pytest.raises(ShapeError, match="state is an int, expected a tuple of 2"):
        function(good[0], 3, good[2], extra)
    with pytest.raises(ShapeError, match=r"state is one tensor \(2, 2, 4\), expected a tuple of 2"):
        function(good[0], zeros(2, 2, 4), good[2], extra)


def test_tensor_in_place_of_a_list_is_not_taken_apart():
    @contract(xs=["c"])
    def function(xs):
        return xs

    with pytest.raises(ShapeError, match=r"xs is one tensor \(2, 3\), expected a list"):
        function(zeros(2, 3))


def test_objects_with_attributes_are_read_like_dicts():
    class Output(NamedTuple):
        logits: Any
        hidden: Any

    @contract(x="n c", returns={"logits": "n 7"})
    def function(x, width):
        return Output(zeros(x.shape[0], width), None)

    function(zeros(2, 3), 7)
    with pytest.raises(ShapeError, match=r"result\['logits'\] axis 1"):
        function(zeros(2, 3), 8)


def test_several_results_in_the_text():
    @contract("n c -> n, c")
    def function(x, turned=False):
        return (x[0], x[:, 0]) if turned else (x[:, 0], x[0])

    function(zeros(2, 3))
    with pytest.raises(ShapeError, match=r"result\[0\] axis 0"):
        function(zeros(2, 3), True)


@contract(x="n t", y="n")
@dataclass
class Batch:
    x: Any
    y: Any
    name: str = ""


@contract(x="n t", y="n")
@dataclass(frozen=True)
class FrozenBatch:
    x: Any
    y: Any


@contract(x="n t", y="n")
class TupleBatch(NamedTuple):
    x: Any
    y: Any


@pytest.mark.parametrize("kind", [Batch, FrozenBatch, TupleBatch])
def test_fields_of_a_record_are_checked_when_one_is_made(kind):
    assert kind(zeros(2, 3), zeros(2)).x.shape == (2, 3)
    with pytest.raises(ShapeError, match=r"y axis 0 \(n\) is 3, expected 2"):
        kind(zeros(2, 3), zeros(3))


def test_class_without_its_own_init_is_refused_with_advice():
    with pytest.raises(TypeError, match="put @contract above @dataclass"):

        @contract(x="n")
        class Bare:
            x: Any


@contract.dims("c k")
class Codec:
    def __init__(self, k=4):
        self.k_size = k

    @contract("n c -> n k")
    def encode(self, x):
        return zeros(x.shape[0], self.k_size)

    @contract("n k -> n c")
    def decode(self, z):
        return zeros(z.shape[0], 3)

    @property
    @contract("-> c k")
    def weights(self):
        return zeros(3, 4)


def test_dims_of_a_class_are_shared_by_its_methods_per_instance():
    codec = Codec()
    codec.encode(zeros(2, 3))
    codec.decode(zeros(5, 4))
    assert codec.weights.shape == (3, 4)
    with pytest.raises(
        ShapeError, match=r"z axis 1 \(k\) is 9, expected 4: k was bound by encode: result axis 1"
    ):
        codec.decode(zeros(5, 9))
    other = Codec(9)
    other.encode(zeros(2, 7))
    with pytest.raises(ShapeError, match="result axis 1"):
        other.decode(zeros(5, 9))


def test_copies_of_an_instance_have_dims_of_their_own():
    import copy

    codec = Codec()
    codec.encode(zeros(2, 3))
    for made in (copy.copy(codec), copy.deepcopy(codec), pickle.loads(pickle.dumps(codec))):
        made.encode(zeros(2, 5))


def test_dims_that_no_contract_speaks_of_are_refused():
    with pytest.raises(ValueError, match="no contract in Net speaks of z"):

        @contract.dims("c z")
        class Net:
            @contract("n c")
            def forward(self, x):
                return x


def test_dtypes():
    @contract("n:float, n:int32 -> n:bool")
    def function(x, y, dtype="bool"):
        return np.zeros(x.shape, dtype)

    function(zeros(2), np.zeros(2, "int32"))
    function(np.zeros(2, "float16"), np.zeros(2, "int32"))
    with pytest.raises(ShapeError, match="y has dtype int64, expected int32"):
        function(zeros(2), np.zeros(2, "int64"))
    with pytest.raises(ShapeError, match="result has dtype int8, expected bool"):
        function(zeros(2), np.zeros(2, "int32"), "int8")


def test_numbers_are_scalars_and_other_things_have_no_shape():
    @contract(x="", y="n")
    def function(x, y):
        return x

    function(1.5, zeros(2))
    with pytest.raises(ShapeError, match="y is a str, expected a tensor"):
        function(1.5, "text")


def test_argument_changed_in_place_is_no_error():
    @contract(xs=["n"], returns="n")
    def function(xs):
        xs.append(zeros(9))
        return zeros(2, 2) if len(xs) > 5 else xs[0]

    assert function([zeros(2)]).shape == (2,)


def test_sizes_of_zero_are_sizes():
    assert pooled(zeros(0, 5, 3), zeros(0, 5)).shape == (0, 3)


def test_off_gives_the_very_same_function(monkeypatch):
    def function(x: "Float[A, 'n']"):  # noqa: F821
        return x

    monkeypatch.setenv("SHAPECHECK", "off")
    assert contract("n -> n")(function) is function
    assert contract(x="n")(function) is function
    assert contract(function) is function
    assert contract.dims("c")(Net) is Net


def test_unknown_mode_is_refused(monkeypatch):
    monkeypatch.setenv("SHAPECHECK", "of")
    with pytest.raises(ValueError, match="SHAPECHECK='of' is not one of on, off, strict"):
        contract("n")(lambda x: x)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: contract("n t) c"), PatternError, r"\)"),
        (lambda: contract("n, n, n"), ValueError, "describes 3 tensors, but there are 2 parameters"),
        (lambda: contract(z="n"), ValueError, r"speaks of 'z', which is no parameter \(there are: x, y\)"),
        (lambda: contract("n", x="n"), ValueError, "speaks of 'x' twice"),
        (lambda: contract("n -> n", returns="n"), ValueError, "said twice"),
        (lambda: contract("n *n"), ValueError, "'n' is both a size and a group of axes"),
        (lambda: contract(x=["n", "c"]), TypeError, "a list in a contract has one member"),
        (lambda: contract(x=3), TypeError, "made of strings"),
        (lambda: contract(), TypeError, "an empty contract"),
    ],
)
def test_contract_that_makes_no_sense_is_refused_where_it_stands(make, error, words):
    with pytest.raises(error, match=words):
        make()(lambda x, y: x)


def test_check_gives_the_dims_and_takes_known_ones():
    assert check(zeros(2, 3), "n c") == {"n": 2, "c": 3}
    assert check(zeros(2, 6), "n 2*k", n=2) == {"n": 2, "k": 3}
    assert check((zeros(2), [zeros(2, 4), zeros(2, 4)]), ("n", ["n c"])) == {"n": 2, "c": 4}
    assert check(zeros(1, 2, 3), "*batch c") == {"batch": (1, 2), "c": 3}
    with pytest.raises(ShapeError, match=r"^check: value axis 0 \(n\) is 2, expected 5"):
        check(zeros(2, 3), "n c", n=5)


def test_equation_of_an_optional_axis_is_decided_by_the_result():
    @contract("a*a a? -> a")
    def function(x, result):
        return result

    function(zeros(4), zeros(2))
    with pytest.raises(ShapeError, match=r"x axis 0 \(a\*a\) is 4, expected 1"):
        function(zeros(4), zeros(1))
