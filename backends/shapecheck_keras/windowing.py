"""Windows as Keras takes them: a rule that it knows, or cells added beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.model.refusal import Unsupported, whole_number
from shapecheck.ops.window import margins, reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.algebra import Size
    from shapecheck_keras.site import Site

Ends = list[tuple[int, int]]


class Window(NamedTuple):
    """Kernel, stride, padding and dilation of each spatial axis."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[Any, ...]
    dilation: tuple[int, ...]

    @property
    def rule(self) -> str | None:
        """The rule of Keras that all axes follow, or None. Without strides numbers may say what a rule says."""
        for rule, same in (("valid", ("valid", 0, (0, 0))), ("same", ("same",)), ("causal", ("causal",))):
            if all(padding in same for padding in self.padding):
                return rule
        if max(self.stride) == 1 and "same" not in self.padding:
            ruled = self._replace(padding=("same",) * len(self.padding)).ends(self.reaches)
            return "same" if ruled == self.ends(self.reaches) else None
        return None

    @property
    def reaches(self) -> tuple[int, ...]:
        """Cells from the first to the last of a window."""
        return tuple(
            whole_number(reach(*axis), "a window") for axis in zip(self.kernel, self.dilation, strict=True)
        )

    def ends(self, space: Iterable[Size]) -> Ends:
        """The cells added at both ends of axes of these sizes."""
        found = []
        for size, *axis in zip(space, *self, strict=True):
            low, high = margins(size, *axis)
            if not isinstance(low, int) or not isinstance(high, int):
                raise Unsupported(
                    f"padding 'same' with a stride of {axis[1]} depends here on the size {size}, which "
                    f"build(dims=...) must fix"
                )
            found.append((low, high))
        return found


def window_of(op: Any) -> Window:
    """The window of an operator."""
    columns = zip(*op.each("kernel", "stride", "padding", "dilation", rank=op.rank), strict=True)
    kernel, stride, padding, dilation = (tuple(column) for column in columns)
    stride = tuple(k if s is None else s for k, s in zip(kernel, stride, strict=True))
    return Window(kernel, stride, padding, dilation)


def zero_padded(site: Site, tensor: Any, ends: Ends, part: str = "pad") -> Any:
    """Zeros around the spatial axes."""
    if all(pair == (0, 0) for pair in ends):
        return tensor
    padding = ends[0] if len(ends) == 1 else tuple(ends)
    layer = site.layer(f"ZeroPadding{len(ends)}D", part, padding=padding, data_format=site.data_format)
    return layer(tensor)


def cropped(site: Site, tensor: Any, ends: Ends, part: str = "crop") -> Any:
    """Cells cut off the spatial axes."""
    rank = len(ends)
    if all(pair == (0, 0) for pair in ends):
        return tensor
    if rank == 1 and site.data_format == "channels_first":  # Cropping1D knows channels_last only
        return site.item(tensor, (slice(None), slice(None), cut(*ends[0])), part)
    if rank == 1:
        return site.layer("Cropping1D", part, cropping=ends[0])(tensor)
    return site.layer(f"Cropping{rank}D", part, cropping=tuple(ends), data_format=site.data_format)(tensor)


def cut(low: int, high: int, step: int | None = None) -> slice:
    """The slice without `low` cells at the one end and `high` at the other."""
    return slice(low or None, -high or None, step if step != 1 else None)


def strided(site: Site, tensor: Any, stride: tuple[int, ...], part: str) -> Any:
    """Every stride-th cell of the spatial axes."""
    key: list[Any] = [slice(None)] * (len(stride) + 2)
    for axis, step in zip(site.space(len(stride)), stride, strict=True):
        key[axis] = slice(None, None, step)
    return site.item(tensor, tuple(key), part)
