"""Operators at every step: TimeDistributed, or the layer itself where Keras's works on any number of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.model.refusal import Unsupported
from shapecheck.ops.activation import Activation, Dropout, Identity, PReLU, Softmax
from shapecheck.ops.linear import Embedding, Linear
from shapecheck.ops.norm import BatchNorm, LayerNorm
from shapecheck.ops.wrappers import one_step
from shapecheck_keras.activations import prelu
from shapecheck_keras.orders import Order, Placed, without
from shapecheck_keras.site import Site

if TYPE_CHECKING:
    from shapecheck.ops.base import Op
    from shapecheck.ops.wrappers import TimeDistributed

EACH_POSITION = (Activation, Identity, Linear, Embedding)


def time_distributed(site: Site, op: TimeDistributed, x: Placed) -> Any:
    """One operator at every step of axis 1."""
    if isinstance(op.inner, tuple):
        raise Unsupported("several operators at every step are built one by one")
    inner = op.inner
    if isinstance(inner, PReLU):
        return prelu(site, inner, x, channel=2)
    whole = _whole(inner, len(x.shape) - 1)
    return _every_step(site, op, x) if whole is None else site.plan.build(site, whole, x)


def _whole(inner: Op, rank: int) -> Op | None:
    """The operator that does to all steps at once what `inner` does to each; None where there is none.

    The statistics of a batch are those of all its steps, as if they were folded into the batch.
    """
    if isinstance(inner, EACH_POSITION) or (isinstance(inner, Dropout) and not inner.whole_channels):
        return inner
    if isinstance(inner, BatchNorm):
        return inner.replace(axis=inner.axis % rank + 1)
    if isinstance(inner, LayerNorm):
        return inner.replace(axes=tuple(axis % rank + 1 for axis in inner.axes))
    if isinstance(inner, Softmax) and inner.axis is not None:
        axes = inner.axis if isinstance(inner.axis, tuple) else (inner.axis,)
        return inner.replace(axis=tuple(axis % rank + 1 for axis in axes))
    return None


def _every_step(site: Site, op: TimeDistributed, x: Placed) -> Placed:
    step = without(x.order, (1,))
    if x.order[:2] != (0, 1):
        x = site.brought(x, (0, 1, *(axis + 1 for axis in step if axis)))
        step = without(x.order, (1,))
    shape = one_step(x.shape)
    keras = site.keras
    given = keras.Input(batch_shape=(x.tensor.shape[0], *x.tensor.shape[2:]), dtype=x.tensor.dtype)
    inner = Site(site.plan, site.named("step"))
    found = site.plan.build(inner, op.inner, Placed(given, step, shape))
    if not isinstance(found, Placed):
        raise Unsupported("an operator with several outputs cannot stand at every step")
    site.held.extend(inner.held)
    kind: Any = "TimeDistributed"
    if x.tensor.shape[1] is None:
        from shapecheck_keras.layers import TimeDistributed as Folded

        kind = Folded
    layer = site.layer(kind, layer=_one_layer(site, given, found.tensor))
    return Placed(layer(x.tensor), _with_steps(found.order), op.out(x.shape))


def _one_layer(site: Site, given: Any, found: Any) -> Any:
    """The layer between two tensors, or a model of the several layers between them."""
    model = site.keras.Model(given, found, name=site.named("steps"))
    between = model.operations[1:]
    if len(between) == 1 and isinstance(between[0], site.keras.Layer):
        return between[0]
    return model


def _with_steps(order: Order) -> Order:
    return (0, 1, *(axis + 1 for axis in order[1:]))
