"""Applying operators: the one place where a spelled call becomes an operator, is judged, and gives shapes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim, Proof, Shape
from shapecheck.dialects.base import (
    UNKNOWN,
    Apply,
    Arguments,
    BindError,
    NotUnderstood,
    Refused,
    apply_to_input,
    bind,
    is_lacking,
    is_refused,
    parse_signature,
)
from shapecheck.interpret.context import Context
from shapecheck.interpret.failures import fail
from shapecheck.interpret.limits import fits
from shapecheck.interpret.records import Application
from shapecheck.interpret.values import Layer, Sequence, TensorValue, Unknown, Value
from shapecheck.ops.apply import Outcome, apply
from shapecheck.ops.layout import ChannelsLast
from shapecheck.ops.shape_moves import Reshape
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecheck.dialects.base import Spelling
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.ops.base import Need, Op

    DTypes = str | tuple[str | None, ...] | None  # one for all outputs, or one for each

# Ranks that are tried for an argument that an operator takes at any rank; a failure must happen at all of them.
GUESSES = (2, 3, 4, 5, 1, 6)
# A dialect or an operator that breaks on odd input must not take the rest of the file with it.
BREAKAGES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
)
DEBUG = bool(os.environ.get("SHAPECHECKDEBUG"))


def arguments_of(
    interpreter: Interpreter, spelled: Spelling, signature: str, request: Call, *, receiver: bool
) -> Arguments:
    """Lower and bind the arguments of a call. Raises BindError."""
    plain: Callable[[Value], Any] = interpreter.plain
    if spelled.name in _MAKERS and any(type(value) is Unknown for value in request.arguments):
        plain = _only_tensors(interpreter)
    positional = [plain(value) for value in _written(spelled, request.arguments)]
    if receiver and request.receiver is not None:
        positional.insert(0, plain(request.receiver))
    named = {name: plain(value) for name, value in request.keywords.items()}
    if request.open:
        for parameter in parse_signature(signature)[len(positional) :]:
            if parameter.kind in ("positional_or_keyword", "keyword_only"):
                named.setdefault(parameter.name, UNKNOWN)
    values, given = bind(signature, positional, named)
    if request.open:  # an unknown star may have given more of them
        values.update(
            (parameter.name, UNKNOWN)
            for parameter in parse_signature(signature)
            if parameter.kind.startswith("var_")
        )
    return Arguments(spelled, values, given, interpreter.fresh)


def _written(spelled: Spelling, arguments: list[Value]) -> list[Value]:
    """The arguments as they are meant: `torch.FloatTensor(x.shape)` makes a tensor of that shape, where any other tuple
    would be data."""
    if len(arguments) == 1 and spelled.name.startswith("torch.") and spelled.name.endswith("Tensor"):
        sizes = arguments[0]
        if isinstance(sizes, Sequence) and sizes.kind == "size" and sizes.items:
            return sizes.items
    return arguments


# What these are given is data: an argument of the root may be a tensor, a list or a number there.
_MAKERS = frozenset(
    (
        "torch.tensor torch.as_tensor torch.asarray torch.from_numpy torch.Tensor torch.FloatTensor torch.LongTensor "
        "numpy.array numpy.asarray tf.constant tf.convert_to_tensor keras.ops.convert_to_tensor keras.ops.array "
        "numpy.asanyarray tf.cast tf.Variable torch.IntTensor torch.DoubleTensor torch.stack torch.cat "
        "torch.broadcast_to"
    ).split()
)


def _only_tensors(interpreter: Interpreter) -> Callable[[Value], Any]:
    return lambda value: UNKNOWN if type(value) is Unknown else interpreter.plain(value)


def call_spelled(interpreter: Interpreter, spelled: Spelling, request: Call) -> Value:
    """Call a spelled name: make its layer, or run its function."""
    if spelled.kind == "layer":
        from shapecheck.interpret.making import make_layer

        return make_layer(interpreter, spelled, request)
    context = Context(spelled.name, request, spelled)

    def run() -> Any:
        arguments = arguments_of(
            interpreter, spelled, spelled.signature, request, receiver=spelled.kind == "method"
        )
        assert spelled.call is not None
        return spelled.call(None, arguments)

    result = attempt(interpreter, run, context)
    out = request.keywords.get("out")
    if isinstance(out, TensorValue) and out is not result:
        interpreter.touch(out)  # it is filled, and resized where it does not fit
        out.become(result if isinstance(result, TensorValue) else None)
    return result


def attempt(interpreter: Interpreter, run: Callable[[], Any], context: Context) -> Value:
    """Run a dialect's function and realise what it gives; what is not understood is unknown."""
    request = context.request
    try:
        result = run()
    except Refused as error:
        if _is_presumed(interpreter, request):
            return _missed(interpreter, context, f"{context.name}: {error}")
        interpreter.places.understood(request.node, request.frame.source, shape=False)
        text, callee = f"{context.name.rpartition('.')[2]} {error}", context.name
        return interpreter.mistake(
            error.code, text, request.node, request.frame, help=error.help, callee=callee
        )
    except NotUnderstood as error:
        if _settled(interpreter, request):
            return attempt(interpreter, run, context)
        return _missed(interpreter, context, str(error))
    except BindError as error:
        return _unbound(interpreter, context, error)
    except BREAKAGES as error:
        if DEBUG:
            raise
        return _missed(interpreter, context, f"{context.name}: {type(error).__name__}")
    return realise(interpreter, result, context)


def _is_presumed(interpreter: Interpreter, request: Call) -> bool:
    """True where an argument of the root itself is passed: that it is a tensor, not a list of them, is a guess."""
    presumed = [tensor for tensor in interpreter.inputs.values() if tensor.lazy is not None]
    return any(value is tensor for value in request.arguments for tensor in presumed)


def _unbound(interpreter: Interpreter, context: Context, error: BindError) -> Unknown:
    """A call that does not fit its signature."""
    request, spelled = context.request, context.spelling
    assert spelled is not None
    signature = spelled.signature if context.layer is None else spelled.call_signature
    if request.open or not (
        is_refused(spelled, signature, request.keywords, error)
        or is_lacking(spelled, signature, request.keywords, error)
    ):
        return _missed(interpreter, context, f"{context.name}: {error}")
    interpreter.places.understood(request.node, request.frame.source, shape=False)
    text = f"{context.name.rpartition('.')[2]}: {error}"
    return interpreter.mistake("SHP121", text, request.node, request.frame, callee=context.name)


def _missed(interpreter: Interpreter, context: Context, reason: str) -> Unknown:
    short = context.name.rpartition(".")[2]
    text = reason if short in reason else f"{short}: {reason}"
    interpreter.places.missed(context.request.node, context.request.frame.source, text)
    return interpreter.unknown(text, context.request.node)


def _settled(interpreter: Interpreter, request: Call) -> bool:
    """An operator that needs a rank met an argument of the root whose rank is open: try one."""
    found = False
    for value in (request.receiver, *request.arguments, *request.keywords.values()):
        for entry in value.items or () if isinstance(value, Sequence) else (value,):
            if isinstance(entry, TensorValue) and entry.shape is None:
                found = interpreter.settle(entry, GUESSES, None) or found
    return found


def first_failing(interpreter: Interpreter, needs: Iterable[Need], request: Call) -> Need | None:
    """The first need that is proven not to hold; open ones are assumed."""
    path = interpreter.path
    for need in needs:
        try:
            proof = need.claim.proof()
        except TypeError:  # of what is no size, such as a None that nobody passes: nothing is proven
            continue
        if proof is Proof.UNKNOWN:
            proof = path.system.decide_briefly(need.claim)
        if proof is Proof.NO:
            return need
        if proof is Proof.UNKNOWN:
            path.assume(need.claim, request.frame.source, request.node)
            if path.system.contradiction:
                return need
    return None


def fail_need(interpreter: Interpreter, record: Application, need: Need) -> None:
    path = interpreter.path
    record.failed = need
    record.frames = tuple(path.frames)
    if need.claim.proof() is not Proof.NO:
        system = path.system if path.system.contradiction else path.system.assume(need.claim)
        clash = set(system.conflict)
        record.conflict = tuple(
            entry for entry in path.assumed if entry[0] in clash and entry[0] != need.claim
        )
    if path.system.contradiction:
        path.system = interpreter.nothing
    fail(interpreter, record)


def call_layer(interpreter: Interpreter, layer: Layer, request: Call) -> Value:
    """Calling a layer on tensors."""
    spelled = layer.spelling
    context = Context(spelled.name, request, spelled, layer)
    if layer.identity:
        return (
            request.arguments[0]
            if request.arguments
            else interpreter.unknown("an identity of nothing", request.node)
        )
    if layer.op is None:
        return _missed(interpreter, context, layer.reason)

    def run() -> Any:
        arguments = arguments_of(interpreter, spelled, spelled.call_signature, request, receiver=False)
        assert layer.op is not None
        return (spelled.call or apply_to_input)(layer.op, arguments)

    return attempt(interpreter, run, context)


def realise(interpreter: Interpreter, result: Any, context: Context) -> Value:
    """A dialect's answer as a value: operators are applied, tensors get their family."""
    if isinstance(result, Apply):
        return _apply(interpreter, result, context)
    node, source = context.request.node, context.request.frame.source
    if isinstance(result, Value):
        interpreter.places.understood(node, source, shape=getattr(result, "shape", True) is not None)
        return result
    if isinstance(result, Tensor):
        interpreter.places.understood(node, source, shape=result.shape is not None)
        return TensorValue(result.shape, result.dtype, family=context.family)
    if isinstance(result, tuple | list) and not isinstance(result, Shape):
        kind = "tuple" if isinstance(result, tuple) else "list"
        return Sequence(kind, [realise(interpreter, entry, context) for entry in result])
    interpreter.places.understood(node, source, shape=result is not UNKNOWN)
    return interpreter.lift(result, context.family)


def _apply(interpreter: Interpreter, wanted: Apply, context: Context) -> Value:
    request = context.request
    inputs = tuple(_input(interpreter, entry, context) for entry in wanted.inputs)
    op: Op = ChannelsLast(wanted.op) if wanted.channels_last else wanted.op
    shapes = _shapes(interpreter, op, inputs)
    dtype = wanted.dtype or next((entry.dtype for entry in inputs if isinstance(entry, TensorValue)), None)
    if shapes is None:
        interpreter.places.understood(request.node, request.frame.source, shape=False)
        return _unknown_outputs(op, dtype, context, _lazy_of(op, inputs))
    record = Application(
        op, context.name, request.node, request.frame.source, inputs, request.arguments, request.keywords,
        receiver=request.receiver, spelling=context.spelling, layer=context.layer,
    )  # fmt: skip
    path = interpreter.path
    path.grant()
    failed = first_failing(interpreter, wanted.needs, request) if wanted.needs else None
    out: Any = None
    if failed is None:
        try:
            outcome = _applied(interpreter, op, shapes)
        except BREAKAGES as error:
            if DEBUG:
                raise
            return _missed(interpreter, context, f"{context.name}: {type(error).__name__}")
        failed, out = outcome.failed, outcome.out
        if failed is None:
            for need in outcome.open:
                path.assume(need.claim, request.frame.source, request.node)
    if failed is not None:
        interpreter.places.understood(request.node, request.frame.source, shape=True)
        fail_need(interpreter, record, failed)
        return _unknown_outputs(op, dtype, context, None)
    if out is None:
        interpreter.places.understood(request.node, request.frame.source, shape=False)
        return _unknown_outputs(op, dtype, context, None)
    _keep_built(interpreter, context, op, shapes, wanted)
    interpreter.places.understood(request.node, request.frame.source, shape=True)
    value = _outputs(_within_limits(interpreter, out), dtype, context, (op, inputs, False))
    if wanted.fields and isinstance(value, Sequence):
        value.attributes = dict(zip(wanted.fields, value.items or (), strict=False))
    record.outputs = _plain_outputs(value)
    path.record(record)
    return value


_outcomes: dict[Any, Outcome] = {}
MOST_OUTCOMES = 20_000


def _applied(interpreter: Interpreter, op: Op, shapes: tuple[Shape | None, ...]) -> Outcome:
    """The outcome; one that needs nothing to be assumed is the same on every path and kept."""
    key = (op, shapes)
    outcome = _outcomes.get(key)
    if outcome is None:
        outcome = apply(op, *shapes)
        if outcome.failed is None and not outcome.open and outcome.out is not None:
            if len(_outcomes) < MOST_OUTCOMES:
                _outcomes[key] = outcome
        elif outcome.failed is None:
            outcome = apply(op, *shapes, system=interpreter.path.system)
    return outcome


def _keep_built(
    interpreter: Interpreter, context: Context, op: Op, shapes: tuple[Shape | None, ...], wanted: Apply
) -> None:
    """A layer whose weights are made by its first call keeps their sizes."""
    layer = context.layer
    if layer is None or layer.op is not wanted.op or interpreter.path.silent:
        return
    built = op.built_for(*shapes)
    if built is not op:
        interpreter.changes += 1
        layer.op = built.inner if isinstance(built, ChannelsLast) and wanted.channels_last else built


def _input(interpreter: Interpreter, entry: Any, context: Context) -> Any:
    if entry is None or isinstance(entry, TensorValue):
        return entry
    if isinstance(entry, Apply):
        return _apply(interpreter, entry, context)
    if isinstance(entry, Tensor):
        return TensorValue(entry.shape, entry.dtype, family=context.family)
    return TensorValue(None, family=context.family)


def _shapes(interpreter: Interpreter, op: Op, inputs: tuple[Any, ...]) -> tuple[Shape | None, ...] | None:
    """The shapes of the inputs, None where one is unknown; an open rank is settled by the operator that needs it."""
    shapes: list[Shape | None] = []
    table = op.ranks
    for index, entry in enumerate(inputs):
        if entry is None:
            shapes.append(None)
            continue
        shape = entry.shape if isinstance(entry, TensorValue) else None
        if shape is None:
            allowed = table[min(index, len(table) - 1)] if table else None
            asked = getattr(op, "asked_ranks", ())  # of operators with a pattern
            if allowed is None and index < len(asked) and asked[index] is not None:
                allowed = (asked[index],)
            shape = _open_shape(interpreter, op, entry, allowed)
        if shape is None:
            return None
        shapes.append(_simplified(interpreter, shape))
    return tuple(shapes)


def _open_shape(interpreter: Interpreter, op: Op, entry: Any, ranks: tuple[int, ...] | None) -> Shape | None:
    if not isinstance(entry, TensorValue):
        return None
    if isinstance(op, Reshape) and not op.keep:
        return Shape(interpreter.fresh("elements"))
    if entry.lazy is None or is_neutral(op):
        return None
    allowed = ranks or GUESSES
    return entry.shape if interpreter.settle(entry, allowed, op.axis_names(allowed[0])) else None


def _simplified(interpreter: Interpreter, shape: Shape) -> Shape:
    system = interpreter.path.system
    if not system.bindings or not any(isinstance(size, Dim) for size in shape):
        return shape
    return Shape(*(system.simplify(size) for size in shape))


_PROBES = (Shape(7, 11), Shape(5, 7, 11), Shape(3, 5, 7, 11))
_LARGE = (100_003, 200_003, 300_007)  # that no slice leaves whole
_neutral: dict[Op, bool] = {}


def is_neutral(op: Op) -> bool:
    """True for an operator whose output has the shape of its one input, at any rank."""
    found = _neutral.get(op)
    if found is None:
        probes = (*_PROBES, Shape(1, 1), Shape(1, 1, 1), Shape(*_LARGE[:2]), Shape(*_LARGE))
        try:
            found = op.ranks == (None,) and all(op.out(probe) == probe for probe in probes)
        except (*BREAKAGES, RuntimeError):  # one that takes more inputs than a probe has
            found = False
        _neutral[op] = found
    return found


def _lazy_of(op: Op, inputs: tuple[Any, ...]) -> str | None:
    given = [entry for entry in inputs if isinstance(entry, TensorValue)]
    return given[0].lazy if len(given) == 1 and is_neutral(op) else None


def _unknown_outputs(op: Op, dtype: DTypes, context: Context, lazy: str | None) -> Value:
    def made(structure: Any, dtype: DTypes) -> Value:
        if isinstance(structure, tuple | list):
            return Sequence(
                "tuple", [made(entry, _part(dtype, index)) for index, entry in enumerate(structure)]
            )
        return TensorValue(None, dtype if isinstance(dtype, str) else None, family=context.family, lazy=lazy)

    try:
        return made(op.structure, dtype)
    except BREAKAGES:
        return TensorValue(None, family=context.family)


def _outputs(out: Any, dtype: DTypes, context: Context, made_by: tuple[Op, tuple[Any, ...], bool]) -> Value:
    if isinstance(out, Shape):
        value = TensorValue(out, dtype if isinstance(dtype, str) else None, family=context.family)
        value.made_by = made_by
        return value
    return Sequence(
        "tuple", [_outputs(entry, _part(dtype, index), context, made_by) for index, entry in enumerate(out)]
    )


def _within_limits(interpreter: Interpreter, out: Any) -> Any:
    """The shapes that come out, sizes that are too large to go on with unknown."""
    if not isinstance(out, Shape):
        return [_within_limits(interpreter, entry) for entry in out]
    if all(map(fits, out)):
        return out
    return Shape(*(size if fits(size) else interpreter.fresh("size") for size in out))


def _part(dtype: DTypes, index: int) -> DTypes:
    """The dtype of one of several outputs: the common one, or its own."""
    if isinstance(dtype, tuple):
        return dtype[index] if index < len(dtype) else None
    return dtype


def _plain_outputs(value: Value) -> Any:
    if isinstance(value, Sequence):
        return tuple(_plain_outputs(entry) for entry in value.items or ())
    return value
