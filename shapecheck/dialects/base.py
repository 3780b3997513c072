"""How a framework spells an operator: names, parameters, defaults, and how the arguments become the operator.

A dialect is data and small functions over plain values. Nothing is imported from any framework.

Plain values, as every function here receives them: `int` or `Dim` for sizes, `float`, `str`, `bool`, `None`, `tuple`
and `list` of plain values, `dict` with str keys, `Tensor`, `slice`, `Ellipsis`, `DType`, the `Op` of a layer that is
passed to a wrapper (`TimeDistributed(layer)`), and `UNKNOWN` for everything that was not understood.

A limit that one framework alone has (Keras refuses a stride together with a dilation) is a need of its dialect, code
SHP401: `Spelling.limits` gives those of a layer's attributes, checked where the layer is made, and `Apply.needs` those
of one application, checked before the operator's own. An operator never knows of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import Dim
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Need, Op

    Plain = Any


class _Unknown:
    """The value of which nothing is known."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN has no truth value: compare with `is UNKNOWN`")


UNKNOWN: Any = _Unknown()


class NotUnderstood(Exception):
    """This call cannot be modelled; the reason is a short phrase for the coverage report: "padding is unknown"."""


class Refused(NotUnderstood):
    """The framework refuses this call for what kind of thing an argument is: a code and "takes …, got …"."""

    def __init__(self, code: str, message: str, *, help: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.help = help


class DType:
    """A dtype object of a framework, by its neutral name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Apply(NamedTuple):
    """Apply `op` to `inputs`, each a Tensor, None (absent) or another Apply; the result is the tensor or tensors out.

    `channels_last` says that the tensors have their channels last, while the operator wants them second: the
    one who applies moves the axis there and back (`ops.layout`). `dtype` is the dtype out (default: that of the first
    input). `needs` are what the dialect demands beyond the operator; they come first.
    """

    op: Op
    inputs: tuple[Any, ...]
    channels_last: bool = False
    dtype: str | tuple[str | None, ...] | None = None
    fields: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()


class Arguments:
    """The arguments of one call, bound to the spelled parameters, defaults filled in, as plain values."""

    __slots__ = ("fresh", "given", "spelling", "values")

    def __init__(
        self, spelling: Spelling, values: dict[str, Plain], given: frozenset[str], fresh: Callable[[str], Dim]
    ) -> None:
        self.spelling = spelling
        self.values = (
            values  # parameter name -> plain value; *args under its own name as tuple, **kwargs as dict
        )
        self.given = given  # the parameters that the caller wrote
        self.fresh = fresh  # makes a new unknown size

    def __getitem__(self, name: str) -> Plain:
        """The plain value, UNKNOWN included."""
        return self.values[name]

    def known(self, name: str) -> Plain:
        """The plain value; raises NotUnderstood when it is UNKNOWN."""
        value = self.values[name]
        if value is UNKNOWN:
            raise NotUnderstood(f"{name} is unknown")
        return value

    def size(self, name: str) -> Size:
        """One integer; a value that is unknown becomes a new unknown size."""
        value = self.values[name]
        if value is UNKNOWN:
            return self.fresh(name)
        if isinstance(value, bool) or not isinstance(value, int | Dim):
            raise NotUnderstood(f"{name} is no integer")
        return value

    def optional_size(self, name: str) -> Size | None:
        """One integer, or None where None was given."""
        return None if self.values[name] is None else self.size(name)

    def integer(self, name: str) -> int:
        """An integer whose number must be known (a dim, an axis)."""
        value = self.known(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise NotUnderstood(f"{name} is no known integer")
        return value

    def sizes(self, name: str) -> tuple[Size, ...] | Size:
        """One integer, or one for each axis; unknown entries become new unknown sizes."""
        value = self.values[name]
        if isinstance(value, tuple | list):
            return tuple(self._entry(name, entry) for entry in value)
        return self.size(name)

    def _entry(self, name: str, entry: Plain) -> Size:
        if entry is UNKNOWN:
            return self.fresh(name)
        if isinstance(entry, bool) or not isinstance(entry, int | Dim):
            raise NotUnderstood(f"{name} holds something that is no integer")
        return entry

    def flag(self, name: str) -> bool:
        """A truth value that must be known."""
        value = self.known(name)
        if not isinstance(value, bool | int):
            raise NotUnderstood(f"{name} is no known flag")
        return bool(value)

    def harmless_flag(self, name: str) -> bool:
        """A truth value that decides no shape (a bias): where it is unknown, the parameter's default."""
        value = self.values[name]
        if isinstance(value, bool | int):
            return bool(value)
        for parameter in parse_signature(self.spelling.signature):
            if parameter.name == name and isinstance(parameter.default, bool):
                return parameter.default
        return True

    def operator(self, name: str) -> Op:
        """The operator of a layer that is passed as an argument."""
        from shapecheck.ops.base import Op

        value = self.known(name)
        if not isinstance(value, Op):
            raise NotUnderstood(f"{name} is no layer whose operator is known")
        return value

    def text(self, name: str) -> str:
        """A string that must be known."""
        value = self.known(name)
        if not isinstance(value, str):
            raise NotUnderstood(f"{name} is no known string")
        return value

    def tensor(self, name: str) -> Tensor:
        """A tensor; its shape may still be None."""
        value = self.known(name)
        if not isinstance(value, Tensor):
            self._refuse_tuple(f"takes a tensor as {name}", value)
            raise NotUnderstood(f"{name} is no tensor")
        return value

    def _refuse_tuple(self, wanted: str, value: Plain, place: str = "") -> None:
        """PyTorch takes no tuple for a tensor; the other frameworks make an array of it."""
        if not isinstance(value, tuple | list) or not self.spelling.name.startswith("torch."):
            return
        if any(isinstance(entry, Tensor) for entry in value):
            kind, rest = type(value).__name__, ", _" * (len(value) - 1)
            help = (f"take one of its entries, as in x{rest} = …",) if isinstance(value, tuple) else ()
            raise Refused("SHP120", f"{wanted}, got a {kind} of {len(value)} {place}".rstrip(), help=help)

    def tensors(self, name: str) -> tuple[Tensor, ...]:
        """A list or tuple of tensors."""
        value = self.known(name)
        if not isinstance(value, tuple | list) or not all(isinstance(entry, Tensor) for entry in value):
            for entry in value if isinstance(value, tuple | list) else ():
                self._refuse_tuple("takes a list of tensors", entry, "in it")
            raise NotUnderstood(f"{name} is no known list of tensors")
        return tuple(value)

    def dtype(self, name: str) -> str | None:
        """The neutral name of a dtype argument, None where it was not given or is unknown."""
        value = self.values[name]
        if isinstance(value, DType):
            return value.name
        return value if isinstance(value, str) else None


class Spelling:
    """One spelled name of a framework.

    kind:
      "layer"     calling the name makes a layer: `build(arguments)` gives its Op (or None for an identity), and
                  calling the layer binds `call_signature` and runs `call(op, arguments)`, by default one input tensor;
      "function"  calling the name runs `call(None, arguments)`;
      "method"    the same on a tensor: the first parameter is the tensor itself. Named with a dialect prefix:
                  "torch.Tensor.view", "tf.Tensor.…", "keras.KerasTensor.…", "numpy.ndarray.reshape".
    `call` returns an Apply, any plain value, or a (nested) tuple/list of these.
    `names` maps operator attributes to the parameters they come from: the linter finds the guilty argument with it.
    `limits(op)` yields the framework's own limits on a layer's attributes, checked where the layer is made together
    with `op.construction_needs()`.

    A layer whose weights are made by its first call keeps `op.built_for(*input_shapes)` from then on (shapes as the
    user's code has them); for every other layer this gives the same operator back.
    """

    __slots__ = ("build", "call", "call_signature", "kind", "limits", "name", "names", "signature")

    def __init__(
        self,
        name: str,
        kind: str,
        signature: str,
        *,
        build: Callable[[Arguments], Op | None] | None = None,
        call: Callable[[Any, Arguments], Any] | None = None,
        call_signature: str = "input",
        names: dict[str, str] | None = None,
        limits: Callable[[Any], Iterable[Need]] | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.signature = signature
        self.build = build
        self.call = call
        self.call_signature = call_signature
        self.names = names or {}
        self.limits = limits

    def __repr__(self) -> str:
        return f"Spelling({self.name}({self.signature}))"


def apply_to_input(op: Op, arguments: Arguments) -> Apply:
    """The usual layer call: one tensor in."""
    first = next(iter(arguments.values))
    return Apply(op, (arguments.tensor(first),))


class Parameter(NamedTuple):
    """One parameter of a spelled signature; kind is that of inspect.Parameter in lower case."""

    name: str
    kind: str  # "positional_or_keyword", "positional_only", "keyword_only", "var_positional", "var_keyword"
    default: Any  # REQUIRED where there is none


REQUIRED_PARAMETER: Any = type("RequiredParameter", (), {"__repr__": lambda self: "REQUIRED"})()
_parsed: dict[str, tuple[Parameter, ...]] = {}


def parse_signature(text: str) -> tuple[Parameter, ...]:
    """Read "input, size=None, *, mode='nearest', **kwargs" once; defaults are Python literals."""
    found = _parsed.get(text)
    if found is None:
        found = _parsed[text] = _parse_signature(text)
    return found


def _parse_signature(text: str) -> tuple[Parameter, ...]:
    import ast

    arguments = ast.parse(f"def f({text}): pass").body[0].args  # type: ignore[attr-defined]
    parameters = []
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [REQUIRED_PARAMETER] * (len(positional) - len(arguments.defaults)) + [
        ast.literal_eval(default) for default in arguments.defaults
    ]
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        kind = "positional_only" if index < len(arguments.posonlyargs) else "positional_or_keyword"
        parameters.append(Parameter(argument.arg, kind, default))
    if arguments.vararg:
        parameters.append(Parameter(arguments.vararg.arg, "var_positional", REQUIRED_PARAMETER))
    for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        default = REQUIRED_PARAMETER if value is None else ast.literal_eval(value)
        parameters.append(Parameter(argument.arg, "keyword_only", default))
    if arguments.kwarg:
        parameters.append(Parameter(arguments.kwarg.arg, "var_keyword", REQUIRED_PARAMETER))
    return tuple(parameters)


class BindError(Exception):
    """A call does not fit its signature: the sentence says how, e.g. "unexpected keyword argument kernel"."""


def is_refused(spelling: Spelling, signature: str, named: Iterable[str], error: BindError) -> bool:
    """Whether the framework refuses a call with too few or too many arguments, as the signature would have it.

    Not where a keyword is another name for a parameter (numpy's `axis`, `repeats` for the numbers of `x.repeat(2, 3)`),
    nor where the signature leaves out a form that is no longer recommended and takes more (`torch.add(x, 2, y)`).
    """
    if not spelling.name.startswith("torch.") or spelling.name.startswith("torch.autograd."):
        return False
    names = {each.name for each in parse_signature(signature) if each.kind != "var_positional"}
    return names.issuperset(named) and (str(error).endswith(" is missing") or not names & {"alpha", "value"})


def is_lacking(spelling: Spelling, signature: str, named: Iterable[str], error: BindError) -> bool:
    """Whether a call of a layer or operation of Keras does not give what every version of Keras asks for."""
    if not spelling.name.startswith(("keras.layers.", "keras.ops.")) or not str(error).endswith(
        " is missing"
    ):
        return False
    return {parameter.name for parameter in parse_signature(signature)}.issuperset(named)


def bind(
    signature: str, positional: list[Plain], named: dict[str, Plain]
) -> tuple[dict[str, Plain], frozenset[str]]:
    """Bind a call's arguments as Python would; defaults are filled in. Raises BindError.

    Returns the values by parameter name and the names of the parameters that the caller gave.
    """
    values: dict[str, Plain] = {}
    rest = list(positional)
    left = dict(named)
    given = set()
    for parameter in parse_signature(signature):
        if parameter.kind == "var_positional":
            values[parameter.name] = tuple(rest)
            if rest:
                given.add(parameter.name)
            rest = []
        elif parameter.kind == "var_keyword":
            values[parameter.name] = left
            left = {}
        elif parameter.kind != "keyword_only" and rest:
            if parameter.name in left:
                raise BindError(f"{parameter.name} is given twice")
            values[parameter.name] = rest.pop(0)
            given.add(parameter.name)
        elif parameter.kind != "positional_only" and parameter.name in left:
            values[parameter.name] = left.pop(parameter.name)
            given.add(parameter.name)
        elif parameter.default is REQUIRED_PARAMETER:
            raise BindError(f"{parameter.name} is missing")
        else:
            values[parameter.name] = parameter.default
    if rest:
        raise BindError("too many positional arguments")
    if left:
        raise BindError(f"unexpected keyword argument {next(iter(left))}")
    return values, frozenset(given)
