"""`check(x, "n t c")` in source: a proven failure is a finding, and from there on the shape is what it says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.declarations import Each, Fixed, Named, One, Parameters
from shapecheck.declarations.judging import start
from shapecheck.interpret.contracts import CHECKED, StaticContract, read_once
from shapecheck.interpret.contracts_calls import ARGUMENT, refuted, report
from shapecheck.interpret.contracts_facts import facts_of
from shapecheck.interpret.contracts_faults import malformed
from shapecheck.interpret.contracts_promises import promised, shape_of
from shapecheck.interpret.lowering import as_size
from shapecheck.interpret.values import Int, Mapping, Sequence, TensorValue, Unknown

if TYPE_CHECKING:
    from shapecheck.algebra import Binding
    from shapecheck.declarations import Declaration, Structure
    from shapecheck.declarations.judging import Judgement
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

VALUE = "value"


def checked(interpreter: Interpreter, call: Call, written: Any) -> Value:
    """What `check` gives: the sizes by name."""
    declaration = read_once(call.node, Parameters((VALUE,)), None, {VALUE: written})
    if isinstance(declaration, Exception):
        malformed(interpreter, declaration, call.node, call.frame)
        return interpreter.unknown("what check gives", call.node)
    contract = StaticContract(declaration, "check", CHECKED, call.node, call.frame.source)
    ((_, structure),) = declaration.inputs
    judgement = _judged(interpreter, call, declaration, structure)
    if refuted(interpreter, judgement, contract, call.node, call.frame.source) is not None:
        node = call.node.args[0] if isinstance(call.node, ast.Call) and call.node.args else call.node
        report(interpreter, judgement, contract, ARGUMENT, node, call.frame.source)
        return interpreter.unknown("what a failed check gives", call.node)
    if not interpreter.path.joined and not interpreter.path.silent:
        _refine(interpreter, call, structure, judgement.binding)
        if judgement.open:
            judgement = _judged(interpreter, call, declaration, structure)
    if judgement.open or _has_each(structure):
        return interpreter.unknown("what check gives", call.node)
    return _dims(judgement.binding)


def _judged(
    interpreter: Interpreter, call: Call, declaration: Declaration, structure: Structure
) -> Judgement:
    given = {name: as_size(interpreter, value) for name, value in call.keywords.items()}
    judgement = start(given, {}, declaration.constraints)
    judgement.value(VALUE, structure, facts_of(interpreter, call.arguments[0], structure))
    return judgement


def _has_each(structure: Structure) -> bool:
    if isinstance(structure, Fixed):
        return any(map(_has_each, structure.items))
    if isinstance(structure, Named):
        return any(_has_each(entry) for _, entry in structure.entries)
    return isinstance(structure, Each)


def _dims(binding: Binding) -> Value:
    found: dict[Any, Value] = {}
    for name, value in binding.bindings.items():
        found[name] = Sequence("tuple", list(map(Int, value))) if isinstance(value, tuple) else Int(value)
    return Mapping(found)


def _refine(interpreter: Interpreter, call: Call, structure: Structure, binding: Binding) -> None:
    """A tensor of which nothing was known has from here on the shape that the check demands."""
    value = interpreter.resolve(call.arguments[0])
    if not isinstance(structure, One) or structure.optional:
        return
    if isinstance(value, Unknown):
        found = promised(interpreter, structure, binding, value, call.frame)
        if found is not value:
            interpreter.path.refinements[value.key] = found
    elif isinstance(value, TensorValue) and value.shape is None and value.lazy is None:
        shape = shape_of(interpreter, structure.pattern, dict(binding.bindings))
        if shape is not None:
            value.shape = shape
