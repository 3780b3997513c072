"""PyTorch functions and methods that work on each element: arithmetic, comparison, casts, in-place writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, DType, NotUnderstood
from shapecheck.dialects.dtypes import floating, named, promote, real, result_dtype
from shapecheck.dialects.rows import Keeps, combine, first, floats, pointwise, tensor_of
from shapecheck.dialects.torch.rows import TorchTable
from shapecheck.ops.activation import Activation
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = TorchTable()
SPELLINGS = table.rows

# Functions of one tensor: results are floats, have the dtype of the input, or are truth values.
TO_FLOAT = (
    "acos arccos acosh arccosh asin arcsin asinh arcsinh atan arctan atanh arctanh cos cosh deg2rad "
    "rad2deg digamma erf "
    "erfc erfinv exp exp2 expm1 i0 lgamma log log10 log1p log2 reciprocal rsqrt sigmoid sin sinc sinh sqrt "
    "tan tanh"
)
KEEP = "ceil conj_physical fix floor frac neg negative sgn sign square trunc bitwise_not absolute abs"
IN_PLACE = (
    "abs acos acosh asin asinh atan atanh ceil cos cosh erf erfinv exp exp2 expm1 floor frac log log10 "
    "log1p log2 neg "
    "negative reciprocal relu rsqrt sigmoid sign sin sinh sqrt square tan tanh trunc zero detach bitwise_not "
    "logical_not"
)
TO_BOOL = "isnan isinf isfinite isreal isposinf isneginf signbit logical_not"


def in_place(name: str) -> Call:
    """A function that overwrites its first tensor; other tensors must fit into it."""
    op = Elementwise(name.rstrip("_"), into_first=True)

    def call(_: Any, arguments: Arguments) -> Apply:
        target = tensor_of(first(arguments))
        others = [value for value in list(arguments.values.values())[1:] if isinstance(value, Tensor)]
        return Apply(op, (target, *others), dtype=target.dtype)

    return call


def arithmetic(name: str, *, dtype: str | None = None, divides: bool = False) -> Call:
    """A function of two tensors or numbers that broadcast."""
    op = Elementwise(name)

    def call(_: Any, arguments: Arguments) -> Apply:
        left, right, *_ = arguments.values.values()
        out = dtype or result_dtype((left, right))
        if divides and arguments.values.get("rounding_mode") is None:
            out = floating(out)
        return combine(op, (left, right), out)

    return call


def bounded(_: Any, arguments: Arguments) -> Apply:
    """clamp: the bounds are numbers or tensors that broadcast."""
    values = list(arguments.values.values())[:3]
    if values[1] is None and values[2] is None and UNKNOWN not in values:
        raise NotUnderstood("clamp without a bound")
    return combine(Elementwise("clamp"), values)


def where(_: Any, arguments: Arguments) -> Apply:
    """torch.where(condition, input, other)."""
    if not {"input", "other"} <= arguments.given:
        raise NotUnderstood("where with a condition alone gives indices")
    values = (arguments["condition"], arguments["input"], arguments["other"])
    return combine(Elementwise("where"), values, result_dtype(values[1:]))


def where_method(_: Any, arguments: Arguments) -> Apply:
    """tensor.where(condition, other)."""
    values = (arguments["condition"], arguments["self"], arguments["other"])
    return combine(Elementwise("where"), values, result_dtype(values[1:]))


def masked_fill(_: Any, arguments: Arguments) -> Apply:
    """The mask broadcasts with the tensor; the value is a number or a tensor without axes."""
    tensor = tensor_of(first(arguments))
    return Apply(Elementwise("masked_fill"), (tensor, arguments.tensor("mask")), dtype=tensor.dtype)


def ternary(name: str) -> Call:
    """Functions of three tensors that broadcast: lerp, addcmul, addcdiv."""
    op = Elementwise(name)

    def call(_: Any, arguments: Arguments) -> Apply:
        return combine(op, list(arguments.values.values())[:3])

    return call


def cast(dtype: str) -> Call:
    """x.float(), x.long(), …"""
    return pointwise("cast", dtype=dtype)


def to(_: Any, arguments: Arguments) -> Apply:
    """x.to(device), x.to(dtype), x.to(other), x.to(device, dtype)."""
    values = [*arguments["args"], arguments["dtype"], arguments["other"]]
    tensor = arguments.tensor("self")
    dtype = tensor.dtype
    for value in values:
        if isinstance(value, DType):
            dtype = value.name
        elif isinstance(value, Tensor):
            dtype = value.dtype
        elif value is UNKNOWN:
            dtype = None if dtype is None else _doubtful(dtype)
    return Apply(Elementwise("to"), (tensor,), dtype=dtype)


def _doubtful(dtype: str) -> str | None:
    # What was not understood is nearly always a device. Only a mask would index differently after a cast.
    return None if dtype == "bool" else dtype


def as_type(_: Any, arguments: Arguments) -> Any:
    """x.type(dtype) and x.type("torch.FloatTensor"); x.type() is a string."""
    wanted = arguments["dtype"]
    tensor = arguments.tensor("self")
    if wanted is None:
        return UNKNOWN
    if isinstance(wanted, str):
        wanted = legacy_dtype(wanted)
    return Apply(Elementwise("cast"), (tensor,), dtype=wanted.name if isinstance(wanted, DType) else None)


def legacy_dtype(name: str) -> DType | None:
    """The dtype of a tensor type such as torch.cuda.FloatTensor."""
    last = name.rpartition(".")[2]
    return (
        named(last.removesuffix("Tensor").lower()) if last.endswith("Tensor") and last != "Tensor" else None
    )


def type_as(_: Any, arguments: Arguments) -> Apply:
    return Apply(Elementwise("cast"), (arguments.tensor("self"),), dtype=arguments.tensor("other").dtype)


magnitude = Keeps(Elementwise("real"), real)  # abs, angle, real, imag: complex numbers give reals


def boolean_reducer(_: Any, arguments: Arguments) -> Any:
    """equal, allclose: one truth value that is not known."""
    return UNKNOWN


def complex_pair(_: Any, arguments: Arguments) -> Apply:
    """torch.complex(real, imag), torch.polar(abs, angle)."""
    left, right, *_ = arguments.values.values()
    dtype = {"float32": "complex64", "float64": "complex128"}.get(promote((left.dtype, right.dtype)) or "")
    return combine(Elementwise("complex"), (left, right), dtype)


def _rows() -> None:
    for name in TO_FLOAT.split():
        table.both(
            name, "", Keeps(Activation(name), floating) if name in ("sigmoid", "tanh") else floats(name)
        )
    for name in KEEP.split():
        table.both(name, "", magnitude if name in ("abs", "absolute") else pointwise(name))
    for name in IN_PLACE.split():
        table.methods(f"{name}_", "", in_place(name))
    for name in TO_BOOL.split():
        out = name in ("isposinf", "isneginf", "signbit", "logical_not")
        table.both(name, "", pointwise(name, dtype="bool"), out=out)
    table.both("positive conj resolve_conj resolve_neg detach", "", pointwise("same"), out=False)
    table.both("angle", "", magnitude)
    table.functions("real imag", "input", magnitude)
    table.both("relu", "", Keeps(Activation("relu")), out=False)
    table.functions("selu", "input", Keeps(Activation("selu")))
    table.both("round", "*, decimals=0", pointwise("round"))
    table.both("logit", "eps=None", floats("logit"))
    table.both("nan_to_num", "nan=None, posinf=None, neginf=None", pointwise("nan_to_num"))
    table.both("clone", "*, memory_format=None", pointwise("clone"), out=False)
    _binary_rows()
    _cast_rows()
    _in_place_rows()


def _binary_rows() -> None:
    table.both("add sub subtract", "other, *, alpha=1", arithmetic("add"))
    table.both("mul multiply", "other", arithmetic("multiply"))
    table.both("div divide", "other, *, rounding_mode=None", arithmetic("divide", divides=True))
    table.both("true_divide", "other", arithmetic("divide", divides=True))
    for name in ["floor_divide", "remainder", "fmod"]:
        table.both(name, "other", arithmetic(name))
    table.both("pow", "exponent", arithmetic("power"))
    table.both("float_power", "exponent", arithmetic("power", dtype="float64"))
    for name in [
        "maximum",
        "minimum",
        "fmax",
        "fmin",
        "hypot",
        "gcd",
        "lcm",
        "copysign",
        "logaddexp",
        "logaddexp2",
        "nextafter",
        "ldexp",
    ]:
        table.both(name, "other", arithmetic(name))
    table.both("xlogy bitwise_and bitwise_or bitwise_xor", "other", arithmetic("combine"))
    table.both("bitwise_left_shift bitwise_right_shift", "other", arithmetic("shift"))
    table.both("atan2 arctan2", "other", arithmetic("atan2", divides=True))
    table.both("heaviside", "values", arithmetic("heaviside"))
    compared = (
        "eq ne lt le gt ge less less_equal greater greater_equal not_equal logical_and logical_or logical_xor"
    )
    for name in compared.split():
        table.both(name, "other", arithmetic("compare", dtype="bool"))
    table.both(
        "isclose",
        "other, rtol=1e-05, atol=1e-08, equal_nan=False",
        arithmetic("compare", dtype="bool"),
        out=False,
    )
    table.both("equal", "other", boolean_reducer, out=False)
    table.both("allclose", "other, rtol=1e-05, atol=1e-08, equal_nan=False", boolean_reducer, out=False)
    table.both("clamp clip", "min=None, max=None", bounded)
    table.both("clamp_min", "min", arithmetic("clamp"))
    table.both("clamp_max", "max", arithmetic("clamp"))
    table.both("lerp", "end, weight", ternary("lerp"))
    table.both("addcmul addcdiv", "tensor1, tensor2, *, value=1", ternary("addcmul"))
    table.both("masked_fill", "mask, value", masked_fill, out=False)
    table.functions("where", "condition, input=None, other=None, *, out=None", where)
    table.methods("where", "condition, other", where_method)
    table.functions("complex", "real, imag, *, out=None", complex_pair)
    table.functions("polar", "abs, angle, *, out=None", complex_pair)
    table.functions("rsub", "input, other, *, alpha=1", arithmetic("subtract"))


def _cast_rows() -> None:
    casts = {
        "float": "float32",
        "double": "float64",
        "half": "float16",
        "bfloat16": "bfloat16",
        "long": "int64",
        "int": "int32",
        "short": "int16",
        "byte": "uint8",
        "char": "int8",
        "bool": "bool",
        "cfloat": "complex64",
        "cdouble": "complex128",
    }
    for name, dtype in casts.items():
        table.methods(
            name, "memory_format=None" if name in SIMPLE_CASTS else "*, memory_format=None", cast(dtype)
        )
    table.methods(
        "to",
        "*args, dtype=None, device=None, other=None, non_blocking=False, copy=False, memory_format=None",
        to,
    )
    table.methods("type", "dtype=None, non_blocking=False, **kwargs", as_type)
    table.methods("type_as", "other", type_as)
    same = pointwise("same")
    table.methods("contiguous", "memory_format=None", same)
    table.methods("cpu", "memory_format=None", same)
    table.methods("cuda", "device=None, non_blocking=False, memory_format=None", same)
    table.methods("requires_grad_", "mode=True", same)
    table.methods("share_memory_ detach_ retain_grad coalesce", "", same)
    table.methods("pin_memory", "device=None", same)
    table.methods("to_dense", "dtype=None, *, masked_grad=None", same)
    table.methods("data_ptr is_contiguous", "*args, **kwargs", boolean_reducer)


SIMPLE_CASTS: frozenset[str] = frozenset()


def _in_place_rows() -> None:
    table.methods("add_ sub_ subtract_", "other, *, alpha=1", in_place("add"))
    table.methods("div_ divide_", "other, *, rounding_mode=None", in_place("divide"))
    names = (
        "mul multiply true_divide floor_divide remainder fmod eq ne lt le gt ge less less_equal greater "
        "greater_equal "
        "not_equal logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor hypot atan2 "
        "arctan2 gcd lcm "
        "copysign xlogy nextafter ldexp"
    )
    for name in names.split():
        table.methods(f"{name}_", "other", in_place(name))
    table.methods("pow_ float_power_", "exponent", in_place("power"))
    table.methods("clamp_ clip_", "min=None, max=None", in_place("clamp"))
    table.methods("clamp_min_", "min", in_place("clamp"))
    table.methods("clamp_max_", "max", in_place("clamp"))
    table.methods("lerp_", "end, weight", in_place("lerp"))
    table.methods("addcmul_ addcdiv_", "tensor1, tensor2, *, value=1", in_place("addcmul"))
    table.methods("masked_fill_", "mask, value", in_place("masked_fill"))
    table.methods("copy_", "other, non_blocking=False", in_place("copy"))
    table.methods("fill_", "value", pointwise("fill"))
    table.methods("nan_to_num_", "nan=None, posinf=None, neginf=None", pointwise("nan_to_num"))
    table.methods("round_", "*, decimals=0", pointwise("round"))
    table.methods("uniform_", "from_=0, to=1, *, generator=None, **kwargs", pointwise("random"))
    table.methods("normal_", "mean=0, std=1, *, generator=None", pointwise("random"))
    table.methods("log_normal_", "mean=1, std=2, *, generator=None", pointwise("random"))
    table.methods("exponential_", "lambd=1, *, generator=None", pointwise("random"))
    table.methods("geometric_", "p, *, generator=None", pointwise("random"))
    table.methods("cauchy_", "median=0, sigma=1, *, generator=None", pointwise("random"))
    table.methods("random_", "*args, generator=None, **kwargs", pointwise("random"))
    table.methods("bernoulli_", "p=0.5, *, generator=None", in_place("random"))


_rows()
