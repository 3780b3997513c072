"""More of torch.compile than the compatibility table tells: every part of the language in one graph."""

import pytest

torch = pytest.importorskip("torch")

from torch._dynamo.testing import CompileCounter  # noqa: E402

from shapecheck.contracts import ShapeError, check, contract  # noqa: E402


def graphs(function, calls):
    torch._dynamo.reset()
    counter = CompileCounter()
    compiled = torch.compile(function, fullgraph=True, backend=counter)
    for arguments in calls:
        compiled(*arguments)
    return counter.frame_count, counter.op_count


def body(x, y=None):
    return x + 1


CONTRACTS = [
    ("n c", [(2, 3), (5, 3)]),
    ("n c:float32 -> n c:float", [(2, 3), (5, 3)]),
    ("*batch c -> *batch c", [(2, 4, 3), (5, 4, 3)]),
    ("... 2*k -> ... 2*k | k>=1", [(2, 6), (5, 6)]),
    ("n? c -> n? c", [(2, 3), (3,)]),
    ("#n c -> n c", [(2, 3), (4, 3)]),
    ("(n m) c -> n*m c", [(6, 3), (6, 4)]),
    ("n c, n -> n c | c%3==0, c<=9", [(2, 3), (5, 3)]),
]


@pytest.mark.parametrize(("text", "shapes"), CONTRACTS)
def test_no_operation_and_no_graph_is_added(text, shapes):
    calls = [(torch.ones(shape),) for shape in shapes]
    assert graphs(contract(text)(body), calls) == graphs(body, calls)


def test_structures_are_traced():
    @contract(state=("l n h", "l n h"), xs=["n t"], extra={"mask": "n t"}, returns=("n t", {"h": "l n h"}))
    def function(state, xs, extra):
        return xs[0] + extra["mask"], {"h": state[0] * 2}

    state, mask = (torch.ones(1, 2, 3), torch.ones(1, 2, 3)), torch.ones(2, 5)
    compiled = torch.compile(function, fullgraph=True, backend="eager")
    compiled(state, [mask, mask], {"mask": mask})
    with pytest.raises(ShapeError, match=r"xs\[1\] axis 1"):
        compiled(state, [mask, torch.ones(2, 6)], {"mask": mask})


@contract.dims("c k")
class Codec(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.up = torch.nn.Linear(3, 4), torch.nn.Linear(4, 3)

    @contract("n c -> n k")
    def encode(self, x):
        return self.down(x)

    @contract("n k -> n c")
    def decode(self, z):
        return self.up(z)

    def forward(self, x):
        return self.decode(self.encode(x))


class Plain(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.up = torch.nn.Linear(3, 4), torch.nn.Linear(4, 3)

    def forward(self, x):
        return self.up(self.down(x))


def test_dims_of_an_instance_cause_no_recompilation():
    calls = [(torch.ones(batch, 3),) for batch in (2, 5, 7)]
    assert graphs(Codec(), calls) == graphs(Plain(), calls)
    codec = Codec()
    compiled = torch.compile(codec, fullgraph=True, backend="eager")
    compiled(torch.ones(2, 3))
    with pytest.raises(ShapeError, match="c was bound by encode: x axis 1"):
        compiled(torch.ones(2, 9))


def test_module_with_dims_keeps_its_state_and_is_saved(tmp_path):
    codec = Codec()
    before = set(codec.state_dict())
    codec(torch.ones(2, 3))
    assert set(codec.state_dict()) == before
    torch.save(codec.state_dict(), tmp_path / "weights.pt")


def test_inline_check_is_traced_and_its_dims_are_sizes():
    def function(x):
        dims = check(x, "n (h d)", h=2)
        return x.reshape(dims["n"], 2, dims["d"])

    def plain(x):
        return x.reshape(x.shape[0], 2, x.shape[1] // 2)

    calls = [(torch.ones(batch, 6),) for batch in (2, 5, 7)]
    assert graphs(function, calls)[0] == graphs(plain, calls)[0]
    compiled = torch.compile(function, fullgraph=True, backend="eager")
    with pytest.raises(ShapeError, match="value axis 1"):
        compiled(torch.ones(2, 7))


def test_message_is_the_same_compiled_and_eager():
    function = contract("n c, c d -> n d")(lambda x, y: x @ y)
    wrong = torch.ones(2, 3), torch.ones(4, 5)
    with pytest.raises(ShapeError) as eager:
        function(*wrong)
    with pytest.raises(ShapeError) as compiled:
        torch.compile(function, fullgraph=True, backend="eager")(*wrong)
    assert str(compiled.value) == str(eager.value)


def test_counted_contracts_cause_no_recompilation():
    from shapecheck.contracts.record import record_contracts

    record_contracts(True)
    try:
        function = contract("n c -> n c")(body)
    finally:
        record_contracts(False)
    calls = [(torch.ones(batch, 3),) for batch in (2, 5, 7)]
    assert graphs(function, calls) == graphs(body, calls)
    assert function.__shapecheck_contract__.calls > 0


def test_scripted_module_sees_through():
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.line = torch.nn.Linear(3, 3)

        @contract("n 3 -> n 3")
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.relu(self.line(x))

    net = Net()
    x = torch.ones(2, 3)
    assert torch.equal(torch.jit.script(net)(x), net(x))
    assert torch.equal(torch.fx.symbolic_trace(net)(x), net(x))


def test_functions_are_marked_as_torch_marks_them():
    from shapecheck.contracts.tracing import constant_when_traced

    def ours():
        return 1

    def torchs():
        return 1

    constant_when_traced(ours)
    torch.compiler.assume_constant_result(torchs)
    assert vars(ours) == vars(torchs)


def test_error_of_a_compiled_function_passes_its_own_try():
    function = contract("n c, c d -> n d")(lambda x, y: x @ y)

    def tolerant(x, y):
        try:
            return function(x, y)
        except AssertionError:
            return x

    torch._dynamo.reset()
    with pytest.raises(ShapeError):
        torch.compile(tolerant, backend="eager")(torch.ones(2, 3), torch.ones(4, 4))


WRONG_STRUCTURES = [
    ("n t c -> c", (2, 3)),
    ("n t c -> c", (2,)),
    ("c *n t -> t", ()),
    ("t t 2*c -> c", (2, 2)),
    ("t #c -> c", (2,)),
    ("n c? t -> t", ()),
]


@pytest.mark.parametrize(("text", "shape"), WRONG_STRUCTURES)
def test_too_few_axes_are_a_shape_error_when_compiled(text, shape):
    function, wrong = contract(text)(lambda x: x.sum()), torch.ones(shape)

    def inline(x):
        return check(x, text.partition(" ->")[0])

    for each in (function, inline):
        torch._dynamo.reset()
        with pytest.raises(ShapeError) as eager:
            each(wrong)
        with pytest.raises(ShapeError) as compiled:
            torch.compile(each, fullgraph=True, backend="eager")(wrong)
        assert str(compiled.value) == str(eager.value)


def test_too_few_members_are_a_shape_error_when_compiled():
    function = contract(x=("n c", {"b": "c"}), y=["*r n c"])(lambda x, y: y[0] + 1)
    good, flat = torch.ones(2, 3), torch.ones(2)
    for wrong in (
        ((good,), [good]),
        (good[0], [good]),
        ((good, {"b": flat[0]}), [good]),
        ((good, {}), [flat]),
    ):
        torch._dynamo.reset()
        with pytest.raises(ShapeError) as eager:
            function(*wrong)
        with pytest.raises(ShapeError) as compiled:
            torch.compile(function, fullgraph=True, backend="eager")(*wrong)
        assert str(compiled.value) == str(eager.value)


def test_groups_of_too_many_axes_are_a_shape_error_when_compiled():
    function = contract("*a c, *b d, *a *b e -> e")(lambda x, y, z: z + 1)
    wrong = torch.ones(2, 3), torch.ones(4, 5), torch.ones(2)
    with pytest.raises(ShapeError) as eager:
        function(*wrong)
    with pytest.raises(ShapeError) as compiled:
        torch.compile(function, fullgraph=True, backend="eager")(*wrong)
    assert str(compiled.value) == str(eager.value)
