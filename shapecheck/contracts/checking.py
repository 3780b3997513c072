"""`check`: one value compared with one pattern, in the middle of code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import is_unknown
from shapecheck.contracts.compiling import build
from shapecheck.contracts.errors import ShapeError
from shapecheck.contracts.facts import made_up, plain_facts
from shapecheck.contracts.functions import FunctionWriter, Options
from shapecheck.contracts.names import OPEN
from shapecheck.contracts.record import Contract
from shapecheck.contracts.signature import Signature
from shapecheck.contracts.tracing import constant_when_traced, is_traced
from shapecheck.declarations import Declaration, Parameters, declare
from shapecheck.declarations.dtypes import accepted_dtypes
from shapecheck.declarations.message import message

if TYPE_CHECKING:
    from collections.abc import Callable

VALUE = "value"


def check(value: Any, shape: Any, /, **dims: int) -> dict[str, Any]:
    """Compare a value with a pattern such as "n t c" and give what its names stand for, groups as tuples.

    `shape` may be a tuple, `[each]` or dict of patterns for a value made of several tensors; `dims` are
    sizes known already: `check(y, "n k", n=sizes["n"])`. A size that is open while a graph is built is None.
    Raises ShapeError where the value does not fit, PatternError for a text that cannot be read.
    """
    checker = getattr(_CHECKERS, _prepared(shape, tuple(dims)))
    found = checker(value, tuple(dims.values()))
    if isinstance(found, ShapeError):
        raise found
    result: dict[str, Any] = found
    return result


class _Checkers:
    """The compiled checkers, one attribute each, and their names by what they check."""

    def __init__(self) -> None:
        self.names: dict[Any, str] = {}


_CHECKERS = _Checkers()


# torch.compile asks for the name while it traces and then reads that one attribute: it can trace into a
# function found so, and does not watch the others come and go.
@constant_when_traced
def _prepared(shape: Any, known: tuple[str, ...]) -> str:
    """The name of the checker of this pattern, compiled if it has not been yet."""
    key = (shape if isinstance(shape, str) else repr(shape), known)
    name = _CHECKERS.names.get(key)
    if name is None:
        checker = _compiled(shape, known)
        name = _CHECKERS.names[key] = f"checker_{len(_CHECKERS.names)}"
        setattr(_CHECKERS, name, checker)
    return name


class InlineWriter(FunctionWriter):
    """Writes a function of a value and the sizes known before, which returns the names' meanings."""

    def __init__(self, declaration: Declaration, known: tuple[str, ...]) -> None:
        self.known = known
        super().__init__(Signature(_template), declaration, Options())

    def uses(self) -> dict[str, int]:
        """Every name counts: all of them are returned."""
        return dict.fromkeys((*self.declaration.names(), *self.known), 2)

    def body(self) -> None:
        """The check, the dict of what was found, and the explanation otherwise."""
        code, names = self.code, self.names
        ((_, structure),) = self.declaration.inputs
        code.line("def check(value, dims):")
        code.depth += 1
        with code.block("try:"):
            if self.known:
                code.line(f"{''.join(f'{names.bind(name)}, ' for name in self.known)}= dims")
            self.values.compare(VALUE, structure)
            self.constraints(last=True)
            self.finish(last=True)
        with code.block("except Exception:"):
            code.line(f"{code.flag} = False")
        with code.block(f"if {code.flag}:"):
            found = ", ".join(f"{name!r}: {names.variable(name)}" for name in sorted(names.states))
            code.line(f"{self.result} = {{{found}}}")
            for name in sorted(name for name in names.states if names.states[name] == "maybe"):
                with code.block(f"if {names.variable(name)} is {OPEN}:"):
                    code.line(f"del {self.result}[{name!r}]")
            code.line(f"return {self.result}")
        code.line(f"return {self.ours['explain']}({VALUE}, dims)")
        code.depth -= 1
        code.line("return check")


def _template(value: Any, dims: Any) -> None:
    """The signature of generated checkers."""


def _compiled(shape: Any, known: tuple[str, ...]) -> Callable[[Any, tuple[Any, ...]], Any]:
    declaration = declare(Parameters((VALUE,)), None, {VALUE: shape}, low=0)
    contract = Contract(declaration, function="check", qualified="check", path="", line=0, strict=False)
    source = InlineWriter(declaration, known).write()
    accepted = map(accepted_dtypes, source.dtypes)
    arguments: list[Any] = [None, _explainer(contract, known), {}, None, None, made_up, None, *accepted]
    found: Callable[[Any, tuple[Any, ...]], Any]
    found = build(source, f"<check {declaration.text}>", arguments, globals())
    return found


def _explainer(contract: Contract, known: tuple[str, ...]) -> Callable[[Any, tuple[Any, ...]], Any]:
    def judge(facts: Any, sizes: tuple[Any, ...]) -> Any:
        found = contract.judgement(0, (facts,), dict(zip(known, sizes, strict=True)))
        assert found is not None
        if found.mismatches and not found.hidden:
            return ShapeError(message("check", found, ""))
        values = found.binding.bindings.items()
        return {name: None if is_unknown(value) else value for name, value in values}

    @constant_when_traced
    def judge_traced(facts: Any, sizes: tuple[Any, ...]) -> Any:
        found = judge(facts, sizes)
        if isinstance(found, ShapeError):
            raise found
        return found

    def explain(value: Any, sizes: tuple[Any, ...]) -> Any:
        if is_traced():
            return judge_traced(plain_facts(value, contract.keys), sizes)
        return judge(contract.facts((value,))[0], sizes)

    return explain
