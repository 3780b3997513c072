"""What a contract says, as a value: a structure of patterns for each parameter and for what is returned.

The linter and the run-time wrapper read the same declaration; nothing here looks at a live function.
"""

from __future__ import annotations

from shapecheck.algebra import GroupAxis, parse_contract
from shapecheck.declarations.structure import Anything, Each, Fixed, One, Structure, read_structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

    from shapecheck.algebra import Claim, Pattern


class Parameters:
    """The parameters of a function that a contract may speak of, without the receiver (self or cls).

    `names` in order, `optional` those that may be None, `rest` the name of *args, `keywords` of **kwargs.
    """

    __slots__ = ("keywords", "names", "optional", "receiver", "rest")

    def __init__(
        self,
        names: Sequence[str],
        *,
        receiver: str | None = None,
        optional: Collection[str] = (),
        rest: str | None = None,
        keywords: str | None = None,
    ) -> None:
        self.names = tuple(names)
        self.receiver = receiver
        self.optional = frozenset(optional)
        self.rest = rest
        self.keywords = keywords

    def all_names(self) -> tuple[str, ...]:
        """Every name a contract may use, *args and **kwargs included."""
        extra = (name for name in (self.rest, self.keywords) if name is not None)
        return (*self.names, *extra)


class Declaration:
    """The contract of one function.

    `inputs` pairs parameter names with structures, in the order of the parameters; `returns` is None where
    nothing is said; `constraints` hold of the names; `unread` are annotations that could not be understood.
    """

    __slots__ = ("constraints", "inputs", "returns", "text", "unread")

    def __init__(
        self,
        inputs: Sequence[tuple[str, Structure]],
        returns: Structure | None,
        constraints: Sequence[Claim] = (),
        *,
        text: str = "",
        unread: Sequence[str] = (),
    ) -> None:
        self.inputs = tuple(inputs)
        self.returns = returns
        self.constraints = tuple(constraints)
        self.text = text
        self.unread = tuple(unread)

    def patterns(self) -> Iterator[Pattern]:
        """Every pattern, inputs first."""
        for _, structure in self.inputs:
            yield from structure.patterns()
        if self.returns is not None:
            yield from self.returns.patterns()

    def claims(self) -> Iterator[Claim]:
        """Every constraint, the patterns' own included."""
        yield from self.constraints
        for pattern in self.patterns():
            yield from pattern.constraints

    def names(self) -> frozenset[str]:
        """Every name it speaks of: sizes, groups and attributes."""
        found = {name for pattern in self.patterns() for name in pattern.names}
        return frozenset(found.union(*(claim.symbols for claim in self.claims())))

    def attributes(self) -> tuple[str, ...]:
        """The dotted paths written in braces, sorted."""
        return tuple(sorted(name[1:-1] for name in self.names() if name[0] == "{"))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Declaration({self.text!r})"


def declare(
    parameters: Parameters, text: str | None, named: Mapping[str, Any], *, low: int = 1
) -> Declaration:
    """The declaration that `@contract(text, **named)` makes on a function with these parameters.

    The text's tensors belong to the first parameters; `returns` among the named ones is what comes out.
    Raises PatternError (a ValueError) for a text that cannot be read, ValueError or TypeError for a contract
    that does not fit the parameters.
    """
    given = dict(named)
    returns = read_structure(given.pop("returns"), low=low, several=True) if "returns" in given else None
    constraints: tuple[Claim, ...] = ()
    inputs: dict[str, Structure] = {}
    if text is not None:
        inputs, promised, constraints = _positional(parameters, text, low)
        if promised is not None and returns is not None:
            raise ValueError(f"what is returned is said twice: after the arrow of {text!r} and in returns=")
        returns = promised if returns is None else returns
    for name, structure in given.items():
        if name not in parameters.all_names():
            known = ", ".join(parameters.all_names()) or "none"
            raise ValueError(f"the contract speaks of {name!r}, which is no parameter (there are: {known})")
        if name in inputs:
            raise ValueError(f"the contract speaks of {name!r} twice")
        inputs[name] = _for_parameter(parameters, name, structure, low)
    ordered = [(name, inputs[name]) for name in parameters.all_names() if name in inputs]
    found = Declaration(ordered, returns, constraints, text=_text(text, named))
    _refuse_ambiguous(found, parameters)
    return found


def _positional(
    parameters: Parameters, text: str, low: int
) -> tuple[dict[str, Structure], Structure | None, tuple[Claim, ...]]:
    """What a string such as "n t c, n t -> n k | t<=512" says of the first parameters and the result."""
    contract = parse_contract(text, low=low)
    patterns = contract.inputs if text.partition("->")[0].partition("|")[0].strip() else ()
    inputs: dict[str, Structure] = {}
    for name, pattern in zip(parameters.names, patterns, strict=False):
        inputs[name] = One(pattern, optional=name in parameters.optional)
    left = patterns[len(parameters.names) :]
    if left and parameters.rest is not None:
        inputs[parameters.rest] = Each(One(left[0])) if len(left) == 1 else Fixed(tuple(map(One, left)))
    elif left:
        count = len(parameters.names)
        raise ValueError(
            f"the contract {text!r} describes {len(patterns)} tensors, "
            f"but there {'is' if count == 1 else 'are'} {count} parameter{'s' * (count != 1)}"
        )
    outputs = contract.outputs
    returns: Structure | None = None
    if outputs is not None:
        returns = One(outputs[0]) if len(outputs) == 1 else Fixed(tuple(map(One, outputs)))
    return inputs, returns, contract.constraints


def _for_parameter(parameters: Parameters, name: str, given: Any, low: int) -> Structure:
    structure = read_structure(given, low=low, optional=name in parameters.optional)
    # Every one of *args and **kwargs is meant, unless a tuple or a dict says which.
    if name in (parameters.rest, parameters.keywords) and isinstance(structure, One):
        return Each(structure)
    return structure


def _refuse_ambiguous(found: Declaration, parameters: Parameters) -> None:
    axes = [axis for pattern in found.patterns() for axis in pattern.axes]
    groups = {axis.name for axis in axes if isinstance(axis, GroupAxis)}
    sizes = {name for axis in axes if not isinstance(axis, GroupAxis) for name in axis.names}
    sizes = sizes.union(*(claim.symbols for claim in found.claims()))
    for name in sorted(groups & sizes):
        raise ValueError(f"{name!r} is both a size and a group of axes (*{name}) in this contract")
    _refuse_open_groups(found)
    for path in found.attributes():
        if path.partition(".")[0] not in parameters.all_names() and parameters.receiver is None:
            raise ValueError(
                f"{{{path}}} is neither an argument nor an attribute: "
                "the function has no parameter of that name, and no first one called self"
            )


def _refuse_open_groups(found: Declaration) -> None:
    """Of two groups in one tensor, one must be known from a tensor before, or nothing says where it ends."""
    known: set[str] = set()
    for pattern in found.patterns():
        groups = [axis.name for axis in pattern.axes if isinstance(axis, GroupAxis)]
        if sum(name not in known for name in groups) > 1:
            raise ValueError(f"'{pattern}' has more than one group of axes that no tensor before it settles")
        known.update(groups)


def _text(text: str | None, named: Mapping[str, Any]) -> str:
    """The arguments of the decorator as they were written."""
    parts = [] if text is None else [f'"{text}"']
    for name, given in named.items():
        structure = f'"{given}"' if isinstance(given, str) else str(_shown(given))
        parts.append(f"{name}={structure}")
    return ", ".join(parts)


def _shown(given: Any) -> Structure:
    return Anything() if given is None else read_structure(given)
