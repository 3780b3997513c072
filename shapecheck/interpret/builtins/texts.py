"""Strings: the constructor and the methods, carried out where every part is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim
from shapecheck.interpret.builtins.reading import closed, computed, elements, text, unknown
from shapecheck.interpret.limits import LONGEST_TEXT, fits, is_light
from shapecheck.interpret.values import Int, Literal, Sequence, Value

if TYPE_CHECKING:
    from typing import Any

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

LONGEST_PADDING = 1_000

_PURE = [
    "capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isascii",
    "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isspace", "istitle", "isupper",
    "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex",
    "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title",
    "upper", "zfill", "center", "ljust", "rjust",
]  # fmt: skip


def to_text(interpreter: Interpreter, call: Call) -> Value:
    """`str(x)`."""
    value = call.argument(0)
    if value is None:
        return Literal("")
    shown = spoken(interpreter, value)
    return unknown(interpreter, call, "str") if shown is None or len(call.arguments) > 1 else Literal(shown)


def represented(interpreter: Interpreter, call: Call) -> Value:
    """`repr(x)`."""
    value = call.argument(0)
    if isinstance(value, Literal):
        return Literal(repr(value.value))
    shown = None if value is None else spoken(interpreter, value)
    return unknown(interpreter, call, "str") if shown is None else Literal(shown)


def spoken(interpreter: Interpreter, value: Value) -> str | None:
    """What `str` makes of a value, None where it is not known."""
    value = interpreter.resolve(value)
    if isinstance(value, Literal) and not isinstance(value.value, bytes):
        return str(value.value)
    if isinstance(value, Int) and isinstance(value.size, int) and fits(value.size):
        return str(value.size)
    return None


def _plain(interpreter: Interpreter, value: Value) -> Any:
    """A string, a number, None or a tuple of these; raises TypeError for all else."""
    value = interpreter.resolve(value)
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Int) and not isinstance(value.size, Dim):
        return value.size
    if isinstance(value, Sequence) and value.kind == "tuple" and value.items is not None and is_light(value):
        return tuple(_plain(interpreter, item) for item in value.items)
    raise TypeError("not known")


def method(interpreter: Interpreter, call: Call) -> Value:
    """A method of str that gives a new value and has no effect."""
    name = call.name.rpartition(".")[2]
    subject = text(interpreter, call.receiver)
    if subject is None or len(subject) > LONGEST_TEXT:
        return unknown(interpreter, call)
    try:
        arguments = [_plain(interpreter, value) for value in call.arguments]
        keywords = {key: _plain(interpreter, value) for key, value in call.keywords.items()}
        if name in ("zfill", "center", "ljust", "rjust") and arguments[0] > LONGEST_PADDING:
            return unknown(interpreter, call, "str")
        result = getattr(subject, name)(*arguments, **keywords)
    except (TypeError, ValueError, IndexError, OverflowError, MemoryError):
        return unknown(interpreter, call)
    if isinstance(result, str) and len(result) > LONGEST_TEXT:
        return unknown(interpreter, call, "str")
    return _value(call, result)


def _value(call: Call, result: Any) -> Value:
    if isinstance(result, int) and not isinstance(result, bool):
        return computed(call, result)
    if isinstance(result, tuple | list):
        kind = "tuple" if isinstance(result, tuple) else "list"
        return Sequence(kind, [Literal(part) for part in result])
    return Literal(result)


def joined(interpreter: Interpreter, call: Call) -> Value:
    """`separator.join(parts)`."""
    separator = text(interpreter, call.receiver)
    parts = elements(interpreter, call, call.argument(0))
    if separator is None or parts is None:
        return unknown(interpreter, call, "str")
    texts = [text(interpreter, part) for part in parts]
    known = [part for part in texts if part is not None]
    if len(known) < len(texts) or sum(map(len, known)) + len(separator) * len(known) > LONGEST_TEXT:
        return unknown(interpreter, call, "str")
    return Literal(separator.join(known))


def formatted(interpreter: Interpreter, call: Call) -> Value:
    """`template.format(…)` with plain fields only: a width or a precision in a template is not followed."""
    template = text(interpreter, call.receiver)
    if template is None or ":" in template or len(template) > LONGEST_TEXT:
        return unknown(interpreter, call, "str")
    try:
        arguments = [_plain(interpreter, value) for value in call.arguments]
        keywords = {key: _plain(interpreter, value) for key, value in call.keywords.items()}
        if (
            sum(_length(part) for part in [*arguments, *keywords.values()]) * template.count("{")
            > LONGEST_TEXT
        ):
            return unknown(interpreter, call, "str")
        return Literal(template.format(*arguments, **keywords))
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return unknown(interpreter, call, "str")


def _length(part: Any) -> int:
    return len(str(part)) if isinstance(part, tuple) else len(part) if isinstance(part, str | bytes) else 0


def encoded(interpreter: Interpreter, call: Call) -> Value:
    """`str.encode()`."""
    subject = text(interpreter, call.receiver)
    if subject is None or call.arguments or call.keywords or len(subject) > LONGEST_TEXT:
        return unknown(interpreter, call)
    return Literal(subject.encode(errors="replace"))


def character(interpreter: Interpreter, call: Call) -> Value:
    """`chr(n)`."""
    value = call.argument(0)
    if isinstance(value, Int) and isinstance(value.size, int) and 0 <= value.size < 0x110000:
        return Literal(chr(value.size))
    return unknown(interpreter, call, "str")


def code_point(interpreter: Interpreter, call: Call) -> Value:
    """`ord(character)`."""
    subject = text(interpreter, call.argument(0))
    return (
        computed(call, ord(subject)) if subject and len(subject) == 1 else unknown(interpreter, call, "int")
    )


def is_integer(interpreter: Interpreter, call: Call) -> Value:
    """`float.is_integer()`."""
    value = call.receiver
    if isinstance(value, Literal) and isinstance(value.value, float):
        return Literal(value.value.is_integer())
    return Literal(True) if isinstance(value, Int) else unknown(interpreter, call, "bool")


def bit_length(interpreter: Interpreter, call: Call) -> Value:
    """`int.bit_length()`."""
    value = call.receiver
    if isinstance(value, Int) and isinstance(value.size, int):
        return computed(call, value.size.bit_length())
    return unknown(interpreter, call, "int")


MODELS = {
    "builtins.str": closed(to_text),
    "builtins.repr": closed(represented),
    "builtins.ascii": closed(represented),
    "builtins.format": closed(to_text),
    "builtins.chr": closed(character),
    "builtins.ord": closed(code_point),
    **{f"str.{name}": closed(method) for name in _PURE},
    "str.join": closed(joined),
    "str.format": closed(formatted),
    "str.encode": closed(encoded),
    "float.is_integer": closed(is_integer),
    "int.is_integer": closed(is_integer),
    "int.bit_length": closed(bit_length),
}
