"""Recurrent layers: torch's own, and what of their results an operator asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from shapecheck.model.refusal import Unsupported, whole_number
from shapecheck.ops.recurrent import GRU, LSTM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.algebra import Shape
    from shapecheck.ops.recurrent import RNN, Recurrent


def build_recurrent(op: Recurrent, x: Shape, *states: Shape) -> nn.Module:
    """nn.LSTM, nn.GRU or nn.RNN, batch first."""
    if not op.batch_first:
        raise Unsupported("only batch_first=True is built; permute before it")
    if op.backwards and op.bidirectional:
        raise Unsupported("a bidirectional layer has no order to turn round")
    if op.return_states and not op.stacked and (op.layers != 1 or op.bidirectional):
        raise Unsupported("states of several layers or directions come out stacked=True")
    settings: dict[str, Any] = {"batch_first": True}
    if op.layers != 1:
        settings["num_layers"] = whole_number(op.layers, "layers")
    if not op.bias:
        settings["bias"] = False
    if op.dropout:
        settings["dropout"] = op.dropout
    if op.bidirectional:
        settings["bidirectional"] = True
    features = whole_number(x[-1], "the number of input features")
    hidden = whole_number(op.hidden, "hidden")
    if isinstance(op, LSTM):
        return nn.LSTM(features, hidden, proj_size=whole_number(op.projection, "projection"), **settings)
    if op.projection != 0:
        raise Unsupported("torch projects the output of an LSTM only")
    if isinstance(op, GRU):
        if not op.reset_after:
            raise Unsupported("GRU in PyTorch resets after the product (reset_after=True), not before it")
        return nn.GRU(features, hidden, **settings)
    return _plain(op, features, hidden, settings)


def _plain(op: Any, features: int, hidden: int, settings: dict[str, Any]) -> nn.Module:
    plain: RNN = op
    if plain.activation not in ("tanh", "relu"):
        raise Unsupported(f"RNN in PyTorch knows the activations 'tanh' and 'relu', got {plain.activation!r}")
    if plain.activation != "tanh":
        settings["nonlinearity"] = plain.activation
    return nn.RNN(features, hidden, **settings)


def call_recurrent(op: Recurrent, module: nn.Module, x: Tensor, *states: Tensor) -> Any:
    """What the operator says comes out: all steps or the last, with the last states if it returns them."""
    if op.backwards:
        x = x.flip(-2)
    initial = _initial(op, x, states)
    y, last = module(x) if initial is None else module(x, initial)
    if not op.sequences:
        y = _last_step(op, y)
    if not op.return_states:
        return y
    last = last if isinstance(last, tuple) else (last,)
    return (y, *last) if op.stacked else (y, *(state[0] for state in last))


def _initial(op: Recurrent, x: Tensor, states: tuple[Tensor, ...]) -> Any:
    """The initial states as torch takes them: (layers times directions, batch, features) each."""
    if not states:
        return None
    if not op.stacked:
        # A state of one sample, or without a batch axis, serves the whole batch.
        shapes = ((x.shape[0], state.shape[-1]) for state in states)
        states = tuple(s.expand(shape).unsqueeze(0) for s, shape in zip(states, shapes, strict=True))
    held = tuple(state.contiguous() for state in states)
    return held if len(op.carried) > 1 else held[0]


def _last_step(op: Recurrent, y: Tensor) -> Tensor:
    """The last output of every direction: that of the backward one stands at the first step."""
    if not op.bidirectional:
        return y.select(-2, -1)
    forward, backward = y.chunk(2, dim=-1)
    return torch.cat((forward.select(-2, -1), backward.select(-2, 0)), dim=-1)


# The part of a neutral weight's name before the layer's number, and the beginning of torch's names for it: two
# where torch has two biases and the neutral format their sum.
PARTS: dict[str, tuple[str, ...]] = {
    "input": ("weight_ih_l",),
    "recurrent": ("weight_hh_l",),
    "projection": ("weight_hr_l",),
    "bias": ("bias_ih_l", "bias_hh_l"),
    "bias_input": ("bias_ih_l",),
    "bias_recurrent": ("bias_hh_l",),
}


def recurrent_slots(op: Recurrent, tensors: Mapping[str, Tensor]) -> dict[str, tuple[Tensor, ...]]:
    """The tensors of torch behind each neutral weight."""
    found = {}
    for layer in range(whole_number(op.layers, "layers")):
        for reverse in (False, True)[: op.directions]:
            for part, starts in PARTS.items():
                names = [f"{start}{layer}{'_reverse' if reverse else ''}" for start in starts]
                if all(name in tensors for name in names):
                    place = f"{part}.{layer}{'.reverse' if reverse else ''}"
                    found[place] = tuple(tensors[name] for name in names)
    return found
