"""The signature of a function, read from its code object: `inspect` would cost more than the whole import."""

from __future__ import annotations

from keyword import iskeyword

from shapecheck.declarations import Parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

VARARGS, VARKEYWORDS = 0x04, 0x08
FLAVOURS = {0x200: "async generator", 0x80: "coroutine", 0x100: "coroutine", 0x20: "generator"}
RECEIVERS = ("self", "cls")


class Signature:
    """How a function is called: its parameters by kind, its defaults, and what a call of it gives.

    `flavour` is "plain", "coroutine", "generator" or "async generator".
    """

    __slots__ = (
        "annotations",
        "code",
        "defaults",
        "flavour",
        "keyword_defaults",
        "keyword_only",
        "keywords",
        "name",
        "positional",
        "positional_only",
        "receiver",
        "rest",
    )

    def __init__(self, function: Callable[..., Any], *, receiver: bool | None = None) -> None:
        base = innermost(function)
        code: CodeType = base.__code__
        names = list(code.co_varnames)
        count, keyword_count = code.co_argcount, code.co_kwonlyargcount
        self.code = code
        self.name: str = function.__name__
        self.positional = tuple(names[:count])
        self.positional_only = code.co_posonlyargcount
        self.keyword_only = tuple(names[count : count + keyword_count])
        extra = iter(names[count + keyword_count :])
        self.rest = next(extra) if code.co_flags & VARARGS else None
        self.keywords = next(extra) if code.co_flags & VARKEYWORDS else None
        self.defaults: tuple[Any, ...] = base.__defaults__ or ()
        self.keyword_defaults: dict[str, Any] = base.__kwdefaults__ or {}
        self.annotations: dict[str, Any] = getattr(base, "__annotations__", None) or {}
        self.flavour = _flavour(function)
        first = self.positional[0] if self.positional else None
        takes_receiver = first in RECEIVERS if receiver is None else receiver and first is not None
        self.receiver = first if takes_receiver else None

    @property
    def yields(self) -> bool:
        """Whether a call gives a generator, whose items are what the contract's result means."""
        return self.flavour in ("generator", "async generator")

    @property
    def prefix(self) -> str:
        """What stands before `def`."""
        return "async " if self.flavour in ("coroutine", "async generator") else ""

    @property
    def name_code(self) -> str:
        """The name to define it by; that of a lambda cannot be written."""
        usable = self.name.isidentifier() and not iskeyword(self.name)
        return self.name if usable else "function"

    def all_names(self) -> tuple[str, ...]:
        """Every parameter, the receiver, *args and **kwargs included."""
        extra = (name for name in (self.rest, self.keywords) if name is not None)
        return (*self.positional, *self.keyword_only, *extra)

    def definition(self) -> str:
        """The parameters as a `def` writes them. The values of defaults are set on the function later."""
        required = len(self.positional) - len(self.defaults)
        parts = [name if index < required else f"{name}=None" for index, name in enumerate(self.positional)]
        if self.positional_only:
            parts.insert(self.positional_only, "/")
        if self.rest is not None:
            parts.append(f"*{self.rest}")
        elif self.keyword_only:
            parts.append("*")
        parts += [f"{n}=None" if n in self.keyword_defaults else n for n in self.keyword_only]
        if self.keywords is not None:
            parts.append(f"**{self.keywords}")
        return ", ".join(parts)

    def call(self) -> str:
        """The arguments that hand everything on."""
        parts = list(self.positional)
        if self.rest is not None:
            parts.append(f"*{self.rest}")
        parts += [f"{name}={name}" for name in self.keyword_only]
        if self.keywords is not None:
            parts.append(f"**{self.keywords}")
        return ", ".join(parts)

    def parameters(self) -> Parameters:
        """The parameters that a contract may speak of."""
        names = self.positional[1 if self.receiver is not None else 0 :] + self.keyword_only
        return Parameters(
            names,
            receiver=self.receiver,
            optional=[name for name in names if self._may_be_none(name)],
            rest=self.rest,
            keywords=self.keywords,
        )

    def _may_be_none(self, name: str) -> bool:
        if name in self.keyword_only:
            default = self.keyword_defaults.get(name, ...)
        else:
            index = self.positional.index(name) - len(self.positional)
            default = self.defaults[index] if -index <= len(self.defaults) else ...
        annotation = self.annotations.get(name, "")
        text = annotation if isinstance(annotation, str) else repr(annotation)
        return default is None or "None" in text or "Optional" in text


def innermost(function: Any) -> Any:
    """The function whose signature a decorated one shows."""
    # Decorators below ours that follow functools.wraps keep the signature; calls still go through them.
    found = function
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    found = getattr(found, "__func__", found)
    if not hasattr(found, "__code__"):
        raise TypeError(f"a contract belongs on a Python function, not on {function!r}")
    return found


def _flavour(function: Any) -> str:
    code = getattr(function, "__code__", None)
    flags = code.co_flags if code is not None else 0
    return next((flavour for flag, flavour in FLAVOURS.items() if flags & flag), "plain")
