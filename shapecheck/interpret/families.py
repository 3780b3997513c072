"""Families of tensors: whose methods a tensor has whose framework is not known."""

from __future__ import annotations

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
