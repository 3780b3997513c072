"""The source of a checking function: the user's signature, a check, the call, a check of what comes back."""

from __future__ import annotations

from shapecheck.algebra import GroupAxis, free_symbols
from shapecheck.contracts.arithmetic import claim_code
from shapecheck.contracts.emitter import FLAG, Emitter, Locals
from shapecheck.contracts.names import OPEN, Names, always_solvable
from shapecheck.contracts.values import ValueWriter
from shapecheck.declarations import Each, Fixed, Named, One

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecheck.algebra import Claim, Size
    from shapecheck.contracts.signature import Signature
    from shapecheck.declarations import Declaration, Structure

# Everything that the generated code needs from us; each becomes a variable of the enclosing function.
OURS = ("original", "explain", "pending", "settled", "count", "symbolic", "shared")


class Source:
    """Generated source: a function `build` that takes `parameters` and returns the checking function.

    `dtypes` maps dtype words of the contract to the parameter that is to hold the accepted dtypes.
    """

    __slots__ = ("dtypes", "parameters", "text")

    def __init__(self, text: str, parameters: tuple[str, ...], dtypes: dict[str, str]) -> None:
        self.text = text
        self.parameters = parameters
        self.dtypes = dtypes


class Options:
    """How a contract is compiled: `strict`, with calls `counted`, and which names an instance shares."""

    __slots__ = ("counted", "remark", "shared", "strict")

    def __init__(
        self, *, strict: bool = False, counted: bool = False, shared: Sequence[str] = (), remark: str = ""
    ) -> None:
        self.strict = strict
        self.counted = counted
        self.shared = tuple(shared)
        self.remark = remark


class FunctionWriter:
    """Writes the checking function of one declaration."""

    def __init__(self, signature: Signature, declaration: Declaration, options: Options) -> None:
        self.signature = signature
        self.declaration = declaration
        self.options = options
        parameters = signature.all_names()
        self.locals = Locals((*parameters, signature.name_code))
        self.ours = {word: self.locals.fresh(word) for word in OURS}
        self.result = self.locals.fresh("result")
        self.error = self.locals.fresh("error")
        flag = self.locals.fresh(FLAG)
        self.names = Names(self.locals)
        self.code = Emitter(flag, depth=1)
        self.dtypes: dict[str, str] = {}
        returned = declaration.returns.patterns() if declaration.returns is not None else ()
        self.promised = [claim for pattern in returned for claim in pattern.constraints]
        self.claims = list(declaration.claims())[: -len(self.promised) or None]
        self.values = ValueWriter(self.code, self.names, self.uses(), self.dtypes)
        self.checked = tuple(name for name, _ in declaration.inputs)

    def uses(self) -> dict[str, int]:
        """How many places speak of each name. One that only one place speaks of need not be looked at."""
        uses: dict[str, int] = {}
        structures = [structure for _, structure in self.declaration.inputs]
        structures += [self.declaration.returns] if self.declaration.returns is not None else []
        for structure in structures:
            for name, weight in _spoken(structure, repeated=False):
                uses[name] = uses.get(name, 0) + weight
        for claim in self.declaration.claims():
            for name in claim.symbols:
                uses[name] = uses.get(name, 0) + 1
        for name in self.options.shared:
            uses[name] = uses.get(name, 0) + 2
        for name in uses:
            if name[0] == "{":
                uses[name] = 2
        return uses

    def write(self) -> Source:
        """The whole source."""
        self.body()
        parameters = (*self.ours.values(), *self.dtypes.values())
        header = f"def build({', '.join(parameters)}):"
        return Source("\n".join((header, *self.code.lines, "")), parameters, self.dtypes)

    def body(self) -> None:
        """The checking function, and the line that gives it back."""
        code, signature = self.code, self.signature
        code.line(f"{signature.prefix}def {signature.name_code}({signature.definition()}):")
        code.depth += 1
        code.line("__tracebackhide__ = True")
        if self.options.counted:
            code.line(f"{self.ours['count']}()")
        if self.checked or self.claims:
            self._inputs()
        call = f"{self.ours['original']}({signature.call()})"
        if self.declaration.returns is None:
            self._pass_on(call)
        elif signature.yields:
            self._stream(call)
        else:
            code.line(f"{self.result} = {'await ' * (signature.flavour == 'coroutine')}{call}")
            self._outputs()
            code.line(f"return {self.result}")
        code.depth -= 1
        code.line(f"return {signature.name_code}")

    def _pass_on(self, call: str) -> None:
        flavour = self.signature.flavour
        if flavour == "async generator":
            self._stream(call)
            return
        words = {"plain": "return ", "coroutine": "return await ", "generator": "return (yield from "}
        self.code.line(f"{words[flavour]}{call}{')' * (flavour == 'generator')}")

    def _inputs(self) -> None:
        """The check of the arguments."""
        with self.code.block("try:"):
            self._read_names(stage=0)
            for name, structure in self.declaration.inputs:
                if isinstance(structure, One) and not structure.optional:
                    self.values.shapes[name] = self.values.read_shape(name)
            for name, structure in self.declaration.inputs:
                self.values.compare(name, structure)
            self.constraints(last=self.declaration.returns is None)
            self.finish(last=self.declaration.returns is None)
        self._judge(0)

    def _outputs(self) -> None:
        """The check of what is returned or yielded."""
        assert self.declaration.returns is not None
        self.code.flagged = False
        with self.code.block("try:"):
            if self.values.tensors.left_out:
                # What the arguments left open may be decided by the result: only the interpreted checker knows.
                self.code.refuse()
            self._read_names(stage=1)
            self.values.compare(self.result, self.declaration.returns)
            self.claims += self.promised
            self.constraints(last=True)
            self.finish(last=True)
        self._judge(1)

    def _read_names(self, stage: int) -> None:
        """Attributes that this stage is the first to need, and the dims that the instance shares."""
        for path in stage_attributes(self.declaration, stage):
            name = f"{{{path}}}"
            if name not in self.names.states:
                self.code.line(f"{self.names.bind(name)} = {self.attribute_code(path)}")
        shared = self.options.shared
        if shared and self.signature.receiver is not None:
            targets = "".join(f"{self.names.bind(name)}, " for name in shared)
            self.code.line(f"{targets}= {self.ours['shared']}({self.signature.receiver})")

    def attribute_code(self, path: str) -> str:
        """The expression of what stands in braces: an argument's value, else an attribute of self."""
        root = path.partition(".")[0]
        return path if root in self.signature.all_names() else f"{self.signature.receiver}.{path}"

    def constraints(self, *, last: bool) -> None:
        """The constraints whose names have values by now; those that still may not are asked again later."""
        kept = []
        for claim in self.claims:
            open_names = self.names.unbound(claim)
            if not open_names:
                self.code.require(self._claim(claim))
            if open_names or (self.names.maybe(claim) and not last):
                kept.append(claim)
        self.claims = kept

    def _claim(self, claim: Claim) -> str:
        variables = {name: self.names.variable(name) for name in claim.symbols}
        text = claim_code(claim, variables)
        known = [f"{variables[name]} is not None" for name in sorted(claim.symbols)]
        maybe = [f"{variables[name]} is {OPEN}" for name in self.names.maybe(claim)]
        text = " and ".join((*known, text))
        return f"({' or '.join((*maybe, text))})" if maybe else text

    def finish(self, *, last: bool) -> None:
        """What still waits at the end of a stage.

        The arguments are judged for good before the call: equations that the algebra might refute already are
        not kept for the result.
        """
        for equation in self.names.waiting:
            if last and not self.names.unbound(equation.written):
                self.code.require(self.values.tensors.condition(equation))
            elif not self._harmless(equation.written):
                self.code.refuse()
        if last:
            self.names.waiting = []
        if self.options.strict:
            self.code.require(f"not {self.ours['symbolic']}()")
        self.code.settle()

    def _harmless(self, written: Size) -> bool:
        """Whether no size can contradict this place: a product of names of which nothing is known."""
        return always_solvable(written) and free_symbols(written).isdisjoint(self.names.states)

    def _judge(self, stage: int) -> None:
        """Ask the interpreted checker where the quick one is not content."""
        code, flag = self.code, self.code.flag
        with code.block("except Exception:"):
            code.line(f"{flag} = False")
        values = [*self.checked, self.result] if stage else list(self.checked)
        attributes = [self.attribute_code(path) for path in stage_attributes(self.declaration, stage)]
        arguments = [str(stage), _tuple(values), _tuple(attributes)]
        if self.options.shared and self.signature.receiver is not None:
            arguments.append(self.signature.receiver)
        with code.block(f"if not {flag}:"):
            code.line(f"{self.error} = {self.ours['explain']}({', '.join(arguments)})")
            with code.block(f"if {self.error} is not None:"):
                code.line(f"raise {self.error}{self.options.remark}")
        with code.block(f"elif {self.ours['pending']}:"):
            code.line(f"{self.ours['settled']}({stage})")

    def _stream(self, call: str) -> None:
        """Hand on what a generator yields and what is sent or thrown into it, checking each item."""
        code, result = self.code, self.result
        stream, step, value = (self.locals.fresh(word) for word in ("stream", "step", "value"))
        stop = self.locals.fresh("stop")
        asynchronous = self.signature.flavour == "async generator"
        wait, prefix = ("await ", "a") if asynchronous else ("", "")
        code.line(f"{stream} = {call}")
        code.line(f"{step}, {value} = {stream}.{prefix}send, None")
        with code.block("while True:"):
            with code.block("try:"):
                code.line(f"{result} = {wait}{step}({value})")
            with code.block(f"except Stop{'Async' * asynchronous}Iteration as {stop}:"):
                code.line("return" if asynchronous else f"return {stop}.value")
            if self.declaration.returns is not None:
                self._outputs()
            with code.block("try:"):
                code.line(f"{step}, {value} = {stream}.{prefix}send, (yield {result})")
            with code.block("except GeneratorExit:"):
                code.line(f"{wait}{stream}.{prefix}close()")
                code.line("raise")
            with code.block(f"except BaseException as {stop}:"):
                code.line(f"{step}, {value} = {stream}.{prefix}throw, {stop}")


def _spoken(structure: Structure, *, repeated: bool) -> Iterator[tuple[str, int]]:
    """(name, weight) for each place of a structure; places that several values meet weigh double."""
    if isinstance(structure, One):
        for axis in structure.pattern.axes:
            names = (axis.name,) if isinstance(axis, GroupAxis) else axis.names
            for name in names:
                yield name, 2 if repeated else 1
    elif isinstance(structure, Each):
        yield from _spoken(structure.item, repeated=True)
    elif isinstance(structure, Fixed | Named):
        parts = structure.items if isinstance(structure, Fixed) else [e for _, e in structure.entries]
        for part in parts:
            yield from _spoken(part, repeated=repeated)


def stage_attributes(declaration: Declaration, stage: int) -> tuple[str, ...]:
    """The paths in braces that a stage needs: 0 the arguments, 1 arguments and result."""
    if stage:
        return declaration.attributes()
    names = {name for claim in declaration.constraints for name in claim.symbols}
    for _, structure in declaration.inputs:
        for pattern in structure.patterns():
            names.update(pattern.names)
            names.update(name for claim in pattern.constraints for name in claim.symbols)
    return tuple(path for path in declaration.attributes() if f"{{{path}}}" in names)


def _tuple(parts: list[str]) -> str:
    return f"({', '.join(parts)}{',' * (len(parts) == 1)})"
