"""PyTorch losses: torch.nn.functional.*_loss, the layers of torch.nn, and their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.dialects.rows import shape_of
from shapecheck.ops.losses import ClassLoss, CtcLoss, ElementLoss, TripletLoss
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

    Maker = Callable[[bool], Op]

SPELLINGS: dict[str, Spelling] = {}


def is_reduced(arguments: Arguments) -> bool:
    """Whether one number comes out, by `reduction` or by the two flags that came before it."""
    values = arguments.values
    if values.get("reduce") is not None or values.get("size_average") is not None:
        return values.get("reduce") is None or arguments.flag("reduce")
    reduction = arguments.known("reduction")
    if reduction not in ("mean", "sum", "none", "batchmean"):
        raise NotUnderstood(f"reduction {reduction!r}")
    return bool(reduction != "none")


def tensors(arguments: Arguments, names: tuple[str, ...]) -> tuple[Tensor, ...]:
    """The tensors among these arguments; those that were not given are left out."""
    found = []
    for name in names:
        value = arguments.values.get(name)
        if value is UNKNOWN:
            raise NotUnderstood(f"{name} is unknown")
        if isinstance(value, Tensor):
            found.append(value)
    return tuple(found)


def loss(function: str, layer: str | None, inputs: str, more: str, maker: Maker, options: str = "") -> None:
    """One loss under both names: `inputs` are the tensors,
    `more` the tensors given to the layer's constructor.
    """
    names = tuple(name.strip() for name in inputs.split(","))
    extra = tuple(part.partition("=")[0].strip() for part in more.split(",") if part)

    def call(_: Any, arguments: Arguments) -> Apply:
        return applied(maker(is_reduced(arguments)), arguments, names, extra)

    def build(arguments: Arguments) -> Op:  # weights given here change no shape
        return maker(is_reduced(arguments))

    def call_layer(op: Op, arguments: Arguments) -> Apply:
        return applied(op, arguments, names, ())

    name = f"torch.nn.functional.{function}"
    signature = ", ".join(part for part in (inputs, options or more) if part)
    SPELLINGS[name] = Spelling(name, "function", signature, call=call)
    if layer:
        name = f"torch.nn.{layer}"
        SPELLINGS[name] = Spelling(
            name,
            "layer",
            LAYER_OPTIONS[layer],
            build=build,
            call=call_layer,
            call_signature=LAYER_INPUTS.get(layer, inputs),
        )


def applied(op: Op, arguments: Arguments, names: tuple[str, ...], extra: tuple[str, ...]) -> Apply:
    values = list(arguments.values.values())
    main = []
    for place, name in enumerate(names):
        value = arguments.values.get(name, values[place])
        if not isinstance(value, Tensor):
            raise NotUnderstood(f"{name} is no known tensor")
        main.append(value)
    for value in main:
        shape_of(value)
    return Apply(settled(op, main[1]), (*main, *tensors(arguments, extra)), dtype=main[0].dtype)


def settled(op: Op, target: Tensor) -> Op:
    """A target of integers names classes, whatever its shape."""
    if (
        isinstance(op, ClassLoss)
        and target.dtype is not None
        and target.dtype.startswith(("int", "uint", "bool"))
    ):
        return op.replace(whole=True)
    return op


OLD = "size_average=None, reduce=None, reduction='mean'"
LAYER_OPTIONS = {
    "MSELoss": OLD,
    "L1Loss": OLD,
    "SmoothL1Loss": f"{OLD}, beta=1.0",
    "HuberLoss": "reduction='mean', delta=1.0",
    "KLDivLoss": f"{OLD}, log_target=False",
    "PoissonNLLLoss": "log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, "
    "reduction='mean'",
    "SoftMarginLoss": OLD,
    "HingeEmbeddingLoss": f"margin=1.0, {OLD}",
    "BCELoss": f"weight=None, {OLD}",
    "BCEWithLogitsLoss": f"weight=None, {OLD}, pos_weight=None",
    "MultiLabelSoftMarginLoss": f"weight=None, {OLD}",
    "CrossEntropyLoss": "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', "
    "label_smoothing=0.0",
    "NLLLoss": "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
    "GaussianNLLLoss": "*, full=False, eps=1e-06, reduction='mean'",
    "MarginRankingLoss": f"margin=0.0, {OLD}",
    "TripletMarginLoss": f"margin=1.0, p=2.0, eps=1e-06, swap=False, {OLD}",
    "CTCLoss": "blank=0, reduction='mean', zero_infinity=False",
}
LAYER_INPUTS = {
    "PoissonNLLLoss": "log_input, target",
    "CTCLoss": "log_probs, targets, input_lengths, target_lengths",
}


def element(
    name: str, *, strict: bool = False, drops: int = 0, same_rank: bool = False, into: bool = False
) -> Maker:
    """A loss of each element, once it is known whether it is reduced."""
    return lambda reduced: ElementLoss(name, reduced, strict, drops, same_rank, into)


def _rows() -> None:
    pair = "input, target"
    loss("mse_loss", "MSELoss", pair, "weight=None", element("mse_loss"), f"{OLD}, weight=None")
    loss("l1_loss", "L1Loss", pair, "weight=None", element("l1_loss"), f"{OLD}, weight=None")
    loss("smooth_l1_loss", "SmoothL1Loss", pair, "", element("smooth_l1_loss"), f"{OLD}, beta=1.0")
    loss(
        "huber_loss",
        "HuberLoss",
        pair,
        "weight=None",
        element("huber_loss"),
        "reduction='mean', delta=1.0, weight=None",
    )
    loss("kl_div", "KLDivLoss", pair, "", element("kl_div"), f"{OLD}, log_target=False")
    poisson = "log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction='mean'"
    loss("poisson_nll_loss", "PoissonNLLLoss", pair, "", element("poisson_nll_loss"), poisson)
    loss("soft_margin_loss", "SoftMarginLoss", pair, "", element("soft_margin_loss", into=True), OLD)
    loss(
        "hinge_embedding_loss",
        "HingeEmbeddingLoss",
        pair,
        "",
        element("hinge_embedding_loss"),
        f"margin=1.0, {OLD}",
    )
    strict = element("binary_cross_entropy", strict=True)
    loss("binary_cross_entropy", "BCELoss", pair, "weight=None", strict, f"weight=None, {OLD}")
    strict = element("binary_cross_entropy_with_logits", strict=True)
    options = f"weight=None, {OLD}, pos_weight=None"
    loss("binary_cross_entropy_with_logits", "BCEWithLogitsLoss", pair, "weight, pos_weight", strict, options)
    soft = element("multilabel_soft_margin_loss", drops=1)
    loss(
        "multilabel_soft_margin_loss", "MultiLabelSoftMarginLoss", pair, "weight", soft, f"weight=None, {OLD}"
    )
    classes = "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'"
    loss(
        "cross_entropy",
        "CrossEntropyLoss",
        pair,
        "weight",
        lambda reduced: ClassLoss("cross_entropy", reduced),
        f"{classes}, label_smoothing=0.0",
    )
    loss(
        "nll_loss", "NLLLoss", pair, "weight", lambda reduced: ClassLoss("nll_loss", reduced, False), classes
    )
    ranking = element("margin_ranking_loss", same_rank=True)
    loss(
        "margin_ranking_loss", "MarginRankingLoss", "input1, input2, target", "", ranking, f"margin=0, {OLD}"
    )
    triplet = f"margin=1.0, p=2, eps=1e-06, swap=False, {OLD}"
    loss(
        "triplet_margin_loss",
        "TripletMarginLoss",
        "anchor, positive, negative",
        "",
        lambda reduced: TripletLoss("triplet_margin_loss", reduced),
        triplet,
    )
    _ctc_rows()


def ctc(op: Any, arguments: Arguments) -> Apply:
    found = op if op is not None else CtcLoss(is_reduced(arguments))
    main = (arguments.tensor("log_probs"), arguments.tensor("targets"))
    lengths = tensors(arguments, ("input_lengths", "target_lengths"))
    return Apply(found, (*main, *lengths), dtype=main[0].dtype)


def _ctc_rows() -> None:
    inputs = "log_probs, targets, input_lengths, target_lengths"
    name = "torch.nn.functional.ctc_loss"
    options = "blank=0, reduction='mean', zero_infinity=False"
    SPELLINGS[name] = Spelling(name, "function", f"{inputs}, {options}", call=ctc)
    name = "torch.nn.CTCLoss"
    SPELLINGS[name] = Spelling(
        name,
        "layer",
        options,
        build=lambda arguments: CtcLoss(is_reduced(arguments)),
        call=ctc,
        call_signature=inputs,
    )


_rows()
