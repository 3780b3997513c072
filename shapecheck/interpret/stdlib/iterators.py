"""itertools, carried out at once where the iterables are known and the result is worth holding."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.numbers import added
from shapecheck.interpret.builtins.reading import closed, elements, integer, unknown
from shapecheck.interpret.limits import MOST_ITEMS, together
from shapecheck.interpret.values import NONE, Literal, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def _iterator(items: Iterable[Value] | None) -> Sequence:
    return Sequence("iterator", None if items is None else list(items))


def _columns(interpreter: Interpreter, call: Call, values: list[Value]) -> list[list[Value]] | None:
    found = [elements(interpreter, call, value) for value in values]
    known = [column for column in found if column is not None]
    return known if len(known) == len(found) else None


def _rows(rows: Iterable[tuple[Value, ...]]) -> Sequence:
    return _iterator(Sequence("tuple", list(row)) for row in rows)


def chain(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.chain(…)`."""
    columns = _columns(interpreter, call, call.arguments)
    return _iterator(None if columns is None else together(*columns))


def chain_from(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.chain.from_iterable(lists)`."""
    outer = elements(interpreter, call, call.argument(0))
    columns = None if outer is None else _columns(interpreter, call, outer)
    return _iterator(None if columns is None else together(*columns))


def product(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.product(…, repeat=1)`."""
    columns = _columns(interpreter, call, call.arguments)
    given = call.keywords.get("repeat")
    times = 1 if given is None else integer(interpreter, given)
    if columns is None or times is None or not 0 <= times <= 12:
        return _iterator(None)
    if math.prod(len(column) for column in columns) ** times > MOST_ITEMS:
        return _iterator(None)
    return _rows(itertools.product(*columns, repeat=times))


def repeat(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.repeat(value, times)`; without times it never ends."""
    times = integer(interpreter, call.argument(1, "times"))
    if times is None or times > MOST_ITEMS or not call.arguments:
        return _iterator(None)
    return _iterator([call.arguments[0]] * times)


def pairwise(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.pairwise(values)`."""
    values = elements(interpreter, call, call.argument(0))
    return _iterator(None) if values is None else _rows(itertools.pairwise(values))


def accumulate(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.accumulate(values, function, initial=…)`."""
    values = elements(interpreter, call, call.argument(0))
    if values is None:
        return _iterator(None)
    function = call.argument(1, "func")
    initial = call.keywords.get("initial")
    if initial is not None and not (isinstance(initial, Literal) and initial.value is None):
        values = [initial, *values]
    results = values[:1]
    for value in values[1:]:
        if function is None:
            results.append(added(interpreter, call, results[-1], value))
        else:
            results.append(interpreter.call(function, [results[-1], value], {}, call.node, call.frame))
    return _iterator(results)


def island(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.islice(values, start, stop, step)`."""
    values = elements(interpreter, call, call.argument(0))
    bounds: list[int | None] = []
    for given in call.arguments[1:]:
        bound = integer(interpreter, given)
        if bound is None and not (isinstance(given, Literal) and given.value is None):
            return _iterator(None)
        bounds.append(bound)
    if (
        values is None
        or not 1 <= len(bounds) <= 3
        or any(bound is not None and bound < 0 for bound in bounds)
    ):
        return _iterator(None)
    return _iterator(None) if bounds[2:] == [0] else _iterator(itertools.islice(values, *bounds))


def _choices(function: Callable[..., Iterable[tuple[Value, ...]]]) -> Callable[[Interpreter, Call], Value]:
    def model(interpreter: Interpreter, call: Call) -> Value:
        values = elements(interpreter, call, call.argument(0))
        size = integer(interpreter, call.argument(1, "r"))
        if values is None or size is None or len(values) > 12:
            return _iterator(None)
        rows = list(itertools.islice(function(values, size), MOST_ITEMS + 1)) if 0 <= size <= 4 else None
        return _iterator(None) if rows is None or len(rows) > MOST_ITEMS else _rows(rows)

    return model


def longest(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.zip_longest(…, fillvalue=None)`."""
    columns = _columns(interpreter, call, call.arguments)
    fill = call.keywords.get("fillvalue", NONE)
    return _iterator(None) if columns is None else _rows(itertools.zip_longest(*columns, fillvalue=fill))


def starred(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.starmap(function, rows)`."""
    rows = elements(interpreter, call, call.argument(1))
    columns = None if rows is None else _columns(interpreter, call, rows)
    if columns is None:
        return _iterator(None)
    function = call.arguments[0]
    return _iterator([interpreter.call(function, row, {}, call.node, call.frame) for row in columns])


def copies(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.tee(values, n)`."""
    values = elements(interpreter, call, call.argument(0))
    count = call.argument(1, "n")
    times = 2 if count is None else integer(interpreter, count)
    if times is None or not 0 <= times <= 64:
        return unknown(interpreter, call)
    return Sequence("tuple", [_iterator(values) for _ in range(times)])


def endless(interpreter: Interpreter, call: Call) -> Value:
    """`itertools.count()` and `itertools.cycle(…)`: they have no last element."""
    return _iterator(None)


MODELS = {
    f"itertools.{name}": closed(model)
    for name, model in {
        "chain": chain,
        "chain.from_iterable": chain_from,
        "product": product,
        "repeat": repeat,
        "pairwise": pairwise,
        "accumulate": accumulate,
        "islice": island,
        "combinations": _choices(itertools.combinations),
        "permutations": _choices(itertools.permutations),
        "combinations_with_replacement": _choices(itertools.combinations_with_replacement),
        "zip_longest": longest,
        "starmap": starred,
        "tee": copies,
        "count": endless,
        "cycle": endless,
    }.items()
}
