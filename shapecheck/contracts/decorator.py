"""`contract`: what a function promises about the shapes it takes and gives, checked at every call."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar, overload

from shapecheck.algebra import PatternError
from shapecheck.contracts.compiling import ATTRIBUTE, Place, compile_contract
from shapecheck.contracts.mode import mode
from shapecheck.contracts.signature import Signature, innermost
from shapecheck.declarations import declare

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from shapecheck.contracts.record import Contract
    from shapecheck.declarations import Declaration

# A function, method object or class: the decorator gives back what it was given, so every type is kept whole
# (parameters, overloads, properties, classes), which a ParamSpec could not say of all of these.
Decorated = TypeVar("Decorated")

OWN_LINES = "__shapecheck_dims__"


class _Decorator:
    """A contract with its arguments, ready to be put on a function."""

    __slots__ = ("named", "place", "text")

    def __init__(self, text: str | None, named: dict[str, Any], place: Place) -> None:
        self.text = text
        self.named = named
        self.place = place

    def __call__(self, function: Decorated) -> Decorated:
        """The function with its contract; the very same function where contracts are off."""
        if mode() == "off":
            return function
        try:
            return _decorate(function, self._wrap)  # type: ignore[no-any-return]
        except PatternError as error:
            raise error.with_traceback(None) from None  # the user's line is the one that tells

    def _wrap(self, function: Any, receiver: bool | None) -> Any:
        signature = Signature(function, receiver=receiver)
        declaration = declare(signature.parameters(), self.text, self.named, low=0)
        return compile_contract(function, signature, declaration, self.place, strict=mode() == "strict")


class _Contract:
    """The public name `contract`: call it with a contract, put it bare on annotations, or use `.dims`."""

    __slots__ = ()

    @overload
    def __call__(self, text: str, /, **named: Any) -> _Decorator: ...

    @overload
    def __call__(self, /, **named: Any) -> _Decorator: ...

    @overload
    def __call__(self, function: Decorated, /) -> Decorated: ...

    def __call__(self, first: Any = None, /, **named: Any) -> Any:
        """Put a contract on a function, a method, a property or a dataclass.

        `@contract("n t c, n t -> n k")` describes the first tensors after self and what is returned;
        `@contract(x="n t d", returns=("n t h", "l n h"))` names them, with tuples, `[each]` and dicts;
        a bare `@contract` reads jaxtyping annotations. A call that breaks it raises ShapeError.
        With SHAPECHECK=off in the environment the function itself comes back.

        Raises PatternError for a text that cannot be read, ValueError or TypeError for a contract that does
        not fit the function.
        """
        frame = sys._getframe(1)
        place = Place(frame.f_code.co_filename, frame.f_lineno)
        if first is None or isinstance(first, str):
            if first is None and not named:
                raise TypeError("an empty contract: say what comes in or out, or write @contract bare")
            return _Decorator(first, named, place)
        if named:
            raise TypeError(f"the contract of one tensor is a string such as 'n t c', got {first!r}")
        if mode() == "off":
            return first
        return _decorate(first, lambda function, receiver: _annotated(function, receiver, place, frame))

    def dims(self, names: str, /) -> Callable[[Decorated], Decorated]:
        """On a class: these dims mean the same size in all of its methods, for each instance.

        Put it above the class, `@contract.dims("c k")`. Subclasses share the names of their bases; methods
        that a subclass adds need the line on the subclass too.
        """
        shared = tuple(names.replace(",", " ").split())
        for name in shared:
            if not name.isidentifier():
                raise ValueError(f"{name!r} is no name for a dim; write @contract.dims('c k')")

        def share(cls: Decorated) -> Decorated:
            if mode() != "off":
                _share(cls, shared)
            return cls

        return share


contract = _Contract()


def _decorate(target: Any, wrap: Callable[[Any, bool | None], Any]) -> Any:
    """Wrap the function in whatever holds it: a method object, a property, a dataclass."""
    if isinstance(target, staticmethod):
        return staticmethod(wrap(target.__func__, False))
    if isinstance(target, classmethod):
        return classmethod(wrap(target.__func__, True))
    if isinstance(target, property):
        if target.fget is None:
            raise TypeError("a contract on a property describes what it gives, and this one has no getter")
        return property(wrap(target.fget, True), target.fset, target.fdel, target.__doc__)
    if isinstance(target, type):
        return _decorate_class(target, wrap)
    if hasattr(target, "attrname") and hasattr(target, "func"):  # functools.cached_property
        target.func = wrap(target.func, True)
        return target
    return wrap(target, None)


def _decorate_class(cls: type, wrap: Callable[[Any, bool | None], Any]) -> type:
    """A contract on a dataclass or a NamedTuple describes its fields, checked when one is made."""
    if hasattr(cls, "_fields") and issubclass(cls, tuple):
        cls.__new__ = staticmethod(wrap(cls.__new__, True))  # type: ignore[method-assign]
        return cls
    if "__init__" not in vars(cls):
        raise TypeError(
            f"a contract on a class describes the parameters of its __init__, and {cls.__name__} has none of "
            "its own yet: put @contract above @dataclass"
        )
    cls.__init__ = wrap(vars(cls)["__init__"], True)  # type: ignore[misc]
    return cls


def _annotated(function: Any, receiver: bool | None, place: Place, frame: FrameType) -> Any:
    from shapecheck.contracts.annotations import declare_from_annotations, namespaces_of

    signature = Signature(function, receiver=receiver)
    declaration = declare_from_annotations(signature, namespaces_of(innermost(function), frame))
    if not declaration.inputs and declaration.returns is None and not declaration.unread:
        raise TypeError(
            f"{signature.name} has no annotation that says a shape; write @contract('n t c -> n k'), or "
            "annotate with jaxtyping: x: Float[Tensor, 'n t c']"
        )
    strict = mode() == "strict"
    if strict and declaration.unread:
        raise TypeError(f"{signature.name}: {declaration.unread[0]}")
    found = compile_contract(function, signature, declaration, place, strict=strict)
    made: Contract = getattr(found, ATTRIBUTE)
    for reason in declaration.unread:
        made.defer(0, reason)
    return found


def _share(cls: Any, names: tuple[str, ...]) -> None:
    if not isinstance(cls, type):
        raise TypeError(f"contract.dims belongs on a class, not on {cls!r}")
    if not cls.__dictoffset__:
        raise TypeError(f"contract.dims needs instances with a __dict__; those of {cls.__name__} have none")
    inherited = [name for base in cls.__mro__[1:] for name in vars(base).get(OWN_LINES, ())]
    shared = tuple(dict.fromkeys((*inherited, *names)))
    setattr(cls, OWN_LINES, shared)
    used: set[str] = set()
    for attribute, value in list(vars(cls).items()):
        if isinstance(value, property) and hasattr(value.fget, ATTRIBUTE):
            fget = _shared_again(value.fget, shared, used)
            setattr(cls, attribute, property(fget, value.fset, value.fdel, value.__doc__))
        elif hasattr(value, ATTRIBUTE) and hasattr(value, "__code__"):
            setattr(cls, attribute, _shared_again(value, shared, used))
    unknown = [name for name in names if name not in used]
    if unknown:
        raise ValueError(f"no contract in {cls.__name__} speaks of {', '.join(unknown)}")


def _shared_again(function: Any, shared: tuple[str, ...], used: set[str]) -> Any:
    """The same contract compiled once more, now reading and binding the dims of the instance."""
    made: Contract = getattr(function, ATTRIBUTE)
    declaration: Declaration = made.declaration
    used.update(declaration.names())
    original = function.__wrapped__
    return compile_contract(
        original,
        Signature(original),
        declaration,
        Place(made.path, made.line),
        strict=made.strict,
        shared=shared,
    )
