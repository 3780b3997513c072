"""The interpreter: one handler for each type of syntax node, and the state that they share.

The handlers live in the modules of this package, one idea each; this class is where they meet.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import unknown as unknown_size
from shapecheck.interpret import (
    arithmetic,
    assignments,
    attributes,
    calls,
    classes,
    comparing,
    comprehensions,
    expressions,
    failures,
    imports,
    loops,
    lowering,
    matching,
    statements,
    subscripts,
    truth,
)
from shapecheck.interpret.coverage import Places
from shapecheck.interpret.paths import MOST_CALLS, BudgetSpent, Path, Seen
from shapecheck.interpret.records import Blunder, Called
from shapecheck.interpret.remembering import Remembered
from shapecheck.interpret.sharing import Shared
from shapecheck.interpret.twins import Twins
from shapecheck.interpret.values import Unknown

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Hashable

    from shapecheck.algebra import Dim, Size
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.project import Project
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Module, TensorValue, Value

EXPRESSIONS: dict[type, Callable[..., Value]] = {
    **expressions.HANDLERS,
    **arithmetic.HANDLERS,
    **comparing.HANDLERS,
    **comprehensions.HANDLERS,
    **subscripts.HANDLERS,
    **attributes.HANDLERS,
    **calls.HANDLERS,
}
STATEMENTS: dict[type, Callable[..., Any]] = {
    **statements.HANDLERS,
    **assignments.HANDLERS,
    **loops.HANDLERS,
    **failures.HANDLERS,
    **imports.HANDLERS,
    **classes.HANDLERS,
    **matching.HANDLERS,
}
SECONDS = (
    30.0  # the last resort: what a file may cost is counted in work, so that every machine says the same
)
ENDLESS = 1 << 40


class Interpreter:
    """One analysis of one file: what is shared by all its roots and paths."""

    def __init__(self, source: Source, project: Project, *, seconds: float = SECONDS) -> None:
        self.source = source
        self.project = project
        self.nothing = Remembered()  # nothing is assumed: where every path begins
        self.path = Path([], self.nothing)
        self.places = Places(source)
        self.deadline = time.process_time() + seconds
        self.purse = ENDLESS  # what all paths of the file may still cost, in statements
        self.importing: list[str] = []  # the files whose bodies are being executed as imports
        self.joining = 0  # > 0 while unknown conditions run both branches instead of forking
        self.forward_calls: set[int] = set()  # id of the class nodes whose forward ran on concrete inputs
        self.called: set[int] = set()  # id of the function nodes that were called
        self.calls: list[Called] = []  # of models and layers of Keras
        self.inputs: dict[str, TensorValue] = {}  # the lazy parameters of the root that runs, by name
        self.settler: Callable[[str, tuple[int, ...], tuple[str, ...] | None], Any] | None = None
        self.branches: set[tuple[int, bool]] = set()  # (id of an `if`, way) for all that was executed
        self.seen = Seen()
        self.twins = Twins(self)
        self.changes = 0  # of anything that can be changed
        self.asked = 0  # unknown conditions whose truth somebody wanted to know
        self.shared = Shared()

    def evaluate(self, node: ast.AST, frame: Frame) -> Value:
        """The value of an expression."""
        return EXPRESSIONS[type(node)](self, node, frame)

    def execute(self, body: list[ast.stmt], frame: Frame) -> str | None:
        """Run statements; the answer is None, or "break", "continue" or "return" where control leaves the block."""
        for statement in body:
            path = self.path
            path.steps -= 1
            if path.steps & 127 == 0:
                self.check_budget()
            signal = STATEMENTS[type(statement)](self, statement, frame)
            if signal is not None:
                return signal  # type: ignore[no-any-return]
        return None

    def check_budget(self) -> None:
        """Raise BudgetSpent where the steps of the path or the time of the file are used up."""
        if self.path.steps <= 0 or self.path.calls > MOST_CALLS:
            raise BudgetSpent("its number of steps")
        if time.process_time() > self.deadline:
            raise BudgetSpent("its time")

    def expired(self) -> bool:
        """True when the file has cost what it may."""
        return self.purse <= 0 or time.process_time() > self.deadline

    def unknown(
        self, reason: str, node: ast.AST | None = None, *, key: Hashable = None, kind: str = ""
    ) -> Unknown:
        """A new value of which nothing is known; `key` identifies it where the same value can be met again."""
        if key is None:
            self.path.counter += 1
            key = ("new", self.path.counter)
        return Unknown(reason, key, kind=kind)

    def note_call(
        self, callee: Value, given: Value, result: Value, position: int, *, times: Size = 1
    ) -> None:
        """Remember that a model or layer of Keras was called."""
        self.calls.append(Called(callee, given, result, self.path, position, times=times))

    def fresh(self, name: str = "") -> Dim:
        """A new unknown size."""
        self.path.counter += 1
        return unknown_size(f"{name}@{len(self.importing)}.{self.path.counter}")

    def resolve(self, value: Value) -> Value:
        """The value itself, or what the conditions of this path say that it is."""
        if type(value) is Unknown and self.path.refinements:
            return self.path.refinements.get(value.key, value)
        return value

    def settle(self, tensor: TensorValue, ranks: tuple[int, ...], names: tuple[str, ...] | None) -> bool:
        """Give an argument of open rank one of the ranks that an operator takes; False where it is no such."""
        lazy = tensor.lazy
        if lazy is None or lazy not in self.inputs or self.settler is None:
            return False
        argument = self.inputs[lazy]
        if argument.shape is None:
            self.settler(lazy, ranks, names)
        if tensor is not argument:
            tensor.shape, tensor._axes = argument.shape, argument.axes
        return True

    def mistake(
        self,
        code: str,
        message: str,
        node: ast.AST,
        frame: Frame,
        *,
        related: tuple[tuple[Any, str], ...] = (),
        help: tuple[str, ...] = (),
        **data: Any,
    ) -> Unknown:
        """Record something that cannot work, and give the unknown value to go on with.

        Inside a `try` whose handlers may catch it, the exception is raised there instead.
        """
        failures.fail(
            self, Blunder(code, message, node, frame.source, tuple(self.path.frames), related, help, data)
        )
        return self.unknown("the result of a mistake", node)

    def call(
        self,
        function: Value,
        arguments: list[Value],
        keywords: dict[str, Value],
        node: ast.AST,
        frame: Frame,
        *,
        open: bool = False,
    ) -> Value:
        """Call any value."""
        return calls.call(self, function, arguments, keywords, node, frame, open=open)

    def attribute(self, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
        """Read an attribute of any value."""
        return attributes.attribute(self, value, name, node, frame)

    def set_attribute(self, value: Value, name: str, new: Value, node: ast.AST, frame: Frame) -> None:
        """Set an attribute of any value."""
        attributes.set_attribute(self, value, name, new, node, frame)

    def index(self, value: Value, index: Value, node: ast.AST, frame: Frame) -> Value:
        """`value[index]`."""
        return subscripts.index(self, value, index, node, frame)

    def truth(self, value: Value, node: ast.AST, frame: Frame) -> bool:
        """Whether a value counts as true; an unknown condition is answered once on a path."""
        return truth.truth(self, value, node, frame)

    def joins(self, condition: Value) -> bool:
        """Whether an unknown condition is not chosen but leaves its outcomes joined: in imports, in rehearsals, and in
        scripts, where the analysed conditions are about files, losses and devices."""
        if self.joining or self.path.silent:
            return True
        if not self.path.script or not isinstance(condition, Unknown):
            return False
        return isinstance(condition.key, tuple) and condition.key[0] != "claim"

    def known_truth(self, value: Value) -> bool | None:
        """Whether a value counts as true, None where that is not known; nothing is assumed."""
        return truth.known_truth(self, value)

    def iterate(self, value: Value, node: ast.AST, frame: Frame) -> list[Value] | None:
        """The elements of an iterable, None where they are not known."""
        return loops.elements(self, value, node, frame)

    def plain(self, value: Value) -> Any:
        """The value as dialects see it."""
        return lowering.plain(self, value)

    def lift(self, plain: Any, family: str = "torch.Tensor") -> Value:
        """A dialect's plain value as a value of the interpreter."""
        return lowering.lift(self, plain, family)

    def situation(self) -> tuple[Any, ...]:
        """What a run depends on beside values: whether it is recorded, how sure it is, and what conditions do."""
        path = self.path
        here = (bool(path.silent), path.joined, bool(path.caught), self.joining, path.script)
        return (*here, bool(self.importing))

    def touch(self, container: Value, name: str | None = None) -> None:
        """Say that a container, or one attribute of an object, is about to change."""
        self.changes += 1
        self.shared.touch(container)
        for touched in self.path.touched:
            touched.add((container, name))

    def as_size(self, value: Value) -> Size | None:
        """The size that a value is: an integer, or an unknown argument used as one; None where it is none."""
        return lowering.as_size(self, value)

    def run_module(self, path: str, name: str) -> Module | None:
        """The module of a file of the project, executed once as an import does."""
        return imports.run_module(self, path, name)
