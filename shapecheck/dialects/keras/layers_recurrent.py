"""keras.layers recurrent layers, their cells, and the wrappers that run layers over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER
from shapecheck.dialects.base import Apply, NotUnderstood, Spelling
from shapecheck.dialects.keras.layers_conv import rule, stride_and_dilation
from shapecheck.dialects.keras.layout import CALL, apply_placed, at_least_one, canonical, channels_first
from shapecheck.dialects.per_axis import per_axis
from shapecheck.ops.adaptive import GlobalPool
from shapecheck.ops.base import Need, Op
from shapecheck.ops.convlstm import ConvLSTM, ConvLSTM1d, ConvLSTM2d, ConvLSTM3d
from shapecheck.ops.recurrent import GRU, LSTM, RNN, Cell, GRUCell, LSTMCell, Recurrent, RNNCell
from shapecheck.ops.tensor import Tensor
from shapecheck.ops.wrappers import Bidirectional, TimeDistributed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.dialects.base import Arguments

WEIGHTS = "kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros'"
RULES = "kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None"
ACTIVITY = "activity_regularizer=None"
CONSTRAINTS = "kernel_constraint=None, recurrent_constraint=None, bias_constraint=None"
GATES = "activation='tanh', recurrent_activation='sigmoid', use_bias=True"
PLAIN = "activation='tanh', use_bias=True"
DROP = "dropout=0.0, recurrent_dropout=0.0"
RETURNS = "return_sequences=False, return_state=False, go_backwards=False, stateful=False"
TAIL = f"{RULES}, {ACTIVITY}, {CONSTRAINTS}, {DROP}"
CELL_TAIL = f"{RULES}, {CONSTRAINTS}, {DROP}"
SEQUENCE_CALL = "sequences, initial_state=None, mask=None, training=False"
NAMES = {
    "hidden": "units",
    "filters": "filters",
    "kernel": "kernel_size",
    "stride": "strides",
    "padding": "padding",
    "dilation": "dilation_rate",
    "bias": "use_bias",
    "sequences": "return_sequences",
    "return_states": "return_state",
}


def initial_states(arguments: Arguments, name: str, count: int) -> tuple[Any, ...]:
    """The initial states as further inputs of the operator; none where they are not known."""
    value = arguments[name]
    if isinstance(value, Tensor):
        return (value,) if count == 1 else ()
    if isinstance(value, tuple | list) and len(value) == count:
        return tuple(state if isinstance(state, Tensor) else None for state in value)
    return ()


def _apply_sequence(op: Any, arguments: Arguments) -> Apply:
    count = 2 if isinstance(op, ConvLSTM) else len(op.carried)
    return Apply(op, (arguments.tensor("sequences"), *initial_states(arguments, "initial_state", count)))


def _layer(name: str, signature: str, op: type[Recurrent]) -> Spelling:
    def build(arguments: Arguments) -> Op:
        rest = {"reset_after": arguments.harmless_flag("reset_after")} if op is GRU else {}
        return op(
            hidden=arguments.size("units"),
            bias=arguments.harmless_flag("use_bias"),
            sequences=arguments.flag("return_sequences"),
            return_states=arguments.flag("return_state"),
            backwards=arguments.harmless_flag("go_backwards"),
            **rest,
        )

    return Spelling(
        f"keras.layers.{name}",
        "layer",
        signature,
        build=build,
        call=_apply_sequence,
        call_signature=SEQUENCE_CALL,
        names=NAMES,
    )


def _apply_cell(op: Any, arguments: Arguments) -> Apply:
    first = next(iter(arguments.values))
    return Apply(op, (arguments.tensor(first), *initial_states(arguments, "states", len(op.carried))))


def _cell(name: str, signature: str, op: type[Cell], first: str = "inputs") -> Spelling:
    def build(arguments: Arguments) -> Op:
        rest = {"reset_after": arguments.harmless_flag("reset_after")} if op is GRUCell else {}
        return op(
            hidden=arguments.size("units"), bias=arguments.harmless_flag("use_bias"), listed=True, **rest
        )

    return Spelling(
        f"keras.layers.{name}",
        "layer",
        signature,
        build=build,
        call=_apply_cell,
        call_signature=f"{first}, states, training=False",
        names=NAMES,
        limits=_cell_limits,
    )


def _cell_limits(op: Op) -> Iterator[Need]:
    return at_least_one(op, "hidden", "units")


def _rnn(arguments: Arguments) -> Op:
    cell = arguments.operator("cell")
    for cell_type, layer_type in ((LSTMCell, LSTM), (GRUCell, GRU), (RNNCell, RNN)):
        if isinstance(cell, cell_type):
            return layer_type(
                hidden=cell.hidden,
                bias=cell.bias,
                sequences=arguments.flag("return_sequences"),
                return_states=arguments.flag("return_state"),
                backwards=arguments.harmless_flag("go_backwards"),
            )
    raise NotUnderstood("the cell is none of Keras's own")


def _conv_lstm(rank: int, op: type[ConvLSTM]) -> Spelling:
    def build(arguments: Arguments) -> Op:
        return op(
            filters=arguments.size("filters"),
            kernel=per_axis(arguments, "kernel_size", single=False),
            stride=per_axis(arguments, "strides", single=False),
            padding=rule(arguments),
            dilation=per_axis(arguments, "dilation_rate", single=False),
            bias=arguments.harmless_flag("use_bias"),
            sequences=arguments.flag("return_sequences"),
            return_states=arguments.flag("return_state"),
            backwards=arguments.harmless_flag("go_backwards"),
            channels_last=not channels_first(arguments),
        )

    signature = (
        "filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1, "
        f"{GATES}, {WEIGHTS}, unit_forget_bias=True, {TAIL}, seed=None, {RETURNS}, **kwargs"
    )
    return Spelling(
        f"keras.layers.ConvLSTM{rank}D",
        "layer",
        signature,
        build=build,
        call=_apply_sequence,
        call_signature=SEQUENCE_CALL,
        names=NAMES,
        limits=stride_and_dilation,
    )


def _time_distributed(arguments: Arguments) -> Op:
    return TimeDistributed(inner=arguments.operator("layer"))


def _apply_time_distributed(op: Op, arguments: Arguments) -> Apply:
    """Keras runs the inner layer's code without asking for its rank: a global pool then reduces other axes."""
    applied = apply_placed(op, arguments)
    shape = applied.inputs[0].shape
    if shape is not None:
        rank, inner = len(shape), op
        while isinstance(inner, TimeDistributed):
            rank, inner = rank - 1, canonical(inner.inner)
        if isinstance(inner, GlobalPool) and rank > inner.rank and rank != inner.rank + 2:
            raise NotUnderstood("a global pool over steps of another rank")
    return applied


def _bidirectional(arguments: Arguments) -> Op:
    inner = arguments.operator("layer")
    if not isinstance(inner, Recurrent | ConvLSTM):
        raise NotUnderstood("the layer is not recurrent")
    backward = None if arguments["backward_layer"] is None else arguments.operator("backward_layer")
    merge = arguments.known("merge_mode")
    return Bidirectional(inner=inner, merge=merge, backward=backward)


def _bidirectional_limits(op: Any) -> Iterator[Need]:
    if op.merge not in ("sum", "mul", "ave", "concat", None):
        yield Need(
            NEVER,
            "SHP120",
            "{label} knows the merge modes 'sum', 'mul', 'ave', 'concat' and None, got {merge!r}",
            attribute="merge",
            label=op.label,
            merge=op.merge,
        )
    backwards = True if op.backward is None else op.backward.backwards
    if op.inner.backwards == backwards:
        yield Need(
            NEVER,
            "SHP120",
            "{label} needs layers of opposite directions, got go_backwards={backwards} for both",
            attribute="inner",
            label=op.label,
            backwards=backwards,
        )
    if op.backward is not None:
        for attribute, parameter in (("sequences", "return_sequences"), ("return_states", "return_state")):
            if op.inner.__dict__[attribute] != op.backward.__dict__[attribute]:
                yield Need(
                    NEVER,
                    "SHP120",
                    "{label} needs the same {parameter} for both layers",
                    attribute="backward",
                    label=op.label,
                    parameter=parameter,
                )


def _apply_bidirectional(op: Any, arguments: Arguments) -> Apply:
    count = 4 if isinstance(op.inner, ConvLSTM) else 2 * len(op.inner.carried)
    return Apply(op, (arguments.tensor("sequences"), *initial_states(arguments, "initial_state", count)))


SPELLINGS = {
    row.name: row
    for row in (
        _layer(
            "LSTM",
            f"units, {GATES}, {WEIGHTS}, unit_forget_bias=True, {TAIL}, seed=None, {RETURNS}, unroll=False, "
            "use_cudnn='auto', **kwargs",
            LSTM,
        ),
        _layer(
            "GRU",
            f"units, {GATES}, {WEIGHTS}, {TAIL}, seed=None, {RETURNS}, unroll=False, reset_after=True, "
            "use_cudnn='auto', **kwargs",
            GRU,
        ),
        _layer(
            "SimpleRNN",
            f"units, {PLAIN}, {WEIGHTS}, {TAIL}, {RETURNS}, unroll=False, seed=None, **kwargs",
            RNN,
        ),
        _cell(
            "LSTMCell",
            f"units, {GATES}, {WEIGHTS}, unit_forget_bias=True, {CELL_TAIL}, seed=None, **kwargs",
            LSTMCell,
        ),
        _cell(
            "GRUCell",
            f"units, {GATES}, {WEIGHTS}, {CELL_TAIL}, reset_after=True, seed=None, **kwargs",
            GRUCell,
        ),
        _cell(
            "SimpleRNNCell",
            f"units, {PLAIN}, {WEIGHTS}, {CELL_TAIL}, seed=None, **kwargs",
            RNNCell,
            "sequence",
        ),
        Spelling(
            "keras.layers.RNN",
            "layer",
            f"cell, {RETURNS}, unroll=False, zero_output_for_mask=False, **kwargs",
            build=_rnn,
            call=_apply_sequence,
            call_signature=SEQUENCE_CALL,
            names=NAMES,
        ),
        _conv_lstm(1, ConvLSTM1d),
        _conv_lstm(2, ConvLSTM2d),
        _conv_lstm(3, ConvLSTM3d),
        Spelling(
            "keras.layers.TimeDistributed",
            "layer",
            "layer, **kwargs",
            build=_time_distributed,
            call=_apply_time_distributed,
            call_signature=CALL,
        ),
        Spelling(
            "keras.layers.Bidirectional",
            "layer",
            "layer, merge_mode='concat', weights=None, backward_layer=None, **kwargs",
            build=_bidirectional,
            call=_apply_bidirectional,
            call_signature="sequences, initial_state=None, mask=None, training=None",
            names={"merge": "merge_mode"},
            limits=_bidirectional_limits,
        ),
    )
}
