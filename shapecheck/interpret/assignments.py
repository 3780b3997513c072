"""Assignment: names, unpacking, attributes, items, augmented assignment, del."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Equal, Proof
from shapecheck.interpret.arithmetic import SIGNS, combine
from shapecheck.interpret.limits import together
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.values import Instance, Int, Mapping, Sequence, TensorValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def assignment(interpreter: Interpreter, node: ast.Assign, frame: Frame) -> None:
    """`a = b = value`."""
    value = interpreter.evaluate(node.value, frame)
    for target in node.targets:
        assign(interpreter, target, value, frame, node.value)


def annotated(interpreter: Interpreter, node: ast.AnnAssign, frame: Frame) -> None:
    """`a: int = value`."""
    if node.value is not None:
        assign(interpreter, node.target, interpreter.evaluate(node.value, frame), frame, node.value)


def augmented(interpreter: Interpreter, node: ast.AugAssign, frame: Frame) -> None:
    """`a += value`: lists grow in place."""
    target = node.target
    if isinstance(target, ast.Name):
        from shapecheck.interpret.expressions import name

        before = name(interpreter, target, frame)
    elif isinstance(target, ast.Attribute):
        before = interpreter.attribute(interpreter.evaluate(target.value, frame), target.attr, target, frame)
    else:
        holder = interpreter.evaluate(target.value, frame)
        before = interpreter.index(holder, interpreter.evaluate(target.slice, frame), target, frame)
    value = interpreter.evaluate(node.value, frame)
    if isinstance(before, Sequence) and before.kind == "list" and type(node.op) is ast.Add:
        entries = interpreter.iterate(value, node.value, frame)
        interpreter.touch(before)
        before.items = together(before.items, entries)
        return
    assign(
        interpreter,
        target,
        combine(interpreter, SIGNS[type(node.op)], before, value, node, frame),
        frame,
        node,
    )


def assign(interpreter: Interpreter, target: ast.expr, value: Value, frame: Frame, node: ast.AST) -> None:
    """Bind a target to a value; `node` is the expression that gave it."""
    kind = type(target)
    if kind is ast.Name:
        bind_name(interpreter, target, value, frame)  # type: ignore[arg-type]
    elif kind is ast.Attribute:
        holder = interpreter.resolve(interpreter.evaluate(target.value, frame))  # type: ignore[attr-defined]
        if type(value) is Int:
            value = _named(value, target, frame)
        interpreter.set_attribute(holder, target.attr, value, target, frame)  # type: ignore[attr-defined]
    elif kind is ast.Subscript:
        from shapecheck.interpret.subscripts import set_index

        holder = interpreter.resolve(interpreter.evaluate(target.value, frame))  # type: ignore[attr-defined]
        index = interpreter.evaluate(target.slice, frame)  # type: ignore[attr-defined]
        set_index(interpreter, holder, index, value, target, frame)
    elif isinstance(target, ast.Tuple | ast.List):
        unpack(interpreter, target, value, frame, node)
    elif isinstance(target, ast.Starred):
        assign(interpreter, target.value, value, frame, node)


def _named(value: Int, target: ast.expr, frame: Frame) -> Int:
    """The same integer, remembering the name that it was given."""
    name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
    return Int(
        value.size, Trace("assigned", target, frame.source, value.size, name=name, parts=(value.origin,))
    )


def bind_name(interpreter: Interpreter, target: ast.Name, value: Value, frame: Frame) -> None:
    """Bind a name in its scope."""
    if type(value) is Int:
        value = _named(value, target, frame)
    scopes = frame.local_globals
    if scopes is not None and target.id in scopes:
        if scopes[target.id] == "global":
            interpreter.touch(frame.module, target.id)
            frame.module.members[target.id] = value
            return
        enclosing = frame.parent
        while enclosing is not None:
            if target.id in enclosing.locals:
                interpreter.shared.epoch += 1
                enclosing.locals[target.id] = value
                return
            enclosing = enclosing.parent
    if frame.is_module:
        interpreter.shared.rebind(target.id)
    frame.locals[target.id] = value


def unpack(
    interpreter: Interpreter, target: ast.Tuple | ast.List, value: Value, frame: Frame, node: ast.AST
) -> None:
    """`a, (b, *c) = value`."""
    value = interpreter.resolve(value)
    names = target.elts
    star = next((index for index, entry in enumerate(names) if isinstance(entry, ast.Starred)), None)
    value = _settle_rank(interpreter, value, names, star, node, frame)
    entries = _parts(interpreter, value, names, star, node, frame)
    if entries is None:
        for index, entry in enumerate(names):
            if isinstance(entry, ast.Starred):
                assign(interpreter, entry, Sequence("list", None), frame, node)
            else:
                assign(interpreter, entry, _element(interpreter, value, index, star, node), frame, node)
        return
    if star is None:
        for entry, part in zip(names, entries, strict=True):
            assign(interpreter, entry, part, frame, node)
        return
    behind = len(names) - star - 1
    for entry, part in zip(names[:star], entries[:star], strict=True):
        assign(interpreter, entry, part, frame, node)
    middle = entries[star : len(entries) - behind]
    assign(interpreter, names[star], Sequence("list", middle), frame, node)
    for entry, part in zip(names[star + 1 :], entries[len(entries) - behind :], strict=True):
        assign(interpreter, entry, part, frame, node)


def _element(interpreter: Interpreter, value: Value, index: int, star: int | None, node: ast.AST) -> Value:
    """One element of something whose elements are not known."""
    if isinstance(value, Unknown) and (star is None or index < star):
        return interpreter.unknown("an element", node, key=("item", value.key, index))
    if isinstance(value, Sequence) and value.source is not None and (star is None or index < star):
        from shapecheck.interpret.subscripts import unknown_axis

        return unknown_axis(interpreter, value.source, index)
    if isinstance(value, TensorValue):
        return TensorValue(None, value.dtype, family=value.family)
    return interpreter.unknown("an element", node)


def _settle_rank(
    interpreter: Interpreter,
    value: Value,
    names: list[ast.expr],
    star: int | None,
    node: ast.AST,
    frame: Frame,
) -> Value:
    """`b, c, h, w = x.shape` on an argument of open rank says its rank and what its axes are called."""
    if star is not None or not isinstance(value, Sequence) or value.items is not None or value.source is None:
        return value
    called = tuple(entry.id if isinstance(entry, ast.Name) else "_" for entry in names)
    if not interpreter.settle(value.source, (len(names),), called):
        return value
    from shapecheck.interpret.tensors import shape_value

    return shape_value(interpreter, value.source, node, frame)


def _parts(
    interpreter: Interpreter,
    value: Value,
    names: list[ast.expr],
    star: int | None,
    node: ast.AST,
    frame: Frame,
) -> list[Value] | None:
    """The elements to bind, None where they are not known; a count that cannot fit is a mistake."""
    wanted = len(names) - (star is not None)
    if isinstance(value, TensorValue):
        return _tensor_parts(interpreter, value, wanted, star, node, frame)
    entries = interpreter.iterate(value, node, frame)
    if entries is None:
        return None
    fits = len(entries) == wanted if star is None else len(entries) >= wanted
    if fits:
        return entries
    if isinstance(value, Sequence) and (value.kind == "size" or _holds_tensor(entries)):
        what = (
            f"shape {_shown(value)} with {len(entries)} axes"
            if value.kind == "size"
            else f"{len(entries)} values"
        )
        _unpack_mistake(interpreter, what, wanted, star, node, frame)
    return None


def _holds_tensor(entries: list[Value]) -> bool:
    return any(isinstance(entry, TensorValue) for entry in entries)


def _shown(value: Sequence) -> str:
    from shapecheck.algebra import Shape

    sizes: list[Any] = [entry.size for entry in value.items or () if isinstance(entry, Int)]
    return str(Shape(*sizes))


def _tensor_parts(
    interpreter: Interpreter,
    value: TensorValue,
    wanted: int,
    star: int | None,
    node: ast.AST,
    frame: Frame,
) -> list[Value] | None:
    """A tensor unpacks along its first axis."""
    if not value.shape or star is not None:
        return None
    if Equal(value.shape[0], wanted).proof() is Proof.NO or (
        interpreter.path.system.decide(Equal(value.shape[0], wanted)) is Proof.NO
    ):
        what = f"a tensor of shape {value.shape}, whose first axis has {value.shape[0]} entries,"
        _unpack_mistake(interpreter, what, wanted, star, node, frame)
        return None
    return [interpreter.index(value, Int(index), node, frame) for index in range(wanted)]


def _unpack_mistake(
    interpreter: Interpreter, what: str, wanted: int, star: int | None, node: ast.AST, frame: Frame
) -> None:
    least = "at least " if star is not None else ""
    names = "name" if wanted == 1 else "names"
    interpreter.mistake(
        "SHP112", f"cannot unpack {what} into {least}{wanted} {names}", node, frame, wanted=wanted
    )


def deletion(interpreter: Interpreter, node: ast.Delete, frame: Frame) -> None:
    """`del a, b[c], d.e`."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            frame.locals.pop(target.id, None)
        elif isinstance(target, ast.Attribute):
            holder = interpreter.resolve(interpreter.evaluate(target.value, frame))
            if isinstance(holder, Instance):
                interpreter.touch(holder, target.attr)
                holder.attributes.pop(target.attr, None)
        elif isinstance(target, ast.Subscript):
            holder = interpreter.resolve(interpreter.evaluate(target.value, frame))
            index = interpreter.resolve(interpreter.evaluate(target.slice, frame))
            _delete_item(interpreter, holder, index)


def _delete_item(interpreter: Interpreter, holder: Value, index: Value) -> None:
    from shapecheck.interpret.expressions import dict_key

    interpreter.touch(holder)
    if isinstance(holder, Mapping) and holder.entries is not None:
        known, key = dict_key(interpreter, index)
        if known:
            holder.entries.pop(key, None)
        else:
            holder.entries = None
    elif isinstance(holder, Sequence) and holder.items is not None:
        place = interpreter.plain(index)
        if isinstance(place, int) and -len(holder.items) <= place < len(holder.items):
            del holder.items[place]
        else:
            holder.items = None
    elif getattr(holder, "entries", None) is not None:
        holder.entries = None  # type: ignore[attr-defined]  # a container of modules


HANDLERS: dict[type, Callable[..., Any]] = {
    ast.Assign: assignment,
    ast.AnnAssign: annotated,
    ast.AugAssign: augmented,
    ast.Delete: deletion,
}
