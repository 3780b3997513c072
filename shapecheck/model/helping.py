"""The change that mends a layer that cannot work where it stands, where one is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim
from shapecheck.ops.base import Op
from shapecheck.ops.joining import Concat
from shapecheck.ops.norm import ChannelNorm
from shapecheck.ops.recurrent import Recurrent
from shapecheck.ops.spatial import Spatial
from shapecheck.ops.wrappers import TimeDistributed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.algebra import Shape
    from shapecheck.ops.base import Need

_BEFORE_SEQUENCES = {
    2: "put bridge.single_step() before it, which makes one step of the features",
    4: "put a bridge before it that makes steps of the map: bridge.columns(), rows(), positions() or channels()",
    5: "put bridge.flatten() before it, which makes the features of one step of each map",
}


def help_for(op: Op, shapes: Sequence[Shape], need: Need) -> str:
    """The help, or "" where nothing is certain."""
    x = shapes[need.subject] if need.subject < len(shapes) else None
    if need.code == "SHP103" and x is not None:
        return _rank_help(op, x)
    if need.attribute is not None and need.want is not None:
        if isinstance(need.want, Dim):
            return f"leave {need.attribute} out: it is then what arrives, {need.want}"
        return f"{need.attribute}={need.want} matches what arrives, and leaving it out always does"
    if need.code == "SHP104" and isinstance(op, Spatial):
        return 'padding="same" always fits, a smaller kernel or stride before it leaves more room'
    if isinstance(op, Concat) and need.code == "SHP108":
        return "branches that are joined along one axis agree in all others"
    return ""


def _rank_help(op: Op, x: Shape) -> str:
    if isinstance(op, Recurrent):
        return _BEFORE_SEQUENCES.get(len(x), "")
    if isinstance(op, Spatial | ChannelNorm) and len(x) == 5 and op.ranks[0] == (4,):
        return "wrap it in ops.TimeDistributed([...]), which applies it to every step of axis 1"
    if isinstance(op, TimeDistributed) and isinstance(op.inner, Op) and len(x) in (op.inner.ranks[0] or ()):
        return f"leave ops.TimeDistributed out: {op.inner.label} takes {x} as it is"
    return ""
