"""What enters a function with a contract when it is analysed by itself: tensors as the contract describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import (
    AtLeast,
    Binding,
    Dim,
    Pattern,
    Proof,
    Shape,
    SizeAxis,
    free_symbols,
    substitute,
    symbol,
)
from shapecheck.algebra.pattern import AnyAxis, BoundAxis, BroadcastAxis, GroupAxis, OptionalAxis
from shapecheck.declarations import Fixed, Named, One
from shapecheck.declarations.judging import Judgement, start
from shapecheck.declarations.message import headline
from shapecheck.interpret.families import family_at, family_of
from shapecheck.interpret.values import Axis, Mapping, Sequence, TensorValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Size
    from shapecheck.declarations import Declaration, Structure
    from shapecheck.interpret.contracts import StaticContract
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.paths import Path
    from shapecheck.interpret.values import Function, Value


class Entry:
    """The arguments that a contract lets in, one symbol for each name, the same throughout one path."""

    def __init__(
        self,
        declaration: Declaration,
        sizes: dict[str, Size],
        fresh: Callable[[str], Size],
        *,
        family: str = "torch.Tensor",
    ) -> None:
        self.declaration = declaration
        self.family = family
        self.families: dict[str, str] = {}  # of arguments whose annotations say it
        self.sizes: dict[str, Any] = sizes  # of names; of groups the Shapes that are settled
        self.fresh = fresh
        self.structures = dict(declaration.inputs)
        for pattern in declaration.patterns():
            for axis in pattern.axes:
                if isinstance(axis, BoundAxis) and axis.name not in sizes:
                    self._give(axis.size)
                    sizes[axis.name] = substitute(axis.size, self._plain())

    def _plain(self) -> dict[str, Size]:
        return {name: size for name, size in self.sizes.items() if not isinstance(size, tuple)}

    def _give(self, written: Size) -> None:
        for name in free_symbols(written):
            if name not in self.sizes:
                self.sizes[name] = self.fresh(name.strip("{}"))

    def shape(self, pattern: Pattern, rank: int | None = None) -> Shape | None:
        """The shape of a pattern; a group is given as many axes as the rank needs, None where that is open."""
        axes: list[Any] = []
        open_groups = [
            axis for axis in pattern.axes if isinstance(axis, GroupAxis) and axis.name not in self.sizes
        ]
        if any(isinstance(axis, OptionalAxis) for axis in pattern.axes):
            return None
        if open_groups:
            if rank is None or len(open_groups) > 1:
                return None
            self._settle_group(open_groups[0].name, rank - (len(pattern.axes) - 1))
        for axis in pattern.axes:
            if isinstance(axis, AnyAxis | BroadcastAxis):
                axis = SizeAxis(self.fresh("axis"))
            elif not isinstance(axis, GroupAxis):
                for name in sorted(axis.names):
                    self._give(symbol(name))
            axes.append(axis)
        try:
            return Pattern(axes, low=pattern.low).shape(self.sizes)
        except ZeroDivisionError:
            return None

    def _settle_group(self, name: str, count: int) -> None:
        plain = name.strip(".0123456789") or "batch"
        self.sizes[name] = Shape(*(self.fresh(f"{plain}{index}") for index in range(max(count, 0))))

    def speaks_of(self, name: str) -> bool:
        """Whether the contract says what an argument is."""
        structure = self.structures.get(name)
        return structure is not None and not structure.optional

    def argument(self, name: str, family: str) -> Value:
        """One argument as the contract describes it."""
        family = self.families.get(name, "") or family or self.family
        found = self.value(self.structures[name], family, name)
        return Unknown(name, ("parameter", name), kind="other") if found is None else found

    def ranks(self, name: str, ranks: tuple[int, ...]) -> tuple[int, ...]:
        """Of the ranks that an operator takes those that the contract allows; the least that it allows if none."""
        structure = self.structures.get(name)
        if not isinstance(structure, One):
            return ranks
        axes = structure.pattern.axes
        if any(isinstance(axis, OptionalAxis) for axis in axes):
            return ranks
        known = [self.sizes.get(axis.name) if isinstance(axis, GroupAxis) else () for axis in axes]
        least = sum(
            len(found or ()) if isinstance(axis, GroupAxis) else 1
            for axis, found in zip(axes, known, strict=True)
        )
        if all(found is not None for found in known):
            return (least,)
        return tuple(rank for rank in ranks if rank >= least) or (least,)

    def settled(self, name: str, rank: int) -> Shape | None:
        """The shape of an argument of open rank, once an operator has asked for one."""
        structure = self.structures.get(name)
        return self.shape(structure.pattern, rank) if isinstance(structure, One) else None

    def value(self, structure: Structure, family: str, lazy: str | None) -> Value | None:
        """A value of this structure, None where it could be of several kinds."""
        if isinstance(structure, One):
            shape = self.shape(structure.pattern)
            dtype = structure.pattern.dtype
            if shape is None:
                return None if lazy is None else TensorValue(None, dtype, family=family, lazy=lazy)
            axes = tuple(Axis(str(axis)) for axis in structure.pattern.axes)
            known = axes if len(axes) == len(shape) else tuple(Axis(str(size)) for size in shape)
            return TensorValue(shape, dtype, family=family, axes=known)
        if isinstance(structure, Fixed):
            parts = [self.value(item, family, None) for item in structure.items]
            return Sequence("tuple", [part for part in parts if part is not None]) if all(parts) else None
        if isinstance(structure, Named):
            entries = {key: self.value(entry, family, None) for key, entry in structure.entries}
            return Mapping({key: entry for key, entry in entries.items() if entry is not None})
        return None

    def assume(self, path: Path, contract: StaticContract) -> None:
        """From here on the constraints hold, and no size is negative."""
        sizes = self._plain()
        for claim in self.declaration.claims():
            known = claim.substitute(sizes) if claim.symbols <= sizes.keys() else None
            if known is not None and known.proof() is Proof.UNKNOWN:
                path.assume(known, contract.source, contract.node)
        for structure in self.structures.values():
            for pattern in structure.patterns():
                for axis in pattern.axes:
                    size = getattr(axis, "size", None)
                    if not isinstance(size, Dim) or not free_symbols(size) <= sizes.keys():
                        continue
                    positive = AtLeast(substitute(size, sizes), 1)
                    if positive.proof() is Proof.UNKNOWN:
                        path.assume(positive, contract.source, contract.node)


def entering(
    interpreter: Interpreter,
    function: Function,
    receiver: Value | None,
    path: Path,
    given: dict[str, Shape],
) -> Entry | None:
    """What enters a function by its contract, None without one; `given` are arguments that are chosen already."""
    from shapecheck.interpret.contracts import RECEIVERS
    from shapecheck.interpret.contracts_calls import attribute_size
    from shapecheck.interpret.functions import plan_of
    from shapecheck.interpret.symbolic import axis_symbol

    contract = function.contract
    if contract is None:
        return None
    sizes: dict[str, Size] = {}
    frame = function.frame
    plan = plan_of(function.node)
    names = (parameter.arg for parameter in plan.positional)
    arguments: dict[str, Value] = {
        name: Unknown(name, ("parameter", name)) for name in names if name not in RECEIVERS
    }
    for dotted in contract.declaration.attributes():
        size = attribute_size(interpreter, dotted, arguments, receiver, function.node, frame)
        if size is not None:
            sizes[f"{{{dotted}}}"] = size
    binding = Binding.start(sizes)
    for name, structure in contract.declaration.inputs:
        if name in given and isinstance(structure, One):
            binding = structure.pattern.bind(given[name], binding, label=name)
    if binding.ok:
        sizes.update(binding.bindings)
    inner = _inner_names(contract.declaration)

    def fresh(name: str) -> Size:
        made = axis_symbol(path, name.rpartition(".")[2], "x")
        return symbol(str(made), low=0) if name in inner else made

    entry = Entry(
        contract.declaration,
        sizes,
        fresh,
        family=family_at(frame),
    )
    for parameter in (*plan.positional, *plan.keyword_only):
        entry.families[parameter.arg] = family_of(parameter.annotation, frame)
    for structure in entry.structures.values():
        for pattern in structure.patterns():
            entry.shape(pattern)
    entry.assume(path, contract)
    return entry


def _inner_names(declaration: Declaration) -> frozenset[str]:
    """The names that are no axis of their own: of `a+1` the name may be 0."""
    axes = {axis for pattern in declaration.patterns() for axis in pattern.axes}
    own = {str(axis) for axis in axes} | {axis.name for axis in axes if isinstance(axis, BoundAxis)}
    return declaration.names() - own


def disagreement(contract: StaticContract, written: StaticContract) -> str | None:
    """Where annotations say of a parameter, or of the result, what the contract above them excludes."""
    taken: set[str] = set()

    def fresh(name: str) -> Size:
        made = name.rpartition(".")[2]
        while made in taken:
            made += "_"
        taken.add(made)
        return symbol(made)

    entry = Entry(contract.declaration, {}, fresh)
    found = start({}, {}, ())
    said = dict(written.declaration.inputs)
    pairs = [(name, structure, said.get(name)) for name, structure in contract.declaration.inputs]
    pairs.append(("result", contract.declaration.returns, written.declaration.returns))  # type: ignore[arg-type]
    for name, own, other in pairs:
        if isinstance(own, One) and isinstance(other, One):
            shape = entry.shape(own.pattern)
            if shape is not None:
                found.value(name, One(Pattern(other.pattern.axes, low=0)), ("tensor", tuple(shape), ""))
    return _excluded(found, contract) if found.mismatches else None


def _excluded(found: Judgement, contract: StaticContract) -> str:
    words = headline(contract.function, found, "")
    return f"the contract and the annotations exclude each other: {words} by the annotation"
