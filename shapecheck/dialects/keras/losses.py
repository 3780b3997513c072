"""keras.losses: functions, and classes that make a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.dialects.rows import shape_of, tensor_of
from shapecheck.ops.losses import LastAxisLoss

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

SPELLINGS: dict[str, Spelling] = {}

REDUCTION = "reduction='sum_over_batch_size'"
# function, class, what the function takes beside both tensors, what the class takes before its reduction
ROWS = (
    ("mean_squared_error", "MeanSquaredError", "", "", "mean_squared_error"),
    ("mean_absolute_error", "MeanAbsoluteError", "", "", "mean_absolute_error"),
    (
        "mean_absolute_percentage_error",
        "MeanAbsolutePercentageError",
        "",
        "",
        "mean_absolute_percentage_error",
    ),
    (
        "mean_squared_logarithmic_error",
        "MeanSquaredLogarithmicError",
        "",
        "",
        "mean_squared_logarithmic_error",
    ),
    ("huber", "Huber", "delta=1.0", "delta=1.0", "huber_loss"),
    ("log_cosh", "LogCosh", "", "", "log_cosh"),
    ("hinge", "Hinge", "", "", "hinge"),
    ("squared_hinge", "SquaredHinge", "", "", "squared_hinge"),
    ("kl_divergence", "KLDivergence", "", "", "kl_divergence"),
    ("poisson", "Poisson", "", "", "poisson"),
    ("cosine_similarity", "CosineSimilarity", "axis=-1", "axis=-1", "cosine_similarity"),
    (
        "binary_crossentropy",
        "BinaryCrossentropy",
        "from_logits=False, label_smoothing=0.0, axis=-1",
        "from_logits=False, label_smoothing=0.0, axis=-1",
        "binary_crossentropy",
    ),
    (
        "categorical_crossentropy",
        "CategoricalCrossentropy",
        "from_logits=False, label_smoothing=0.0, axis=-1",
        "from_logits=False, label_smoothing=0.0, axis=-1",
        "categorical_crossentropy",
    ),
)
STRICT = frozenset({"categorical_crossentropy", "binary_crossentropy"})


def maker(name: str, arguments: Arguments, reduced: bool) -> LastAxisLoss:
    """The operator; only classes in the last axis are understood."""
    if arguments.values.get("axis", -1) != -1:
        raise NotUnderstood("another axis than the last")
    sparse = name.startswith("sparse")
    wrapped = (
        arguments.spelling.kind == "layer"
    )  # the class lets an axis of size 1 more pass, the function does not
    return LastAxisLoss(name, reduced, name in STRICT, sparse, sparse or wrapped or name not in STRICT)


def applied(op: Op, arguments: Arguments) -> Apply:
    target, output = tensor_of(arguments["y_true"], "y_true"), tensor_of(arguments["y_pred"], "y_pred")
    shape_of(target)
    return Apply(op, (target, output), dtype=output.dtype)


def _function(name: str, more: str) -> None:
    def call(_: Any, arguments: Arguments) -> Apply:
        return applied(maker(name, arguments, False), arguments)

    dotted = f"keras.losses.{name}"
    SPELLINGS[dotted] = Spelling(
        dotted, "function", "y_true, y_pred" + (f", {more}" if more else ""), call=call
    )


def _class(name: str, function: str, signature: str) -> None:
    def build(arguments: Arguments) -> Op:
        reduction = arguments["reduction"]
        if reduction is UNKNOWN:
            raise NotUnderstood("reduction is unknown")
        return maker(function, arguments, reduction not in (None, "none"))

    dotted = f"keras.losses.{name}"
    SPELLINGS[dotted] = Spelling(
        dotted,
        "layer",
        signature,
        build=build,
        call=applied,
        call_signature="y_true, y_pred, sample_weight=None",
    )


def _rows() -> None:
    for function, class_name, function_more, class_more, label in ROWS:
        _function(function, function_more)
        front = f"{class_more}, " if class_more else ""
        _class(class_name, function, f"{front}{REDUCTION}, name='{label}', dtype=None")
    sparse = "sparse_categorical_crossentropy"
    _function(sparse, "from_logits=False, ignore_class=None, axis=-1")
    signature = f"from_logits=False, ignore_class=None, {REDUCTION}, axis=-1, name='{sparse}', dtype=None"
    _class("SparseCategoricalCrossentropy", sparse, signature)


_rows()
