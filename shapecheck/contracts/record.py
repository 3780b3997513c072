"""One live contract: its declaration, where it stands, what it has deferred, how often it was called."""

from __future__ import annotations

from shapecheck.contracts.errors import ShapeError
from shapecheck.contracts.facts import facts_of, made_up
from shapecheck.contracts.sharing import dims_of
from shapecheck.declarations import Named, One
from shapecheck.declarations.dtypes import accepts, dtype_name
from shapecheck.declarations.judging import Judgement, start
from shapecheck.declarations.message import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from shapecheck.contracts.facts import Facts
    from shapecheck.declarations import Declaration, Structure

RESULT = "result"


class Contract:
    """A contract at run time.

    `where` is "models.py:12", `path` and `line` the same in full. `pending` maps (stage, place) to words for
    what could not be checked yet because a size was open. `calls` counts only where calls are counted.
    """

    __slots__ = (
        "accepted",
        "calls",
        "declaration",
        "function",
        "keys",
        "line",
        "path",
        "pending",
        "qualified",
        "shared",
        "strict",
        "where",
    )

    def __init__(
        self, declaration: Declaration, *, function: str, qualified: str, path: str, line: int, strict: bool
    ) -> None:
        self.declaration = declaration
        self.function = function
        self.qualified = qualified
        self.path = path
        self.line = line
        self.where = f"{_short_path(path)}:{line}" if path else ""
        self.strict = strict
        self.shared: tuple[str, ...] = ()
        self.calls = 0
        self.pending: dict[tuple[int, str], str] = {}
        self.accepted: dict[str, set[Any]] = {}
        structures = [structure for _, structure in declaration.inputs]
        structures += [declaration.returns] if declaration.returns is not None else []
        self.keys = tuple(sorted({key for structure in structures for key in _keys(structure)}))

    def facts(self, values: tuple[Any, ...]) -> tuple[Facts, ...]:
        """The facts of argument values, in the order of the declaration, the result last."""
        fiction = made_up()
        return tuple([facts_of(value, self.keys, fiction=fiction) for value in values])

    def judge(
        self, stage: int, facts: tuple[Facts, ...], attributes: dict[str, Any], instance: Any = None
    ) -> ShapeError | None:
        """The error that these facts make, if any. What stays open is noted, or is the error if strict."""
        judgement = self.judgement(stage, facts, attributes, instance)
        if judgement is None or judgement.hidden:
            return None
        if judgement.mismatches:
            return ShapeError(message(self.function, judgement, self.where))
        if instance is not None:
            self._share(judgement, instance)
        places = judgement.open_places()
        if self.strict and places:
            return ShapeError(
                f"{self.function}: {places[0]} cannot be checked: a size is open ({self.where})"
            )
        for place in places:
            self.defer(stage, place)
        return None

    def judgement(
        self, stage: int, facts: tuple[Facts, ...], attributes: dict[str, Any], instance: Any = None
    ) -> Judgement | None:
        """What the algebra says of the facts; None where the arguments no longer are what was let in."""
        dims = dims_of(instance) if instance is not None else {}
        shared = {name: dims[name] for name in self.shared if name in dims}
        found = start(attributes, shared, self.declaration.constraints)
        for (name, structure), fact in zip(self.declaration.inputs, facts, strict=False):
            found.value(name, structure, fact)
        if stage and self.declaration.returns is not None:
            if found.mismatches and not found.hidden:
                # They were right when the function began: it changed them in place.
                self.defer(stage, "the result, because the arguments changed shape during the call")
                return None
            found.value(RESULT, self.declaration.returns, facts[-1])
        return found

    def learn_dtypes(self, values: tuple[Any, ...]) -> None:
        """Let the quick check pass the dtypes of these arguments, which were found right, from now on."""
        for (_, structure), value in zip(self.declaration.inputs, values, strict=False):
            word = structure.pattern.dtype if isinstance(structure, One) else None
            if word is not None and hasattr(value, "dtype") and accepts(word, dtype_name(value.dtype)):
                self.accepted[word].add(value.dtype)

    def _share(self, judgement: Judgement, instance: Any) -> None:
        dims = dims_of(instance)
        for name in self.shared:
            value = judgement.binding.bindings.get(name)
            if name not in dims and isinstance(value, int):
                who = judgement.binding.bound_by.get(name, "")
                dims[name] = (value, f"{self.function}: {who}")

    def defer(self, stage: int, place: str) -> None:
        """Note what could not be checked; taken back when the same stage is checked in full."""
        if stage and (0, place) in self.pending:
            return
        self.pending[stage, place] = f"{self.function}: {place} is not checked yet ({self.where})"
        _WAITING[id(self)] = self

    def settled(self, stage: int) -> None:
        """Forget what this stage deferred: it has now been checked with real sizes."""
        for key in [key for key in self.pending if key[0] == stage]:
            del self.pending[key]


_WAITING: dict[int, Contract] = {}
_RECORDED: list[Contract] = []
_RECORDING = False


def deferred() -> list[str]:
    """What contracts could not check so far because a size was open, one line each."""
    return [text for contract in _WAITING.values() for text in contract.pending.values()]


def record_contracts(recording: bool) -> None:
    """Remember every contract that is created from now on, and count its calls; or stop doing so."""
    global _RECORDING
    _RECORDING = recording


def is_recording() -> bool:
    """Whether contracts are remembered and their calls counted."""
    return _RECORDING


def remember(contract: Contract) -> None:
    """Add a contract to those remembered."""
    _RECORDED.append(contract)


def recorded_contracts() -> list[Contract]:
    """The contracts created while recording, in the order of their creation."""
    return list(_RECORDED)


def _keys(structure: Structure) -> Iterator[str]:
    if isinstance(structure, Named):
        for key, entry in structure.entries:
            yield key
            yield from _keys(entry)
        return
    for part in getattr(structure, "items", ()) or (getattr(structure, "item", None),):
        if part is not None:
            yield from _keys(part)


def _short_path(path: str) -> str:
    import os

    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # another drive, or a working directory that is gone
        return path
    return path if relative.startswith("..") else relative
