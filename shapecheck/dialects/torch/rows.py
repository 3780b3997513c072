"""A table of PyTorch rows: most functions of tensors are also methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.rows import Table

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call


def joined(*parts: str) -> str:
    """A signature from its parts, empty ones left out."""
    return ", ".join(part for part in parts if part)


def with_out(params: str, out: bool) -> str:
    """The parameters and `out=None`, which most functions have and no method."""
    if not out:
        return params
    return joined(params, "out=None" if "*" in params else "*, out=None")


def _of_tensor(call: Call) -> Call:
    """The call of a function whose `input` is a tensor, and no tuple of them."""

    def checked(op: Any, arguments: Arguments) -> Any:
        if isinstance(arguments.values["input"], tuple | list):
            arguments.tensor("input")
        return call(op, arguments)

    return checked


class TorchTable(Table):
    """Rows of PyTorch names."""

    __slots__ = ()

    def both(
        self,
        names: str,
        params: str,
        call: Call,
        attributes: dict[str, str] | None = None,
        *,
        out: bool = True,
    ) -> None:
        """`torch.NAME(input, …)` and `tensor.NAME(…)` for each of the names.

        `out` says whether the function has `out=`.
        """
        for name in names.split():
            self.function(
                f"torch.{name}", joined("input", with_out(params, out)), _of_tensor(call), attributes
            )
            self.method(f"torch.Tensor.{name}", joined("self", params), call, attributes)

    def functions(
        self, names: str, signature: str, call: Call, attributes: dict[str, str] | None = None
    ) -> None:
        """`torch.NAME(…)` for each of the names."""
        for name in names.split():
            self.function(f"torch.{name}", signature, call, attributes)

    def methods(self, names: str, params: str, call: Call, attributes: dict[str, str] | None = None) -> None:
        """`tensor.NAME(…)` for each of the names."""
        for name in names.split():
            self.method(f"torch.Tensor.{name}", joined("self", params), call, attributes)
