"""The interpreted checker: facts against a declaration, through the algebra's own binding of patterns."""

from __future__ import annotations

from shapecheck.algebra import Binding, Dim, Shape, free_symbols, is_unknown, unknown
from shapecheck.declarations import Anything, Each, Fixed, Named, One
from shapecheck.declarations.dtypes import accepts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from shapecheck.algebra import Claim, Failure, Pattern, Size
    from shapecheck.declarations import Structure

    Facts = tuple[Any, ...]


class Mismatch:
    """One broken promise: where (`label`, in `path` of it), what was found and what was promised.

    `failure` is the algebra's, for sizes and ranks, and `before` what was bound until then; `words` says the
    rest (a dtype, a missing tensor).
    """

    __slots__ = ("before", "failure", "label", "words")

    def __init__(
        self, label: str, *, failure: Failure | None = None, before: Binding | None = None, words: str = ""
    ) -> None:
        self.label = label
        self.failure = failure
        self.before = before
        self.words = words


class Judgement:
    """What the facts say of a contract so far.

    `mismatches` in the order of the parameters, `binding` of the names, `open` what cannot be told because
    a rank is open, `shapes` the tensors seen (label, shape, pattern), `hidden` whether one could not be
    asked at all.
    """

    __slots__ = ("binding", "hidden", "mismatches", "open", "shapes")

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.mismatches: list[Mismatch] = []
        self.open: list[str] = []
        self.shapes: list[tuple[str, tuple[Any, ...], Pattern]] = []
        self.hidden = False

    def value(self, label: str, structure: Structure, facts: Facts) -> None:
        """Compare one value with its structure."""
        kind = facts[0]
        if kind == "hidden":
            self.hidden = True
        elif kind == "unknown":
            self.open.append(label)
        elif isinstance(structure, Anything) or (kind == "none" and structure.optional):
            return
        elif isinstance(structure, One):
            self._tensor(label, structure.pattern, facts)
        elif isinstance(structure, Named):
            self._named(label, structure, facts)
        elif isinstance(structure, Fixed):
            self._fixed(label, structure, facts)
        elif isinstance(structure, Each):
            self._each(label, structure, facts)

    def _wrong(self, label: str, words: str) -> None:
        self.mismatches.append(Mismatch(label, words=words))

    def _fixed(self, label: str, structure: Fixed, facts: Facts) -> None:
        count = len(structure.items)
        if facts[0] != "sequence":
            self._wrong(label, f"is {described(facts)}, expected a tuple of {count}")
        elif len(facts[2]) != count:
            self._wrong(label, f"has {_counted(len(facts[2]))}, expected {count}")
        else:
            for index, (item, found) in enumerate(zip(structure.items, facts[2], strict=True)):
                self.value(f"{label}[{index}]", item, found)

    def _each(self, label: str, structure: Each, facts: Facts) -> None:
        if facts[0] == "sequence":
            for index, found in enumerate(facts[2]):
                self.value(f"{label}[{index}]", structure.item, found)
        elif facts[0] == "mapping":
            for key, found in facts[2]:
                self.value(f"{label}[{key!r}]", structure.item, found)
        else:
            self._wrong(label, f"is {described(facts)}, expected a list, a tuple or a dict of tensors")

    def _named(self, label: str, structure: Named, facts: Facts) -> None:
        found = dict(facts[2]) if facts[0] == "mapping" else None
        for key, entry in structure.entries:
            if isinstance(entry, Anything):
                continue
            if found is None:
                self._wrong(label, f"is {described(facts)}, expected something with {key!r}")
                return
            if key in found:
                self.value(f"{label}[{key!r}]", entry, found[key])
            elif not entry.optional:
                self._wrong(label, f"has no {key!r}")

    def _tensor(self, label: str, pattern: Pattern, facts: Facts) -> None:
        kind = facts[0]
        if kind == "unranked":
            self._dtype(label, pattern, facts[1])
            self.open.append(f"{label} has an open rank, expected {pattern}")
            return
        if kind == "number" and not pattern.axes:
            return
        if kind != "tensor":
            self._wrong(label, f"is {described(facts)}, expected a tensor ({str(pattern) or 'scalar'})")
            return
        self._dtype(label, pattern, facts[2])
        self.shapes.append((label, facts[1], pattern))
        sizes = [_size(size, label, index) for index, size in enumerate(facts[1])]
        before = self.binding
        self.binding = pattern.bind(Shape.of(sizes), before, label=label)
        for failure in self.binding.failures[len(before.failures) :]:
            self.mismatches.append(Mismatch(failure.label, failure=failure, before=before))

    def _dtype(self, label: str, pattern: Pattern, name: str) -> None:
        if pattern.dtype is not None and name and not accepts(pattern.dtype, name.rpartition(".")[2]):
            self._wrong(label, f"has dtype {name.rpartition('.')[2]}, expected {pattern.dtype}")

    def open_places(self) -> list[str]:
        """Everything that hangs on a size that is not known yet, in words."""
        values = self.binding.sizes()
        open_names = {name for name, value in values.items() if is_unknown(value)}
        found = list(self.open)
        found += [
            f"{place.label} axis {place.axis} ({place.text})"
            for place in self.binding.waiting
            if is_unknown(place.actual) or free_symbols(place.written) & open_names
        ]
        found += [str(claim) for _, claim in self.binding.constraints if claim.symbols & open_names]
        return found


def _size(size: Size | str | None, label: str, index: int) -> Size:
    if isinstance(size, int | Dim):
        return size
    return unknown(f"{label}.{index}" if size is None else size)


def start(
    given: Mapping[str, Any], shared: Mapping[str, tuple[Any, str]], constraints: Sequence[Claim]
) -> Judgement:
    """A judgement that has seen no tensor, only given sizes (by name or "{path}") and an instance's dims."""
    binding = Binding()
    found = Judgement(binding)
    for name, value in given.items():
        number = _as_size(value)
        # None is a size that is not decided yet, like the features of a layer that has not been built.
        binding.bindings[name] = unknown(name.strip("{}")) if number is None else number
        if number is None and value is not None:
            found.mismatches.append(Mismatch(name, words=f"is {value!r}, which is no size"))
    for name, (size, who) in shared.items():
        binding.bindings[name] = size
        binding.bound_by[name] = who
    binding.constraints = tuple(("", claim) for claim in constraints)
    return found


def _as_size(value: Any) -> Size | None:
    from operator import index

    if isinstance(value, Dim):
        return value
    try:
        return index(value)
    except TypeError:
        return None


def described(facts: Facts) -> str:
    """A value in a few words."""
    kind = facts[0]
    if kind == "none":
        return "None"
    if kind == "tensor":
        return f"one tensor {shape_text(facts[1])}"
    if kind == "sequence":
        return f"{_a(facts[1])} of {len(facts[2])}"
    if kind == "unranked":
        return "one tensor of open rank"
    return _a(facts[1])


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiouAEIOU' else 'a'} {word}"


def _counted(members: int) -> str:
    return f"{members} {'member' if members == 1 else 'members'}"


def shape_text(sizes: Sequence[Any]) -> str:
    """A shape as tuples are written, open sizes as None."""
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"
