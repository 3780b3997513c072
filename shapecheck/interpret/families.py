"""Families of tensors: whose methods a tensor has whose framework is not known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.interpret.values import External

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Frame

ANY = "tensor"  # the family of a tensor of a framework that is not known
# Methods that mean the same in torch and numpy, and others of numpy's, which do not: all else is torch's alone.
ALIKE = frozenset("mean sum prod std var any all reshape".split())
_OF_NUMPY = frozenset(
    (
        "T argmax argmin argpartition argsort astype base byteswap choose clip compress conj conjugate copy cumprod "
        "cumsum data device diagonal dot dtype dump dumps fill flags flat flatten imag item itemsize mT max min nbytes "
        "nonzero partition put ravel real repeat resize round searchsorted size sort squeeze strides swapaxes take "
        "tobytes tolist trace transpose view"
    ).split()
)


def family_for(family: str, name: str) -> str:
    """Whose method it is: a tensor of any framework that is asked for a method of torch's alone is torch's."""
    return "torch.Tensor" if family == ANY and name not in _OF_NUMPY else family


_FRAMEWORKS = {
    "torch": "torch.Tensor",
    "tf": "tf.Tensor",
    "keras": "tf.Tensor",
    "numpy": "numpy.ndarray",
    "jax": "jax.Array",
}
_CLASSES = ("Tensor", "FloatTensor", "LongTensor", "ndarray", "Array", "KerasTensor")


def family_at(frame: Frame) -> str:
    """Whose tensors a module works with, as far as its imports tell."""
    roots = {
        value.name.partition(".")[0] for value in frame.module.members.values() if isinstance(value, External)
    }
    found = {_FRAMEWORKS[root] for root in roots if root in _FRAMEWORKS}
    return found.pop() if len(found) == 1 else ANY


def family_of(annotation: ast.expr | None, frame: Frame) -> str:
    """Whose tensors an annotation names, "" where it names none: `Tensor`, `np.ndarray`, `Float[Tensor, "n"]`."""
    if isinstance(annotation, ast.Subscript):
        members = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return family_of(members[0], frame) if members else ""
    dotted = ast.unparse(annotation) if isinstance(annotation, ast.Name | ast.Attribute) else ""
    first, _, rest = dotted.partition(".")
    value = frame.module.members.get(first)
    if not isinstance(value, External):
        return ""
    name = f"{value.name}.{rest}" if rest else value.name
    return _FRAMEWORKS.get(name.partition(".")[0], "") if name.rpartition(".")[2] in _CLASSES else ""
