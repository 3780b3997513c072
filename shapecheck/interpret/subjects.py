"""What of a file can be shown: model classes, models that module code builds, and functions that return one."""

from __future__ import annotations

import ast
import time
from typing import TYPE_CHECKING, NamedTuple

from shapecheck.interpret.frames import Frame
from shapecheck.interpret.functions import plan_of
from shapecheck.interpret.paths import STEPS, BudgetSpent, Path, PathEnd, Raised
from shapecheck.interpret.roots import model_classes
from shapecheck.interpret.symbolic import is_model_class
from shapecheck.interpret.values import Class, Container, Function, Instance, Layer, Module, Native

if TYPE_CHECKING:
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Value

STACKS = ("keras.Model", "keras.Sequential")
# Of the time that one file may take, the part after which no further statement of its module body begins.
SCRIPT_SECONDS = 8.0


class Subject(NamedTuple):
    """Something with a name that is, makes or returns a model; `kind` is "class", "function" or "variable"."""

    name: str
    kind: str
    value: Value
    line: int


def run_script(interpreter: Interpreter, source: Source) -> tuple[Module, Path]:
    """The module body run as a script, statement by statement: one that ends early does not end the others."""
    module = Module("__main__", source, {}, path=source.path)
    module.started = True
    path = interpreter.path = Path([], interpreter.nothing)
    path.script = True
    frame = Frame(module, source, module.members)
    stop = time.process_time() + SCRIPT_SECONDS
    for statement in source.tree.body:
        path.steps = max(path.steps, STEPS)
        late = time.process_time() > stop
        if late and not isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.Import | ast.ImportFrom):
            continue
        try:
            interpreter.execute([statement], frame)
        except (Raised, PathEnd, BudgetSpent, RecursionError):
            module.open = True
    return module, path


def subjects(module: Module, source: Source) -> list[Subject]:
    """The classes, functions and variables of a file that may be models, in the order of their lines."""
    lines = _assigned(source)
    found = [_of_class(cls) for cls in model_classes(module, source)]
    for name, value in module.members.items():
        if isinstance(value, Class) and is_stack_class(value, source):
            found.append(_of_class(value))
        elif isinstance(value, Function):
            if value.frame.source is source and isinstance(value.node, ast.FunctionDef):
                found.append(Subject(name, "function", value, value.node.lineno))
        elif name in lines and (is_model(value) or isinstance(value, Layer)):
            found.append(Subject(name, "variable", value, lines[name]))
    return sorted(found, key=lambda subject: subject.line)


def _of_class(cls: Class) -> Subject:
    return Subject(cls.name, "class", cls, cls.node.lineno if cls.node is not None else 0)


def is_stack_class(cls: Class, source: Source) -> bool:
    """True for a class of the file that is called as its foreign base says: a subclass of Sequential."""
    return (
        cls.frame is not None
        and cls.frame.source is source
        and not is_model_class(cls)
        and not {"torch.nn.Sequential", *STACKS}.isdisjoint(cls.foreign())
    )


def is_model(value: Value | None) -> bool:
    """True for something that is called on tensors and holds layers: an instance, a stack, a functional model."""
    if isinstance(value, Instance):
        return is_model_class(value.cls) or is_model(value.native)
    if isinstance(value, Container):
        return value.kind == "Sequential" and bool(value.entries)
    if isinstance(value, Native) and value.name in STACKS:
        return value.data.get("outputs") is not None and value.data.get("layers", True) not in ([], None)
    return False


def arguments_without_default(function: Function) -> list[ast.arg]:
    """The parameters that a call of the function must give."""
    plan = plan_of(function.node)
    required = plan.positional[: len(plan.positional) - len(function.defaults)]
    for parameter, default in zip(plan.keyword_only, function.keyword_defaults, strict=True):
        if default is None:
            required.append(parameter)
    return required


def _assigned(source: Source) -> dict[str, int]:
    """Names that the module's own code assigns, with the line of the last assignment."""
    found: dict[str, int] = {}
    pending: list[ast.AST] = list(source.tree.body)
    while pending:
        entry = pending.pop()
        if isinstance(entry, ast.Name) and isinstance(entry.ctx, ast.Store):
            found[entry.id] = max(entry.lineno, found.get(entry.id, 0))
        if not isinstance(entry, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(entry))
    return found
