"""Upsampling: cells repeated, or straight lines between the middles of cells."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from shapecheck.model.refusal import Unsupported, whole_number
from shapecheck.ops.rearrange import Rearrange
from shapecheck_keras.orders import Placed, canonical
from shapecheck_keras.padding import surrounded
from shapecheck_keras.pools import repeated
from shapecheck_keras.rearranging import rearrange
from shapecheck_keras.site import Site

if TYPE_CHECKING:
    from shapecheck.algebra import Shape
    from shapecheck.ops.resize import Upsample


def upsample(site: Site, op: Upsample, x: Placed) -> Placed:
    """UpSampling1D, UpSampling2D."""
    factors = tuple(whole_number(factor, "a factor") for (factor,) in op.each("factor", rank=op.rank))
    out = op.out(x.shape)
    if op.mode == "nearest":
        return Placed(repeated(site, x.tensor, factors), x.order, out)
    if op.mode not in ("linear", "bilinear"):
        raise Unsupported(f"upsampling by {op.mode!r} is not built")
    if site.dtype == "float32" and op.rank == 2:
        layer = site.layer(
            "UpSampling2D", size=factors, interpolation="bilinear", data_format=site.data_format
        )
        return Placed(layer(x.tensor), x.order, out)
    # Keras interpolates maps only, and TensorFlow in float32 only.
    found = site.brought(x, canonical(len(x.shape)))
    stretched = [axis for axis, factor in enumerate(factors, 2) if factor > 1]
    if not stretched:
        return Placed(site.layer("Identity")(x.tensor), x.order, out)
    for axis in stretched:
        last = axis == stretched[-1]
        found = _lines(site, found, axis, factors[axis - 2], "" if last else "lines")
    return found


def _lines(site: Site, x: Placed, axis: int, factor: int, part: str) -> Placed:
    """One canonical axis: cell i·factor + j lies at i + (j + ½)/factor − ½, between two cells of the widened axis."""
    wide = surrounded(site, x.tensor, {axis: (1, 1)}, "replicate", part="edges")
    lead = (slice(None),) * axis
    cells = [site.item(wide, (*lead, slice(start, start - 2 or None)), "cells") for start in range(3)]
    phases = []
    for phase in range(factor):
        at = (phase + 0.5) / factor - 0.5
        below = floor(at)
        share = at - below
        low = site.call("multiply", cells[below + 1], 1 - share, part="low")
        high = site.call("multiply", cells[below + 2], share, part="high") if share else None
        phases.append(low if high is None else site.call("add", low, high, part="between"))
    stacked = site.call("stack", phases, axis=axis + 1, part="phases")
    shape: Shape = type(x.shape)(*x.shape[: axis + 1], factor, *x.shape[axis + 1 :])
    names = [f"a{place}" for place in range(len(shape))]
    merged = [*names[:axis], f"({names[axis]} {names[axis + 1]})", *names[axis + 2 :]]
    pattern = Rearrange(f"{' '.join(names)} -> {' '.join(merged)}")
    return rearrange(
        Site(site.plan, site.named(part)) if part else site,
        pattern,
        Placed(stacked, canonical(len(shape)), shape),
    )
