"""The pattern language: what a tensor's axes are called and how they hang together, as values."""

from __future__ import annotations

from .binding import Binding, bind_axes, known_shape
from .claims import AllOf, AtLeast, Claim, Differs, Equal
from .dim import NO_NAMES, Dim, Size
from .naming import free_symbols, product
from .shape import Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class Axis:
    """One place of a pattern. Equal places are equal values; `str` writes one as it is read."""

    __slots__ = ()

    def parts(self) -> tuple[Any, ...]:
        """What tells it from other axes of its class."""
        raise NotImplementedError

    @property
    def names(self) -> frozenset[str]:
        """The names that it speaks of."""
        return NO_NAMES

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.parts() == other.parts()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.parts()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class SizeAxis(Axis):
    """An axis of a written size: a name, a number, arithmetic, a product, an attribute."""

    __slots__ = ("size",)

    def __init__(self, size: Size) -> None:
        self.size = size

    def parts(self) -> tuple[Any, ...]:
        return (self.size,)

    @property
    def names(self) -> frozenset[str]:
        return free_symbols(self.size)

    def __str__(self) -> str:
        return str(self.size)


class ProductAxis(SizeAxis):
    """`(c h w)`: axes laid out as one, the first varying slowest. `factors` keeps their order."""

    __slots__ = ("factors",)

    def __init__(self, factors: Sequence[Size]) -> None:
        super().__init__(product(factors))
        self.factors = tuple(factors)

    def parts(self) -> tuple[Any, ...]:
        return self.factors

    def __str__(self) -> str:
        return f"({' '.join(map(_operand_text, self.factors))})"


class BoundAxis(Axis):
    """`c=3`: the name is bound, and the size demanded."""

    __slots__ = ("name", "size", "symbol")

    def __init__(self, name: str, symbol: Size, size: Size) -> None:
        self.name = name
        self.symbol = symbol
        self.size = size

    def parts(self) -> tuple[Any, ...]:
        return self.name, self.symbol, self.size

    @property
    def names(self) -> frozenset[str]:
        return free_symbols(self.symbol) | free_symbols(self.size)

    def __str__(self) -> str:
        return f"{self.name}={self.size}"


class BroadcastAxis(SizeAxis):
    """`#n`: n or 1."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"#{_operand_text(self.size)}"


class OptionalAxis(SizeAxis):
    """`n?`: may be absent."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{_operand_text(self.size)}?"


class AnyAxis(Axis):
    """`_` or `_name`: one axis of any size."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def parts(self) -> tuple[Any, ...]:
        return (self.name,)

    def __str__(self) -> str:
        return self.name


class GroupAxis(Axis):
    """`...` or `*name`: any number of axes, the same wherever the group occurs."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def parts(self) -> tuple[Any, ...]:
        return (self.name,)

    @property
    def names(self) -> frozenset[str]:
        return frozenset((self.name,))

    def __str__(self) -> str:
        return self.name if self.name == "..." else f"*{self.name}"


def _operand_text(size: Size) -> str:
    text = str(size)
    plain = text.isidentifier() or text.isdigit() or text.startswith("{")
    return text if plain and "}" not in text[:-1] else f"({text})"


class Pattern:
    """The axes of one tensor, outermost first, with its dtype and constraints.

    `axes` are Axis values, `dtype` a name or None, `constraints` claims that must hold of the names.
    """

    __slots__ = ("axes", "constraints", "dtype", "low")

    def __init__(
        self,
        axes: Sequence[Axis],
        *,
        dtype: str | None = None,
        constraints: Sequence[Claim] = (),
        low: int = 1,
    ) -> None:
        self.axes = tuple(axes)
        self.dtype = dtype
        self.constraints = tuple(constraints)
        self.low = low

    @property
    def rank(self) -> int | None:
        """The number of axes, None where a group or an optional axis leaves it open."""
        open_axes = any(isinstance(axis, GroupAxis | OptionalAxis) for axis in self.axes)
        return None if open_axes else len(self.axes)

    @property
    def names(self) -> tuple[str, ...]:
        """The names it speaks of, groups included ("..." for the ellipsis), in the order of the text."""
        found: dict[str, None] = {}
        for axis in self.axes:
            found.update(dict.fromkeys(sorted(axis.names)))
        return tuple(found)

    def bind(
        self, shape: Sequence[Size], bindings: Mapping[str, Any] | Binding | None = None, *, label: str = ""
    ) -> Binding:
        """The bindings that make the pattern describe this shape, added to those given.

        `bindings` maps names to sizes and groups to Shapes, or is the Binding of another tensor of the same
        contract, whose open equations are then solved too. `label` says in failures which tensor this is.
        """
        return bind_axes(self, Shape.of(shape), Binding.start(bindings), label)

    def shape(self, bindings: Mapping[str, Any] | Binding) -> Shape:
        """The shape under these bindings; names without one stay symbols, absent optional axes are left out.

        Raises ValueError for an anonymous axis, or a group without a binding.
        """
        return known_shape(self, bindings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def _parts(self) -> tuple[Any, ...]:
        return self.axes, self.dtype, self.constraints

    def __str__(self) -> str:
        text = " ".join(map(str, self.axes)) + (f":{self.dtype}" if self.dtype else "")
        return text + _constraints_text(self.constraints)

    def __repr__(self) -> str:
        return f"Pattern({str(self)!r})"


class Contract:
    """Patterns of the tensors that go in and (None where nothing is said) come out, and what must hold."""

    __slots__ = ("constraints", "inputs", "outputs")

    def __init__(
        self,
        inputs: Sequence[Pattern],
        outputs: Sequence[Pattern] | None = None,
        constraints: Sequence[Claim] = (),
    ) -> None:
        self.inputs = tuple(inputs)
        self.outputs = None if outputs is None else tuple(outputs)
        self.constraints = tuple(constraints)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Contract) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def _parts(self) -> tuple[Any, ...]:
        return self.inputs, self.outputs, self.constraints

    def __str__(self) -> str:
        text = ", ".join(map(str, self.inputs))
        if self.outputs is not None:
            text = f"{text} -> {', '.join(map(str, self.outputs))}".strip()
        return text + _constraints_text(self.constraints)

    def __repr__(self) -> str:
        return f"Contract({str(self)!r})"


def _constraints_text(constraints: Sequence[Claim]) -> str:
    return f" | {', '.join(map(_claim_text, constraints))}" if constraints else ""


_SIGNS: dict[type[Claim], str] = {Equal: "==", Differs: "!=", AtLeast: ">="}


def _claim_text(claim: Claim) -> str:
    if isinstance(claim, AllOf):
        return ", ".join(map(_claim_text, claim.claims))
    sign = _SIGNS.get(type(claim))
    if sign is None:
        return str(claim)
    a, b = claim.parts()
    if isinstance(claim, AtLeast) and isinstance(b, Dim) and not isinstance(a, Dim):
        return f"{b}<={a}"
    return f"{a}{sign}{b}"
