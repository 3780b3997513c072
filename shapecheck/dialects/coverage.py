"""What is known of each framework name, as people count them: "nn.Linear", "Tensor.view()", "F.relu", "ops.cast"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.dialects.attributes import attribute
from shapecheck.dialects.base import Arguments, BindError, NotUnderstood, bind
from shapecheck.dialects.registry import spelling
from shapecheck.dialects.rows import Keeps
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.algebra import Dim
    from shapecheck.dialects.base import Spelling

OPERATOR = "operator"
NEUTRAL = "shape-neutral"
PYTHON = "python: handled by the interpreter"

_SHORT = {
    "nn.": "torch.nn.",
    "F.": "torch.nn.functional.",
    "Tensor.": "torch.Tensor.",
    "layers.": "keras.layers.",
    "ops.nn.": "keras.ops.",
    "ops.": "keras.ops.",
    "K.": "keras.backend.",
}

# Names that make or run Python objects rather than tensors: containers, contexts, settings, decorators.
_PYTHON = (
    "nn.Sequential nn.ModuleList nn.ModuleDict nn.ParameterList nn.ParameterDict nn.init. nn.utils.weight_norm "
    "nn.utils.parametrize. nn.parallel. nn.DistributedDataParallel nn.attention. nn.modules.transformer. torch.jit. "
    "torch.no_grad torch.inference_mode torch.autocast torch.amp. torch.set_grad_enabled torch.autograd. "
    "torch.device torch.finfo torch.distributed. torch.cuda. torch.accelerator. torch.utils. torch.profiler. "
    "torch.futures. torch.optim. torch.backends. torch.get_default_dtype torch.load torch.func. "
    "keras.Input keras.Model keras.Sequential keras.models. keras.applications. keras.DTypePolicy keras.Variable "
    "keras.dtype_policies. keras.distribution. keras.tree. keras.config. keras.api_export. keras.activations. "
    "layers.Lambda layers.serialize layers.deserialize ops.cond ops.while_loop ops.map ops.operation_utils. "
    "tf.function tf.GradientTape tf.Module tf.TensorSpec tf.saved_model. tf.lookup. tf.cond tf.while_loop tf.map_fn "
    "tf.py_function tf.debugging. tf.python. method attr K.Variable K.result_type K.placeholder "
    "K.pattern_broadcast K.get_keras_mask K.set_keras_mask tf.random.Generator."
).split()
_UNKNOWN = {
    "tf.ragged.": "ragged tensors have no sizes",
    "tf.Ragged": "ragged tensors have no sizes",
    "torch.nested.": "nested tensors have no sizes",
    "tf.image.non_max_suppression": "the shape depends on the data",
    "layers.TextVectorization": "text has no shape",
    "torch.ByteStorage.": "storage has no shape",
}


def canonical(api: str) -> str:
    """The canonical dotted name of a counted one."""
    name = api.removesuffix("()")
    for short, long in _SHORT.items():
        if name.startswith(short):
            return long + name[len(short) :]
    return name


def coverage(api: str) -> str:
    """What is known of a name: OPERATOR, NEUTRAL, PYTHON, or "unknown: " and why."""
    row = spelling(canonical(api))
    if row is not None:
        return NEUTRAL if is_neutral(row) else OPERATOR
    if api.startswith("Tensor.") and not api.endswith("()"):
        return _attribute_coverage(api.removeprefix("Tensor."))
    if any(api == name or (name.endswith(".") and api.startswith(name)) for name in _PYTHON):
        return PYTHON
    if api.split(" ")[0] in ("method", "attr"):
        return PYTHON
    for start, reason in _UNKNOWN.items():
        if api.startswith(start):
            return f"unknown: {reason}"
    return "unknown: not spelled"


def _attribute_coverage(name: str) -> str:
    from shapecheck.algebra import Shape

    try:
        attribute(Tensor(Shape(2, 3), "float32"), name)
    except NotUnderstood:
        return "unknown: not spelled"
    return OPERATOR


def _fresh(tag: str) -> Dim:
    from shapecheck.algebra import unknown

    return unknown(tag)


def is_neutral(row: Spelling) -> bool:
    """Whether a spelled name keeps the shape of its one tensor, whatever it is."""
    if row.kind != "layer":
        return isinstance(row.call, Keeps)
    from shapecheck.ops.activation import Activation, Dropout, Identity, Noise

    try:
        values, given = bind(row.signature, [], {})
        op = row.build(Arguments(row, values, given, _fresh)) if row.build is not None else None
    except (BindError, NotUnderstood):
        return False
    return op is None or isinstance(op, Activation | Identity | Dropout | Noise)
