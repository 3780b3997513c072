"""Methods with a contract: analysed on what it lets in, like model classes, whatever calls pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.symbolic import ClassRoot, FunctionRoot, forward_of
from shapecheck.interpret.values import Class, Function, Method

if TYPE_CHECKING:
    import ast

    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.paths import Path
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Instance, Module, Value


class MethodRoot(ClassRoot):
    """A method: its class is instantiated, then the method is called."""

    brief = True

    def __init__(self, cls: Class, method: Function, *, general: bool = False) -> None:
        super().__init__(cls, general=general)
        self.method = method

    def _copy(self) -> MethodRoot:
        other = MethodRoot(self.cls, self.method, general=self.general)
        other.ranks, other.chosen, other.given = dict(self.ranks), dict(self.chosen), self.given
        return other

    def entrance(self) -> Function | None:
        """The method."""
        return self.method

    def callee(self, instance: Instance) -> Value:
        """The method of the instance."""
        return Method(instance, self.method)

    def input_value(self, interpreter: Interpreter, parameter: ast.arg, family: str, path: Path) -> Value:
        """One argument: what the contract lets in, else anything."""
        if self.entry is None or not self.entry.speaks_of(parameter.arg):
            return interpreter.unknown(parameter.arg, key=("parameter", parameter.arg))
        return super().input_value(
            interpreter, parameter, "" if forward_of(self.cls) is None else family, path
        )


def promising_methods(module: Module, source: Source) -> list[ClassRoot]:
    """A root for each enforced contract of a method, but for that of a model itself, which has a root already."""
    found: list[ClassRoot] = []
    for cls in module.members.values():
        if not isinstance(cls, Class) or cls.frame is None or cls.frame.source is not source:
            continue
        for method in cls.members.values():
            if not isinstance(method, Function) or method.contract is None or not method.contract.enforced:
                continue
            if method.owner is not cls or method.name == "__init__" or method is forward_of(cls):
                continue
            if method.kind == "static":
                found.append(FunctionRoot(method))
            elif method.kind in ("", "property"):
                found.append(MethodRoot(cls, method))
    return found
