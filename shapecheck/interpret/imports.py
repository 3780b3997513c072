"""Imports: files of the project are executed once, when something of them is first used; all else is foreign.

An imported body runs aside: it finds nothing, chooses nothing (unknown conditions run both branches, and what differs
is unknown afterwards), and its module is shared by all files that import it.
"""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Any

from shapecheck.interpret.frames import Frame
from shapecheck.interpret.models import model
from shapecheck.interpret.names import FOREIGN, canonical
from shapecheck.interpret.paths import Path, PathEnd, Raised
from shapecheck.interpret.values import Deferred, External, Module

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

DEEPEST = 60  # modules that import each other in a chain


def import_statement(interpreter: Interpreter, node: ast.Import, frame: Frame) -> None:
    """`import a.b as c`."""
    for alias in node.names:
        wanted = alias.name if alias.asname else alias.name.partition(".")[0]
        frame.locals[alias.asname or wanted] = _module(interpreter, wanted, 0, frame)
        if not alias.asname and wanted != alias.name:
            _module(interpreter, alias.name, 0, frame)


def import_from(interpreter: Interpreter, node: ast.ImportFrom, frame: Frame) -> None:
    """`from a.b import c as d`."""
    if node.module == "__future__":
        return
    module = _module(interpreter, node.module or "", node.level, frame)
    for alias in node.names:
        if alias.name == "*":
            _import_all(interpreter, module, frame)
        else:
            frame.locals[alias.asname or alias.name] = _imported(interpreter, module, alias.name)


def _module(interpreter: Interpreter, dotted: str, level: int, frame: Frame) -> Value:
    if level == 0 and dotted.partition(".")[0] in FOREIGN:
        return External(canonical(dotted))
    path = interpreter.project.locate(dotted, level, frame.source.path)
    if path is None or (os.path.abspath(frame.source.path) == path and level == 0):
        if level:
            return interpreter.unknown(f"{'.' * level}{dotted} is not found", key=("import", level, dotted))
        return External(canonical(dotted))
    return module_at(interpreter, path, dotted.rpartition(".")[2] if level else dotted)


def module_at(interpreter: Interpreter, path: str, name: str) -> Module:
    """The module of a file or folder, not yet executed."""
    modules = interpreter.project.modules
    found = modules.get(path)
    if found is None:
        found = modules[path] = Module(name, None, {}, path=path)
    return found


def _imported(interpreter: Interpreter, module: Value, name: str) -> Value:
    if isinstance(module, Module):
        return Deferred(module, name)
    if isinstance(module, External):
        dotted = canonical(f"{module.name}.{name}")
        found = model(dotted)
        return found if found is not None and not callable(found) else External(dotted)
    return interpreter.unknown(f"{name} is not found", key=("import", getattr(module, "key", None), name))


def _import_all(interpreter: Interpreter, module: Value, frame: Frame) -> None:
    if not isinstance(module, Module):
        # A star import of a layer package brings what the file then uses unbound; other names stay unknown.
        if isinstance(module, External) and module.name in _KNOWN_STARS:
            _foreign_star(module.name, frame)
        else:
            frame.module.open = True
        return
    load(interpreter, module)
    if module.open:
        frame.module.open = True
    public = module.members.get("__all__")
    items = getattr(public, "items", None)
    for name in list(module.members):
        if items is not None or not name.startswith("_"):
            frame.locals.setdefault(name, Deferred(module, name))


_KNOWN_STARS = (
    "keras.layers",
    "torch.nn",
    "keras.models",
    "math",
    "keras.backend",
    "torch.nn.functional",
    "keras",
)


def _foreign_star(module: str, frame: Frame) -> None:
    """Bind the names that the file uses and that the module is known to have."""
    from shapecheck.dialects.registry import spelling

    for entry in ast.walk(frame.source.tree):
        if isinstance(entry, ast.Name) and entry.id not in frame.locals:
            dotted = canonical(f"{module}.{entry.id}")
            if spelling(dotted) is not None or model(dotted) is not None:
                frame.locals[entry.id] = External(dotted)


def settle(interpreter: Interpreter, deferred: Deferred) -> Value:
    """What a deferred import names."""
    seen = 0
    value: Value = deferred
    while isinstance(value, Deferred) and seen < DEEPEST:
        value = member_of(interpreter, value.module, value.name)
        seen += 1
    return value if not isinstance(value, Deferred) else interpreter.unknown("an endless import")


def member_of(interpreter: Interpreter, module: Module, name: str) -> Value:
    """A name of a module of the project, or a module below it."""
    load(interpreter, module)
    found = module.members.get(name)
    if isinstance(found, Deferred):
        if found.module is module and found.name == name:
            found = None
        else:
            found = settle(interpreter, found)
            module.members[name] = found
    if found is not None:
        return found
    inner = submodule(interpreter, module, name)
    if inner is not None:
        return inner
    return interpreter.unknown(f"{module.name}.{name}", key=("module", module.path, name))


def submodule(interpreter: Interpreter, module: Module, name: str) -> Module | None:
    """The module `name` below a package."""
    folder = os.path.dirname(module.path) if module.path.endswith(".py") else module.path
    if module.path.endswith(".py") and os.path.basename(module.path) != "__init__.py":
        return None
    path = interpreter.project.locate(name, 1, os.path.join(folder, "__init__.py"))
    return None if path is None else module_at(interpreter, path, f"{module.name}.{name}")


def load(interpreter: Interpreter, module: Module) -> None:
    """Execute the body of a module, once."""
    if module.started:
        return
    module.started = True
    if not module.path.endswith(".py"):
        return
    source = interpreter.project.source(module.path, module.name)
    if source is None or len(interpreter.importing) >= DEEPEST:
        module.open = True
        return
    module.source = source
    run_aside(interpreter, module)


def run_aside(interpreter: Interpreter, module: Module) -> None:
    """Run a module's body without findings and without choosing between branches."""
    assert module.source is not None
    before, joining = interpreter.path, interpreter.joining
    interpreter.path = Path([], interpreter.nothing)
    interpreter.path.silent = 1
    interpreter.path.counter = 1_000_000 * len(interpreter.project.modules)
    interpreter.joining = 1
    interpreter.importing.append(module.path)
    frame = Frame(module, module.source, module.members)
    try:
        for statement in module.source.tree.body:
            try:
                interpreter.execute([statement], frame)
            except (Raised, PathEnd):
                module.open = True
    finally:
        interpreter.importing.pop()
        interpreter.path, interpreter.joining = before, joining


def run_module(interpreter: Interpreter, path: str, name: str) -> Module | None:
    """The executed module of a file of the project."""
    module = module_at(interpreter, path, name)
    load(interpreter, module)
    return module


HANDLERS: dict[type, Callable[..., Any]] = {ast.Import: import_statement, ast.ImportFrom: import_from}
