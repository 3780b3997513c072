"""torch.nn.functional: layers whose weights are arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER
from shapecheck.dialects.base import Apply, Spelling
from shapecheck.dialects.per_axis import padding_of, per_axis
from shapecheck.dialects.torch import nn_pool
from shapecheck.dialects.torch.nn_conv import conv_limits, transposed_limits
from shapecheck.dialects.torch.nn_norm import group_needs, layer_norm, number, spread_needs
from shapecheck.dialects.torch.supplied import known_tensor, weight_shape
from shapecheck.ops import adaptive, conv, conv_transpose, norm, pool
from shapecheck.ops.attention import Attention
from shapecheck.ops.base import Need, Op
from shapecheck.ops.linear import Bilinear, Embedding, Linear
from shapecheck.ops.matmul import MatMul
from shapecheck.ops.wrappers import Supplied

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.tensor import Tensor

    Call = Callable[[Any, Arguments], Any]

CONV = "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1"
TRANSPOSED = "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1"


def supplied(
    op: Op, arguments: Arguments, names: dict[str, str], needs: tuple[Need, ...] = (), *, fit: str = "equal"
) -> Apply:
    """The operator on `input`, with the known weights as inputs; `names` maps parameters to weights."""
    given = [(names[name], tensor) for name in names if (tensor := known_tensor(arguments[name])) is not None]
    x = arguments.tensor("input")
    if not given:
        return Apply(op, (x,), needs=needs)
    weights, tensors = zip(*given, strict=True)
    fits = tuple("equal" if name in ("mean", "variance") else fit for name in weights)
    return Apply(Supplied(inner=op, names=weights, fits=fits), (x, *tensors), needs=needs)


def _conv(op: type[conv.Conv]) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        shape, needs = weight_shape(arguments, op.rank + 2)
        groups = arguments.size("groups")
        made = op(
            filters=shape[0],
            kernel=tuple(shape[2:]),
            channels=shape[1] * groups,
            stride=per_axis(arguments, "stride"),
            padding=padding_of(arguments),
            dilation=per_axis(arguments, "dilation"),
            groups=groups,
            bias=arguments["bias"] is not None,
            unbatched=True,
        )
        return supplied(made, arguments, {"bias": "bias"}, (*needs, *conv_limits(made)))

    return call


def _transposed(op: type[conv_transpose.ConvTranspose]) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        shape, needs = weight_shape(arguments, op.rank + 2)
        groups = arguments.size("groups")
        made = op(
            channels=shape[0],
            filters=shape[1] * groups,
            kernel=tuple(shape[2:]),
            stride=per_axis(arguments, "stride"),
            padding=padding_of(arguments),
            dilation=per_axis(arguments, "dilation"),
            extra=per_axis(arguments, "output_padding"),
            groups=groups,
            bias=arguments["bias"] is not None,
            unbatched=True,
        )
        return supplied(made, arguments, {"bias": "bias"}, (*needs, *transposed_limits(made)))

    return call


def _linear(_: Any, arguments: Arguments) -> Apply:
    weight = known_tensor(arguments["weight"])
    if weight is not None and weight.shape is not None and len(weight.shape) == 1:
        return _times_vector(weight, arguments)
    shape, needs = weight_shape(arguments, 2)
    made = Linear(units=shape[0], input_size=shape[1], bias=arguments["bias"] is not None)
    return supplied(made, arguments, {"bias": "bias"}, needs, fit="stretches")


def _times_vector(weight: Tensor, arguments: Arguments) -> Apply:
    bias = known_tensor(arguments["bias"])
    needs: tuple[Need, ...] = ()
    if bias is not None and bias.shape is not None and len(bias.shape) > 0:
        wrong = "{label} in PyTorch expects a weight with 2 axes beside a bias, got {shape}"
        needs = (Need(NEVER, "SHP103", wrong, label="linear", shape=weight.shape),)
    return Apply(MatMul(), (arguments.tensor("input"), weight), needs=needs)


def _bilinear(_: Any, arguments: Arguments) -> Apply:
    shape, needs = weight_shape(arguments, 3)
    made = Bilinear(units=shape[0], left_size=shape[1], right_size=shape[2])
    return Apply(made, (arguments.tensor("input1"), arguments.tensor("input2")), needs=needs)


def _embedding(_: Any, arguments: Arguments) -> Apply:
    shape, needs = weight_shape(arguments, 2)
    made = Embedding(count=shape[0], units=shape[1])
    return Apply(made, (arguments.tensor("input"),), dtype="float32", needs=needs)


STATISTICS = {"weight": "scale", "bias": "shift", "running_mean": "mean", "running_var": "variance"}


def _batch_norm(_: Any, arguments: Arguments) -> Apply:
    x = arguments.tensor("input")
    made = norm.BatchNorm(epsilon=number(arguments["eps"], 1e-5))
    needs = spread_needs(made.label, x, per_sample=False) if arguments["training"] is True else ()
    return supplied(made, arguments, STATISTICS, needs, fit="count")


def _instance_norm(_: Any, arguments: Arguments) -> Apply:
    x = arguments.tensor("input")
    made = norm.BatchNorm(epsilon=number(arguments["eps"], 1e-5))
    needs = spread_needs("InstanceNorm", x, per_sample=True) if arguments["use_input_stats"] is True else ()
    return supplied(made, arguments, STATISTICS, needs, fit="count")


def _layer_norm(_: Any, arguments: Arguments) -> Apply:
    return supplied(layer_norm(arguments), arguments, {"weight": "scale", "bias": "shift"})


def _rms_norm(_: Any, arguments: Arguments) -> Apply:
    return supplied(layer_norm(arguments, centre=False), arguments, {"weight": "scale"})


def _group_norm(_: Any, arguments: Arguments) -> Apply:
    made = norm.GroupNorm(groups=arguments.size("num_groups"), epsilon=number(arguments["eps"], 1e-5))
    needs = group_needs(made, arguments.tensor("input"))
    return supplied(made, arguments, {"weight": "scale", "bias": "shift"}, needs)


def _local_norm(_: Any, arguments: Arguments) -> Apply:
    return Apply(norm.LocalResponseNorm(span=arguments.size("size")), (arguments.tensor("input"),))


def _pool(op: type[Op], build: Any) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        made, x = build(op, arguments), arguments.tensor("input")
        return Apply(made, (x,), needs=(*nn_pool.limits(made), *nn_pool.input_limits(made, x)))

    return call


def _attention(_: Any, arguments: Arguments) -> Apply:
    tensors = tuple(arguments.tensor(name) for name in ("query", "key", "value"))
    mask = known_tensor(arguments["attn_mask"])
    made = Attention(grouped=arguments.flag("enable_gqa"))
    if mask is None:
        return Apply(made, tensors)
    return Apply(made, (*tensors, mask), needs=_mask_limits(tensors, mask))


def _mask_limits(tensors: tuple[Tensor, ...], mask: Tensor) -> tuple[Need, ...]:
    """The fused kernel, taken when nothing broadcasts over four axes, reads the last two axes of the mask."""
    shapes = [tensor.shape for tensor in tensors]
    if mask.shape is None or len(mask.shape) > 1 or any(shape is None or len(shape) != 4 for shape in shapes):
        return ()
    if len({shape[:2] for shape in shapes if shape is not None}) > 1:
        return ()
    wrong = "{label} in PyTorch expects a mask with 2 axes or more, got {shape}"
    return (Need(NEVER, "SHP401", wrong, label="scaled_dot_product_attention", shape=mask.shape, subject=3),)


def _rows() -> dict[str, tuple[str, Call]]:
    average = "input, " + nn_pool.AVERAGE
    maximum = "input, " + nn_pool.MAX.replace(", return_indices=False, ceil_mode=False", "")
    maximum += ", ceil_mode=False, return_indices=False"
    rows: dict[str, tuple[str, Call]] = {
        "linear": ("input, weight, bias=None", _linear),
        "bilinear": ("input1, input2, weight, bias=None", _bilinear),
        "embedding": (
            "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, "
            "sparse=False",
            _embedding,
        ),
        "batch_norm": (
            "input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, "
            "eps=1e-05",
            _batch_norm,
        ),
        "instance_norm": (
            "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, "
            "momentum=0.1, "
            "eps=1e-05",
            _instance_norm,
        ),
        "layer_norm": ("input, normalized_shape, weight=None, bias=None, eps=1e-05", _layer_norm),
        "rms_norm": ("input, normalized_shape, weight=None, eps=None", _rms_norm),
        "group_norm": ("input, num_groups, weight=None, bias=None, eps=1e-05", _group_norm),
        "local_response_norm": ("input, size, alpha=0.0001, beta=0.75, k=1.0", _local_norm),
        "scaled_dot_product_attention": (
            "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False",
            _attention,
        ),
    }
    for rank in (1, 2, 3):
        rows[f"conv{rank}d"] = (CONV, _conv(getattr(conv, f"Conv{rank}d")))
        rows[f"conv_transpose{rank}d"] = (
            TRANSPOSED,
            _transposed(getattr(conv_transpose, f"ConvTranspose{rank}d")),
        )
        rows[f"max_pool{rank}d"] = (maximum, _pool(getattr(pool, f"MaxPool{rank}d"), nn_pool.max_pool))
        divisor = "" if rank == 1 else ", divisor_override=None"
        rows[f"avg_pool{rank}d"] = (
            average + divisor,
            _pool(getattr(pool, f"AvgPool{rank}d"), nn_pool.average_pool),
        )
        rows[f"lp_pool{rank}d"] = (
            "input, " + nn_pool.POWER,
            _pool(getattr(pool, f"LPPool{rank}d"), nn_pool.power_pool),
        )
        rows[f"adaptive_avg_pool{rank}d"] = (
            "input, output_size",
            _pool(getattr(adaptive, f"AdaptiveAvgPool{rank}d"), nn_pool.adaptive_pool),
        )
        rows[f"adaptive_max_pool{rank}d"] = (
            "input, output_size, return_indices=False",
            _pool(getattr(adaptive, f"AdaptiveMaxPool{rank}d"), nn_pool.adaptive_pool),
        )
    return rows


SPELLINGS = {
    f"torch.nn.functional.{name}": Spelling(f"torch.nn.functional.{name}", "function", signature, call=call)
    for name, (signature, call) in _rows().items()
}
