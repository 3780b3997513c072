"""Named and unknown sizes, and products and sums of many sizes."""

from __future__ import annotations

from .dim import NO_NAMES, Dim, Size, from_atom, make_atom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def symbol(name: str, *, low: int = 1, high: int | None = None) -> Dim:
    """A named size of which only inclusive bounds are known (`low` 1 by default, `high` None: unbounded).

    The same name and bounds give the same Dim. Raises ValueError for an empty range or a name that the
    pattern language could not read back.
    """
    if high is not None and high < low:
        raise ValueError(f"symbol {name!r} has no value: low {low} exceeds high {high}")
    if not is_name(name):
        raise ValueError(
            f"{name!r} is no name for a symbol: letters, digits and _ or {{dotted.path}}, please"
        )
    return from_atom(make_atom("symbol", name, (), low, high))


def is_name(text: str) -> bool:
    """Whether a symbol may be called so: an identifier, or an identifier path in braces."""
    if text.startswith("{") and text.endswith("}"):
        return all(part.isidentifier() for part in text[1:-1].split("."))
    return text.isidentifier()


def symbols(names: str, *, low: int = 1, high: int | None = None) -> tuple[Dim, ...]:
    """One symbol for each whitespace-separated name, all with the same bounds."""
    return tuple(symbol(name, low=low, high=high) for name in names.split())


def unknown(tag: str) -> Dim:
    """A size known only at run time: at least 0, shown as "?"; the same tag is the same unknown."""
    return from_atom(make_atom("symbol", "?" + tag, (), 0, None))


def is_unknown(size: Size) -> bool:
    """Whether any unknown takes part in the size."""
    return isinstance(size, Dim) and any(name[0] == "?" for name in size.names)


def free_symbols(size: Size) -> frozenset[str]:
    """The names of the symbols that occur in the size (an unknown is named "?tag")."""
    return size.names if isinstance(size, Dim) else NO_NAMES


def product(sizes: Iterable[Size]) -> Size:
    """All sizes multiplied; 1 for none. Plain ints are multiplied first, and 0 wins at once."""
    number, rest = 1, []
    for size in sizes:
        if isinstance(size, Dim):
            rest.append(size)
        else:
            number *= size
    result: Size = int(number)
    for dim in rest:
        result = result * dim
    return result


def total(sizes: Iterable[Size]) -> Size:
    """All sizes added; 0 for none."""
    result: Size = 0
    for size in sizes:
        result = result + size
    return result
