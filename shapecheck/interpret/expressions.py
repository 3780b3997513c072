"""Expressions: names, literals, displays, f-strings, conditional expressions, lambdas, stars."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecheck.interpret.limits import LONGEST_TEXT, fits, is_light
from shapecheck.interpret.names import CONVENTIONAL
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.sharing import CHANGEABLE
from shapecheck.interpret.values import (
    ELLIPSIS,
    FALSE,
    NONE,
    TRUE,
    Deferred,
    External,
    Int,
    Literal,
    Mapping,
    Sequence,
    Slice,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

BUILTINS = frozenset(
    (
        "abs all any ascii bin bool bytearray bytes callable chr classmethod compile complex delattr dict dir divmod "
        "enumerate eval exec filter float format frozenset getattr globals hasattr hash hex id input int isinstance "
        "issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr "
        "reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip exit quit __import__ "
        "ArithmeticError AssertionError AttributeError BaseException Exception EOFError FileNotFoundError ImportError "
        "IndexError IOError KeyError KeyboardInterrupt LookupError ModuleNotFoundError NameError NotImplementedError "
        "NotImplemented OSError OverflowError RuntimeError StopIteration SyntaxError SystemExit TypeError ValueError "
        "Warning DeprecationWarning FutureWarning UserWarning ZeroDivisionError reveal_type"
    ).split()
)


def name(interpreter: Interpreter, node: ast.Name, frame: Frame) -> Value:
    """A name, by Python's scopes; then builtins, then what pasted snippets mean by it."""
    wanted = node.id
    found = frame.locals.get(wanted)
    inner = found is not None
    if found is None:
        found = _outer(interpreter, wanted, node, frame)
        interpreter.shared.names.add(wanted)
    if type(found) is Unknown and interpreter.path.refinements:
        return interpreter.path.refinements.get(found.key, found)
    if type(found) is Deferred:
        from shapecheck.interpret.imports import settle

        found = settle(interpreter, found)
    if not inner and type(found) in CHANGEABLE:
        interpreter.shared.read(found)
    return found


def _outer(interpreter: Interpreter, wanted: str, node: ast.AST, frame: Frame) -> Value:
    enclosing = frame.parent
    while enclosing is not None:
        found = enclosing.locals.get(wanted)
        if found is not None:
            return found
        enclosing = enclosing.parent
    found = frame.module.members.get(wanted)
    if found is not None:
        return found
    if wanted in BUILTINS:
        return External(f"builtins.{wanted}")
    if wanted in ("__name__", "__file__", "__doc__"):
        if wanted == "__name__":
            return Literal(frame.source.module_name)
        return interpreter.unknown(wanted, node, key=("builtin", wanted), kind="str")
    if frame.module.open:
        return interpreter.unknown(f"{wanted} comes from a star import", node, key=("global", wanted))
    if interpreter.places.source is frame.source:
        conventional = CONVENTIONAL.get(wanted)
        if conventional is not None and not _bound_somewhere(frame, wanted):
            return External(conventional)
        if wanted[:1].isupper() and not _bound_somewhere(frame, wanted):
            layer = _bare_keras_layer(wanted, frame)
            if layer is not None:
                return layer
    return interpreter.unknown(f"{wanted} is not defined", node, key=("global", wanted))


def _bound_somewhere(frame: Frame, wanted: str) -> bool:
    """True when the file binds the name anywhere: then it is the file's own, not a convention."""
    bound = getattr(frame.source.tree, "bound_names", None)
    if bound is None:
        bound = set()
        for entry in ast.walk(frame.source.tree):
            if isinstance(entry, ast.Name) and not isinstance(entry.ctx, ast.Load):
                bound.add(entry.id)
            elif isinstance(entry, ast.alias):
                bound.add((entry.asname or entry.name).partition(".")[0])
            elif isinstance(entry, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                bound.add(entry.name)
            elif isinstance(entry, ast.arg):
                bound.add(entry.arg)
        frame.source.tree.bound_names = bound  # type: ignore[attr-defined]  # kept with the tree it is about
    return wanted in bound


def _bare_keras_layer(wanted: str, frame: Frame) -> Value | None:
    text = frame.source.text
    if "keras" not in text and "tensorflow" not in text and "tf." not in text:
        return None
    from shapecheck.dialects.registry import spelling
    from shapecheck.interpret.models import model
    from shapecheck.interpret.names import canonical

    dotted = canonical(f"keras.layers.{wanted}")
    if wanted in ("Sequential", "Model"):
        dotted = f"keras.{wanted}"
    if spelling(dotted) is not None or model(dotted) is not None:
        return External(dotted)
    return None


def constant(interpreter: Interpreter, node: ast.Constant, frame: Frame) -> Value:
    """A literal; made once for each place."""
    made: Value | None = getattr(node, "made", None)
    if made is None:
        value = node.value
        if value is True:
            made = TRUE
        elif value is False:
            made = FALSE
        elif value is None:
            made = NONE
        elif value is ...:
            made = ELLIPSIS
        elif isinstance(value, int) and not fits(value):
            return interpreter.unknown("a number that was not computed", node, kind="int")
        elif isinstance(value, int):
            made = Int(value, Trace("literal", node, frame.source, value))
        else:
            made = Literal(value)
        node.made = made  # type: ignore[attr-defined]  # kept with the node it is about
    return made


def spread(interpreter: Interpreter, nodes: list[ast.expr], frame: Frame) -> list[Value] | None:
    """The elements of a display or argument list, stars expanded; None where a star is not known."""
    items: list[Value] | None = []
    for node in nodes:
        if type(node) is ast.Starred:
            entries = interpreter.iterate(interpreter.evaluate(node.value, frame), node, frame)
            if entries is None:
                items = None
            elif items is not None:
                items.extend(entries)
        else:
            value = interpreter.evaluate(node, frame)
            if items is not None:
                items.append(value)
    return items


def list_display(interpreter: Interpreter, node: ast.List, frame: Frame) -> Value:
    """`[a, *b]`."""
    return Sequence("list", spread(interpreter, node.elts, frame))


def tuple_display(interpreter: Interpreter, node: ast.Tuple, frame: Frame) -> Value:
    """`(a, *b)`."""
    return Sequence("tuple", spread(interpreter, node.elts, frame))


def set_display(interpreter: Interpreter, node: ast.Set, frame: Frame) -> Value:
    """`{a, b}`."""
    from shapecheck.interpret.builtins.containers import distinct

    items = spread(interpreter, node.elts, frame)
    return Sequence("set", None if items is None else distinct(interpreter, items))


def dict_display(interpreter: Interpreter, node: ast.Dict, frame: Frame) -> Value:
    """`{k: v, **other}`."""
    entries: dict[object, Value] | None = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = interpreter.evaluate(value_node, frame)
        if key_node is None:
            value = interpreter.resolve(value)
            if isinstance(value, Mapping) and value.entries is not None and entries is not None:
                entries.update(value.entries)
            else:
                entries = None
            continue
        known, key = dict_key(interpreter, interpreter.evaluate(key_node, frame))
        if entries is not None and known:
            entries[key] = value
        else:
            entries = None
    return Mapping(entries)


def dict_key(interpreter: Interpreter, value: Value) -> tuple[bool, object]:
    """(known, key): a plain hashable for literals, sizes and tuples of these, the value itself for other objects."""
    value = interpreter.resolve(value)
    if isinstance(value, Literal):
        return True, value.value
    if isinstance(value, Int):
        return True, value.size
    if isinstance(value, Unknown):
        return False, None
    if isinstance(value, Sequence):
        if value.items is None or value.kind == "list" or not is_light(value):
            return False, None
        keys = [dict_key(interpreter, entry) for entry in value.items]
        return all(known for known, _ in keys), tuple(key for _, key in keys)
    if isinstance(value, External):
        return True, ("external", value.name)
    return True, value


def key_value(interpreter: Interpreter, key: object) -> Value:
    """The value of a dictionary's key, the other way round."""
    if isinstance(key, tuple) and len(key) == 2 and key[0] == "external":
        return External(str(key[1]))
    return interpreter.lift(key)


def joined_text(interpreter: Interpreter, node: ast.JoinedStr, frame: Frame) -> Value:
    """An f-string; known where all its parts are."""
    parts: list[str] | None = []
    for part in node.values:
        text = None
        if isinstance(part, ast.Constant):
            text = str(part.value)
        elif isinstance(part, ast.FormattedValue):
            value = interpreter.evaluate(part.value, frame)
            if part.format_spec is None and part.conversion == -1:
                text = _shown(interpreter.resolve(value))
            else:
                text = _formatted(interpreter, value, part, frame)
        if text is None:
            parts = None
        elif parts is not None:
            parts.append(text)
    if parts is None or sum(map(len, parts)) > LONGEST_TEXT:
        return interpreter.unknown("a text with unknown parts", node, kind="str")
    return Literal("".join(parts))


def _shown(value: Value) -> str | None:
    if isinstance(value, Literal) and isinstance(value.value, str | bool | float | None):
        return str(value.value)
    if isinstance(value, Int) and isinstance(value.size, int) and value.size.bit_length() < 1000:
        return str(value.size)
    return None


def _formatted(interpreter: Interpreter, value: Value, part: ast.FormattedValue, frame: Frame) -> str | None:
    if part.conversion != -1 or not isinstance(part.format_spec, ast.JoinedStr):
        return None
    spec = "".join(str(entry.value) for entry in part.format_spec.values if isinstance(entry, ast.Constant))
    plain = interpreter.plain(value)
    if len(part.format_spec.values) > 1 or len(spec) > 6 or not isinstance(plain, int | float | str):
        return None
    try:
        return format(plain, spec)
    except ValueError:
        return None


def conditional(interpreter: Interpreter, node: ast.IfExp, frame: Frame) -> Value:
    """`a if condition else b`: cheap alternatives that cannot decide a shape are joined instead of forking."""
    condition = interpreter.evaluate(node.test, frame)
    known = interpreter.known_truth(condition)
    if known is None:
        if interpreter.joins(condition):
            joined = _joined(interpreter, node, frame)
            if joined is not None:
                return joined
        if isinstance(node.body, ast.Constant) and isinstance(node.orelse, ast.Constant):
            values = (node.body.value, node.orelse.value)
            if all(isinstance(value, str) for value in values) and _is_device(values):
                return interpreter.unknown("one of two texts", node, kind="str")
        known = interpreter.truth(condition, node.test, frame)
    interpreter.branches.add((id(node), known))
    return interpreter.evaluate(node.body if known else node.orelse, frame)


def _joined(interpreter: Interpreter, node: ast.IfExp, frame: Frame) -> Value | None:
    """Either of two values; None where a choice has to be made because they matter."""
    left = interpreter.evaluate(node.body, frame)
    right = interpreter.evaluate(node.orelse, frame)
    if same(left, right):
        return left
    if (
        interpreter.joining
        or interpreter.path.silent
        or (isinstance(left, Literal | Unknown) and isinstance(right, Literal | Unknown))
    ):
        return interpreter.unknown("one of two values", node)
    return None


def _is_device(values: tuple[object, ...]) -> bool:
    return any(str(value).startswith(("cuda", "cpu", "mps")) for value in values)


def same(left: Value, right: Value) -> bool:
    """True when two values are certainly the same."""
    if left is right:
        return True
    if isinstance(left, Int) and isinstance(right, Int):
        return left.size == right.size
    if isinstance(left, Literal) and isinstance(right, Literal):
        return type(left.value) is type(right.value) and bool(left.value == right.value)
    if isinstance(left, External) and isinstance(right, External):
        return left.name == right.name
    return isinstance(left, Unknown) and isinstance(right, Unknown) and left.key == right.key


def lambda_expression(interpreter: Interpreter, node: ast.Lambda, frame: Frame) -> Value:
    """`lambda x: …`."""
    from shapecheck.interpret.functions import make_function

    return make_function(interpreter, node, frame)


def named(interpreter: Interpreter, node: ast.NamedExpr, frame: Frame) -> Value:
    """`(x := value)`."""
    from shapecheck.interpret.assignments import assign

    value = interpreter.evaluate(node.value, frame)
    assign(interpreter, node.target, value, frame, node)
    return value


def awaited(interpreter: Interpreter, node: ast.Await, frame: Frame) -> Value:
    """`await x`: what it gives is what the coroutine returned, which calls give at once here."""
    return interpreter.evaluate(node.value, frame)


def yielded(interpreter: Interpreter, node: ast.Yield, frame: Frame) -> Value:
    """`yield x`: collected; what is sent in is unknown."""
    value = NONE if node.value is None else interpreter.evaluate(node.value, frame)
    if frame.yielded is not None:
        frame.yielded.append(value)
        frame.yield_nodes.append(node)
    return interpreter.unknown("what is sent into a generator", node)


def yielded_from(interpreter: Interpreter, node: ast.YieldFrom, frame: Frame) -> Value:
    """`yield from x`."""
    entries = interpreter.iterate(interpreter.evaluate(node.value, frame), node, frame)
    if entries is None:
        frame.yielded = None
    elif frame.yielded is not None:
        frame.yielded.extend(entries)
        frame.yield_nodes.extend([node] * len(entries))
    return interpreter.unknown("what a generator returns", node)


def slice_display(interpreter: Interpreter, node: ast.Slice, frame: Frame) -> Value:
    """`a:b:c` in an index."""
    lower, upper, step = (
        NONE if part is None else interpreter.evaluate(part, frame)
        for part in (node.lower, node.upper, node.step)
    )
    return Slice(lower, upper, step)


def starred(interpreter: Interpreter, node: ast.Starred, frame: Frame) -> Value:
    """A star outside a display: evaluated for what it does."""
    interpreter.evaluate(node.value, frame)
    return interpreter.unknown("a starred value", node)


def formatted_value(interpreter: Interpreter, node: ast.AST, frame: Frame) -> Value:
    """A part of an f-string on its own."""
    return interpreter.unknown("a formatted text", node, kind="str")


HANDLERS: dict[type, Callable[..., Value]] = {
    ast.Name: name,
    ast.Constant: constant,
    ast.List: list_display,
    ast.Tuple: tuple_display,
    ast.Set: set_display,
    ast.Dict: dict_display,
    ast.JoinedStr: joined_text,
    ast.FormattedValue: formatted_value,
    ast.IfExp: conditional,
    ast.Lambda: lambda_expression,
    ast.NamedExpr: named,
    ast.Await: awaited,
    ast.Yield: yielded,
    ast.YieldFrom: yielded_from,
    ast.Slice: slice_display,
    ast.Starred: starred,
}
