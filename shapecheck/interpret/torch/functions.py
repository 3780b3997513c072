"""Functions of torch that are no operators: what they do to values of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.registry import spelling
from shapecheck.interpret.failures import demand
from shapecheck.interpret.records import Reveal
from shapecheck.interpret.tensors import rank_method, size_of
from shapecheck.interpret.values import FALSE, NONE, TRUE, Sequence, TensorValue

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def first_argument(interpreter: Interpreter, call: Call) -> Value:
    """A function that gives its first argument back: `torch.compile`, `torch.jit.script`, weight normalisation."""
    return call.arguments[0] if call.arguments else interpreter.unknown("a wrapper", call.node)


def always(interpreter: Interpreter, call: Call) -> Value:
    """Taken as true: an accelerator changes no shape, and code that wants one goes on."""
    return TRUE


def never(interpreter: Interpreter, call: Call) -> Value:
    """Taken as false."""
    return FALSE


def nothing(interpreter: Interpreter, call: Call) -> Value:
    """Returns None and changes no shape."""
    return NONE


def same_tensor(interpreter: Interpreter, call: Call) -> Value:
    """A method that gives its tensor back, whatever it is given."""
    return call.receiver or NONE


def asserted(interpreter: Interpreter, call: Call) -> Value:
    """`torch._assert(condition, message)`: from here on it holds."""
    condition = call.argument(0, "condition")
    if condition is not None:
        demand(interpreter, condition, call.frame, call.node)
    return NONE


def changed_in_place(interpreter: Interpreter, call: Call) -> Value:
    """`x.unsqueeze_(0)`: the tensor itself has another shape from here on."""
    name, tensor = call.name, call.receiver
    spelled = spelling(name)
    assert spelled is not None
    from shapecheck.interpret.applying import call_spelled

    result = call_spelled(interpreter, spelled, call)
    if isinstance(tensor, TensorValue):
        change_shape(interpreter, tensor, result if isinstance(result, TensorValue) else None)
    return tensor or result


def stored_anew(interpreter: Interpreter, call: Call) -> Value:
    """`x.resize_(…)`, `x.set_(y)`: a shape that is not followed; `x.data.resize_(…)` may change that of `x`."""
    tensor = call.receiver
    if isinstance(tensor, TensorValue):
        for stored in (tensor, *(tensor.made_by[1] if tensor.made_by else ())):
            if isinstance(stored, TensorValue):
                change_shape(interpreter, stored, None)
    return tensor or NONE


def change_shape(interpreter: Interpreter, tensor: TensorValue, new: TensorValue | None) -> None:
    """Give a tensor another shape in place, None: one that is not known."""
    interpreter.touch(tensor)
    for name, entry in interpreter.inputs.items():
        if entry is tensor:  # what the root takes is what it had before
            kept = TensorValue(tensor.shape, tensor.dtype, family=tensor.family, axes=tensor.axes)
            interpreter.inputs[name] = kept
    tensor.become(new)


def make_size(interpreter: Interpreter, call: Call) -> Value:
    """`torch.Size([…])`."""
    items = interpreter.iterate(call.arguments[0], call.node, call.frame) if call.arguments else []
    return Sequence("size", items)


def reveal(interpreter: Interpreter, call: Call) -> Value:
    """`reveal_shape(x)`."""
    value = call.arguments[0] if call.arguments else NONE
    interpreter.path.record(Reveal(_shown(interpreter, value), call.node, call.frame.source))
    return value


def _shown(interpreter: Interpreter, value: Value) -> Any:
    value = interpreter.resolve(value)
    if isinstance(value, TensorValue):
        if value.shape is None:
            return None
        simplify = interpreter.path.system.simplify
        shape = type(value.shape)(*(simplify(size) for size in value.shape))
        return TensorValue(shape, value.dtype, family=value.family)
    if isinstance(value, Sequence) and value.items is not None:
        return tuple(_shown(interpreter, entry) for entry in value.items)
    return None


_WRAPPERS = (
    "torch.compile torch.jit.script torch.jit.trace torch.jit.optimize_for_inference torch.jit.freeze "
    "torch.nn.utils.weight_norm torch.nn.utils.spectral_norm torch.nn.utils.parametrizations.weight_norm "
    "torch.nn.utils.parametrizations.spectral_norm torch.nn.utils.parametrizations.orthogonal "
    "torch.nn.utils.remove_weight_norm torch.nn.DataParallel torch.nn.SyncBatchNorm.convert_sync_batchnorm "
    "torch.nn.parallel.DistributedDataParallel torch.nn.utils.skip_init_module torch.fx.symbolic_trace "
    "torch.autograd.Variable torch.jit.ignore torch.jit.export torch.jit.unused torch.fx.wrap"
).split()
_MOVING = ("squeeze", "unsqueeze", "transpose", "swapdims", "swapaxes", "t")  # with an underscore: in place
MODELS: dict[str, Any] = {
    "torch.Tensor.size": size_of,
    "torch.Tensor.dim": rank_method,
    "torch.Tensor.ndimension": rank_method,
    "torch.Size": make_size,
    **dict.fromkeys((f"torch.Tensor.{name}_" for name in _MOVING), changed_in_place),
    **dict.fromkeys(
        (f"torch.Tensor.{name}_" for name in ("resize", "resize_as", "set", "as_strided")), stored_anew
    ),
    "torch._assert": asserted,
    "torch.cuda.is_available": always,
    "torch.backends.mps.is_available": never,
    "torch.xpu.is_available": never,
    "torch.jit.is_scripting": never,
    "torch.jit.is_tracing": never,
    "torch.onnx.is_in_onnx_export": never,
    "torch.compiler.is_compiling": never,
    "torch.manual_seed": nothing,
    "torch.set_grad_enabled": nothing,
    "torch.Tensor.backward": nothing,
    "torch.Tensor.requires_grad_": same_tensor,
    "shapecheck.reveal_shape": reveal,
    **dict.fromkeys(_WRAPPERS, first_argument),
}
