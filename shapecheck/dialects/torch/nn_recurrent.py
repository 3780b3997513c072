"""torch.nn recurrent layers and cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, Spelling
from shapecheck.ops.recurrent import GRU, LSTM, RNN, Cell, GRUCell, LSTMCell, Recurrent, RNNCell
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

LAYER = "num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False"
CELL = "input_size, hidden_size, bias=True"
DEVICE = "device=None, dtype=None"
NAMES = {
    "input_size": "input_size",
    "hidden": "hidden_size",
    "layers": "num_layers",
    "bias": "bias",
    "batch_first": "batch_first",
    "dropout": "dropout",
    "bidirectional": "bidirectional",
    "projection": "proj_size",
    "activation": "nonlinearity",
}


def _layer(name: str, signature: str, op: type[Recurrent]) -> Spelling:
    def build(arguments: Arguments) -> Recurrent:
        projection = arguments.size("proj_size") if "proj_size" in arguments.values else 0
        rest: dict[str, Any] = {}
        if "nonlinearity" in arguments.values:
            rest["activation"] = arguments.values["nonlinearity"]
        return op(
            input_size=arguments.size("input_size"),
            hidden=arguments.size("hidden_size"),
            layers=arguments.size("num_layers"),
            bias=arguments.harmless_flag("bias"),
            batch_first=arguments.flag("batch_first"),
            dropout=0.0 if arguments["dropout"] is UNKNOWN else arguments["dropout"],
            bidirectional=arguments.flag("bidirectional"),
            projection=projection,
            return_states=True,
            stacked=True,
            unbatched=True,
            **rest,
        )

    return Spelling(
        f"torch.nn.{name}",
        "layer",
        signature,
        build=build,
        call=call_recurrent,
        call_signature="input, hx=None",
        names=NAMES,
    )


def states_of(op: Recurrent | Cell, hx: Any) -> tuple[Tensor | None, ...]:
    """The initial states as the operator's further inputs; what is not known is left out."""
    if isinstance(hx, Tensor):
        return (hx,) if len(op.carried) == 1 else ()
    if isinstance(hx, tuple | list) and len(hx) == len(op.carried) > 1:
        return tuple(state if isinstance(state, Tensor) else None for state in hx)
    return ()


def call_recurrent(op: Recurrent | Cell, arguments: Arguments) -> Apply:
    """The input and, where they are known, the initial states."""
    return Apply(op, (arguments.tensor("input"), *states_of(op, arguments["hx"])))


def _cell(name: str, signature: str, op: type[Cell]) -> Spelling:
    def build(arguments: Arguments) -> Cell:
        return op(
            input_size=arguments.size("input_size"),
            hidden=arguments.size("hidden_size"),
            bias=arguments.harmless_flag("bias"),
            unbatched=True,
        )

    return Spelling(
        f"torch.nn.{name}",
        "layer",
        signature,
        build=build,
        call=call_recurrent,
        call_signature="input, hx=None",
        names=NAMES,
    )


SPELLINGS = {
    row.name: row
    for row in (
        _layer("LSTM", f"input_size, hidden_size, {LAYER}, proj_size=0, {DEVICE}", LSTM),
        _layer("GRU", f"input_size, hidden_size, {LAYER}, {DEVICE}", GRU),
        _layer(
            "RNN",
            "input_size, hidden_size, num_layers=1, nonlinearity='tanh', bias=True, batch_first=False, "
            "dropout=0.0, "
            f"bidirectional=False, {DEVICE}",
            RNN,
        ),
        _cell("LSTMCell", f"{CELL}, {DEVICE}", LSTMCell),
        _cell("GRUCell", f"{CELL}, {DEVICE}", GRUCell),
        _cell("RNNCell", f"{CELL}, nonlinearity='tanh', {DEVICE}", RNNCell),
    )
}
