"""The part of a checker that compares one shape with one pattern."""

from __future__ import annotations

from shapecheck.algebra import AnyAxis, BoundAxis, BroadcastAxis, GroupAxis, OptionalAxis, SizeAxis
from shapecheck.contracts.arithmetic import size_code
from shapecheck.contracts.names import BOUND, MAYBE, OPEN, Equation, Names, isolated, sole_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.algebra import Axis, Pattern, Size
    from shapecheck.contracts.emitter import Emitter


class TensorWriter:
    """Writes comparisons of shapes with patterns. `uses` counts the places that speak of each name.

    Only what proves a shape right sets the flag. Whatever is harder to decide leaves it False, and the
    interpreted checker judges.
    """

    __slots__ = ("code", "left_out", "names", "uses")

    def __init__(self, code: Emitter, names: Names, uses: Mapping[str, int]) -> None:
        self.code = code
        self.names = names
        self.uses = uses
        self.left_out = False  # whether something was left to the interpreted checker for good

    def compare(self, shape: str, pattern: Pattern) -> None:
        """Compare the shape in this local with the pattern."""
        if not any(isinstance(axis, OptionalAxis) for axis in pattern.axes):
            self._aligned(shape, pattern.axes)
            return
        self._with_optional(shape, pattern)

    def _with_optional(self, shape: str, pattern: Pattern) -> None:
        """One case for each number of optional axes that are there; those written first come first."""
        optional = [axis for axis in pattern.axes if isinstance(axis, OptionalAxis)]
        stretch = any(isinstance(axis, GroupAxis) for axis in pattern.axes)
        least = sum(not isinstance(axis, OptionalAxis | GroupAxis) for axis in pattern.axes)
        self.code.settle()
        outer, branches, cases = self.names, [], []
        for present in range(len(optional) + 1):
            absent = optional[present:]
            axes = tuple(axis for axis in pattern.axes if not any(axis is other for other in absent))
            sign = ">=" if stretch and present == len(optional) else "=="
            cases.append((f"len({shape}) {sign} {least + present}", axes))
        start = len(self.code.lines)
        for index, (condition, axes) in enumerate(cases):
            self.names = outer.branch()
            with self.code.block(f"{'elif' if index else 'if'} {condition}:"):
                self._aligned(shape, axes)
                self.refuse_waiting()
            branches.append(self.names)
        with self.code.block("else:"):
            self.code.refuse()
        self.names = outer
        self.start_open(outer.join(branches), start)

    def start_open(self, names: list[str], index: int) -> None:
        """Give names that only some branch binds their start value, before the branches."""
        margin = "    " * self.code.depth
        self.code.lines[index:index] = [f"{margin}{self.names.variable(name)} = {OPEN}" for name in names]

    def refuse_waiting(self) -> None:
        """In code that may not run: leave equations that still wait to the interpreted checker."""
        if self.names.waiting:
            self.names.waiting.clear()
            self.left_out = True
            self.code.refuse()

    def _aligned(self, shape: str, axes: tuple[Axis, ...]) -> None:
        groups = [index for index, axis in enumerate(axes) if isinstance(axis, GroupAxis)]
        if len(groups) > 1:
            self._several_groups(shape, axes)
            return
        if not groups:
            self.code.need(f"len({shape}) == {len(axes)}")
            for index, axis in enumerate(axes):
                self._axis(axis, f"{shape}[{index}]")
            return
        (index,) = groups
        self.code.need(f"len({shape}) >= {len(axes) - 1}")
        self._group(axes[index], shape, str(index), index + 1 - len(axes))
        for place, axis in enumerate(axes):
            if place != index:
                self._axis(axis, f"{shape}[{place if place < index else place - len(axes)}]")

    def _several_groups(self, shape: str, axes: tuple[Axis, ...]) -> None:
        """Groups beyond one need lengths that are known: all bound before but at most the last one."""
        known = [self.names.states.get(axis.name) for axis in axes if isinstance(axis, GroupAxis)]
        if known.count(BOUND) != len(known):
            self.left_out = True
            self.code.refuse()
            return
        front = ["0"]
        for axis in axes:
            length = f"len({self.names.variable(axis.name)})" if isinstance(axis, GroupAxis) else "1"
            front.append(f"{front[-1]} + {length}")
        self.code.need(f"len({shape}) == {front[-1]}")
        for axis, start, stop in zip(axes, front, front[1:], strict=False):
            if isinstance(axis, GroupAxis):
                group = self.names.variable(axis.name)
                self.code.require(f"None not in {group} and tuple({shape}[{start}:{stop}]) == {group}")
            else:
                self._axis(axis, f"{shape}[{start}]")

    def _group(self, axis: Axis, shape: str, start: str, stop: int) -> None:
        assert isinstance(axis, GroupAxis)
        if self.uses[axis.name] < 2:
            return
        found = f"tuple({shape}[{start}:{stop or ''}])"
        state = self.names.states.get(axis.name)
        group = self.names.variable(axis.name)
        if state is None:
            self.code.line(f"{self.names.bind(axis.name)} = {found}")
            return
        if state == BOUND:
            self.code.require(f"None not in {group} and {found} == {group}")
            return
        self.code.settle()
        with self.code.block(f"if {group} is {OPEN}:"):
            self.code.line(f"{group} = {found}")
        with self.code.block("else:"):
            self.code.require(f"None not in {group} and {found} == {group}")
        self.names.states[axis.name] = BOUND

    def _axis(self, axis: Axis, actual: str) -> None:
        if isinstance(axis, AnyAxis):
            return
        if isinstance(axis, BoundAxis):
            self.equation(Equation(axis.size, actual))
            self.equation(Equation(axis.symbol, actual))
        elif isinstance(axis, SizeAxis):
            self.equation(Equation(axis.size, actual, broadcast=isinstance(axis, BroadcastAxis)))

    def equation(self, equation: Equation) -> None:
        """Check, solve, or keep for later."""
        name = sole_name(equation.written)
        if name is not None and self.uses[name] < 2:
            return
        if not self._decided(equation):
            self.names.waiting.append(equation)
            return
        progress = True
        while progress:
            progress = False
            for other in self.names.waiting:
                if self._decided(other):
                    self.names.waiting = [kept for kept in self.names.waiting if kept is not other]
                    progress = True
                    break

    def _decided(self, equation: Equation) -> bool:
        """Write the equation's check, or the step that solves it; False while too many names are open."""
        names = self.names
        unbound, maybe = names.unbound(equation.written), names.maybe(equation.written)
        name = sole_name(equation.written)
        if not unbound and not maybe:
            self.code.require(self.condition(equation))
        elif name is not None:
            self._name(name, equation, maybe=bool(maybe))
        elif len(unbound) == 1 and not maybe and not equation.broadcast:
            return self._solved(equation, unbound[0])
        else:
            return False
        return True

    def condition(self, equation: Equation) -> str:
        """The expression that is true where the equation holds, for names that have values."""
        names = self.names
        name = sole_name(equation.written)
        text = f"{equation.actual} == {size_code(equation.written, names.variables)}"
        if equation.broadcast:
            text = f"({equation.actual} == 1 or {text})"
        # Arithmetic with None raises, and then the interpreted checker judges; None == None does not.
        if name is not None and name not in names.sure:
            if not equation.broadcast:
                names.sure.add(name)
            return f"{names.variables[name]} is not None and {text}"
        return text

    def _name(self, name: str, equation: Equation, *, maybe: bool) -> None:
        """A place that is just a name, which has no value yet or may have none."""
        actual, names = equation.actual, self.names
        if not maybe and not equation.broadcast:
            self.code.line(f"{names.bind(name)} = {actual}")
            return
        variable = names.variable(name)
        if not maybe:
            self.code.line(f"{variable} = {OPEN}")
            names.states[name] = MAYBE
        self.code.settle()
        guard = f"{actual} != 1 and " if equation.broadcast else ""
        with self.code.block(f"if {guard}{variable} is {OPEN}:"):
            self.code.line(f"{variable} = {actual}")
        if maybe:
            with self.code.block(f"elif {guard}({variable} is None or {variable} != {actual}):"):
                self.code.refuse()
        if not equation.broadcast:
            names.states[name] = BOUND

    def _solved(self, equation: Equation, name: str) -> bool:
        parts = isolated(equation.written, name)
        if parts is None:
            return False
        coefficient, rest = parts
        variables = self.names.variables
        target = equation.actual if rest == 0 else f"{equation.actual} - ({size_code(rest, variables)})"
        variable = self.names.bind(name)
        if coefficient == 1:
            self.code.line(f"{variable} = {target}")
        else:
            by = _operand(coefficient, variables)
            self.code.line(f"{variable} = ({target}) // {by}")
            self.code.require(f"{by} * {variable} == {target}")
        if rest != 0 or not isinstance(coefficient, int) or coefficient < 0:
            self.code.require(f"{variable} >= 0")
        return True


def _operand(size: Size, variables: Mapping[str, str]) -> str:
    text = size_code(size, variables)
    return text if text.isidentifier() or text.isdigit() else f"({text})"
