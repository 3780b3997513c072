"""Operators on several tensors: merging layers, Concatenate, ops.stack."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from shapecheck.model.refusal import Unsupported
from shapecheck_keras.orders import Placed, canonical

if TYPE_CHECKING:
    from shapecheck.ops.elementwise import Elementwise
    from shapecheck.ops.joining import Concat, Stack
    from shapecheck_keras.site import Site

# The layers that merge, and the functions of keras.ops with the same names in lower case.
LAYERS = {
    "add": "Add",
    "subtract": "Subtract",
    "multiply": "Multiply",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "divide": None,
}


def elementwise(site: Site, op: Elementwise, *given: Placed) -> Placed:
    """Add, Subtract, Multiply, Maximum, Minimum where shapes are alike; keras.ops where they broadcast."""
    if op.name not in LAYERS:
        raise Unsupported(f"Keras has no layer for {op.name!r} of several tensors")
    out = op.out(*(each.shape for each in given))
    rank = len(out)
    alike = all(len(each.shape) == rank for each in given)
    order = given[0].order if alike else canonical(rank)
    tensors = [
        site.brought(each, order if alike else canonical(len(each.shape)), "order").tensor for each in given
    ]
    kind = LAYERS[op.name]
    same = all(each.shape == given[0].shape for each in given)
    if len(tensors) == 1:
        tensor = site.layer("Identity")(tensors[0])
    elif kind is not None and same and (op.name != "subtract" or len(tensors) == 2):
        tensor = site.layer(kind)(tensors)
    else:
        *first, last = tensors
        whole = reduce(partial(_joined, site, op.name, part="part"), first)
        tensor = _joined(site, op.name, whole, last)
    return Placed(tensor, order, out)


def _joined(site: Site, name: str, left: Any, right: Any, part: str = "") -> Any:
    """The function of keras.ops. A sum of shapes that differ becomes a difference on TensorFlow.

    There keras.ops.add takes a right side that is a vector, but for axes of size 1, for a bias, and adds it along
    axis 1 or the last one wherever its length fits, not where it stands.
    """
    if name == "add" and site.engine == "tensorflow":
        return site.call("subtract", left, site.call("negative", right, part="negated"), part=part)
    return site.call(name, left, right, part=part)


def concatenate(site: Site, op: Concat, *given: Placed) -> Placed:
    """Concatenate, in the order of the first tensor."""
    order = given[0].order
    tensors = [site.brought(each, order).tensor for each in given]
    out = op.out(*(each.shape for each in given))
    if len(tensors) == 1:
        return Placed(site.layer("Identity")(tensors[0]), order, out)
    return Placed(site.layer("Concatenate", axis=given[0].native(op.axis))(tensors), order, out)


def stack(site: Site, op: Stack, *given: Placed) -> Placed:
    """ops.stack."""
    out = op.out(*(each.shape for each in given))
    tensor: Any = site.call("stack", [each.tensor for each in given], axis=op.axis % len(out))
    return Placed(tensor, canonical(len(out)), out)
