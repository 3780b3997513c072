"""What the interpreter computes with: abstract values of Python and of the frameworks.

Every value is exact or `Unknown`. Containers are shared and mutable as in Python, so that two names of one list see the
same appends; `Sequence.items` and `Mapping.entries` are None where the contents are not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    import ast
    from collections.abc import Hashable

    from shapecheck.algebra import Dim, Shape, Size
    from shapecheck.dialects.base import Spelling
    from shapecheck.interpret.contracts import StaticContract
    from shapecheck.interpret.events import LayerSite, Origin
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.source import Source
    from shapecheck.ops.base import Op


class Value:
    """Anything that a name can hold."""

    __slots__ = ()


class Unknown(Value):
    """A value of which nothing is known but its identity.

    `key` is equal for two values that are certainly the same at run time (an argument, an attribute of it), so that a
    condition on it is decided once on a path. `symbol` is the size that it is when it is used as one: a constructor's
    parameter becomes `in_channels` in arithmetic. `kind` narrows the type: "int", "bool", "str", "float", "".
    """

    __slots__ = ("key", "kind", "reason", "symbol")

    def __init__(self, reason: str, key: Hashable, *, symbol: Dim | None = None, kind: str = "") -> None:
        self.reason = reason
        self.key = key
        self.symbol = symbol
        self.kind = kind

    def __repr__(self) -> str:
        return f"Unknown({self.reason})"


class Int(Value):
    """An integer (never a bool): a plain int or a symbolic size, and where it came from."""

    __slots__ = ("origin", "size")

    def __init__(self, size: Size, origin: Origin | None = None) -> None:
        self.size = size
        self.origin = origin

    def __repr__(self) -> str:
        return f"Int({self.size})"


class Literal(Value):
    """A str, bool, float, complex, bytes, None or Ellipsis."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Literal({self.value!r})"


NONE = Literal(None)
TRUE = Literal(True)
FALSE = Literal(False)
ELLIPSIS = Literal(...)


class Axis:
    """The identity of one axis of data: operators that keep an axis keep its token, others make new ones."""

    __slots__ = ("name",)

    def __init__(self, name: str = "") -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Axis({self.name})"


class TensorValue(Tensor, Value):
    """A tensor, whose methods are those of `family`: "torch.Tensor", "tf.Tensor", "keras.KerasTensor", ….

    `lazy` names the parameter of the analysed function whose rank is not settled: this tensor has the same shape.
    `sizes` remembers the unknown sizes that were read from a tensor of unknown rank. `kind` is "parameter" for
    weights. Axis tokens are worked out only when somebody asks, from the application that made the tensor.
    """

    __slots__ = ("_axes", "family", "kind", "lazy", "made_by", "sizes")

    def __init__(
        self,
        shape: Shape | None,
        dtype: str | None = None,
        *,
        family: str = "torch.Tensor",
        axes: tuple[Axis, ...] | None = None,
        lazy: str | None = None,
        kind: str = "",
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.family = family
        self._axes = axes
        self.lazy = lazy
        self.kind = kind
        self.sizes: dict[Any, Any] | None = None
        self.made_by: tuple[Op, tuple[Any, ...], bool] | None = None  # operator, inputs, channels_last

    @property
    def axes(self) -> tuple[Axis, ...]:
        """One token for each axis; () while the rank is unknown."""
        if self._axes is None:
            if self.shape is None:
                return ()
            from shapecheck.interpret.axes import axes_of

            self._axes = axes_of(self)
        return self._axes

    def become(self, other: TensorValue | None) -> None:
        """Take the shape of another in place, None: one that is not known."""
        self._axes = None if other is None else other.axes
        self.shape = None if other is None else other.shape
        self.lazy = self.sizes = self.made_by = None


class Sequence(Value):
    """A list, tuple, set, generator or `torch.Size`: `kind` says which; `position` is how far an iterator has come."""

    __slots__ = ("attributes", "items", "kind", "position", "source")

    def __init__(self, kind: str, items: list[Value] | None) -> None:
        self.attributes: dict[str, Value] | None = None  # the items of a named tuple by their names
        self.kind = kind  # "list", "tuple", "size", "set", "iterator"
        self.items = items
        self.position = 0
        self.source: TensorValue | None = None  # the tensor whose shape a "size" is

    def __repr__(self) -> str:
        return f"Sequence({self.kind}, {self.items})"


class Mapping(Value):
    """A dict of any kind. Keys are plain Python values for literals and sizes, and the Value itself for all else."""

    __slots__ = ("default", "entries", "kind")

    def __init__(
        self, entries: dict[Any, Value] | None, *, kind: str = "dict", default: Value | None = None
    ) -> None:
        self.entries = entries
        self.kind = kind
        self.default = default  # a defaultdict's factory


class Slice(Value):
    """`start:stop:step`."""

    __slots__ = ("start", "step", "stop")

    def __init__(self, start: Value, stop: Value, step: Value) -> None:
        self.start = start
        self.stop = stop
        self.step = step


class Function(Value):
    """A def or lambda with the frame that it closes over."""

    __slots__ = (
        "attributes",
        "contract",
        "defaults",
        "frame",
        "keyword_defaults",
        "kind",
        "name",
        "node",
        "owner",
    )

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        frame: Frame,
        defaults: list[Value],
        keyword_defaults: list[Value | None],
        owner: Class | None = None,
    ) -> None:
        self.node = node
        self.frame = frame
        self.name: str = getattr(node, "name", "<lambda>")
        self.defaults = defaults
        self.keyword_defaults = keyword_defaults
        self.owner = owner  # the class in whose body it is defined
        self.kind = ""  # "static", "class", "property", "unknown" (an unknown decorator)
        self.attributes: dict[str, Value] = {}
        self.contract: StaticContract | None = None

    def __repr__(self) -> str:
        return f"Function({self.name})"


class Partial(Value):
    """A callable with arguments filled in: functools.partial."""

    __slots__ = ("arguments", "function", "keywords")

    def __init__(self, function: Value, arguments: list[Value], keywords: dict[str, Value]) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords


class Method(Value):
    """Something callable bound to a receiver.

    `function` is a Function of the user's, a spelled tensor method, or the dotted name of a model ("list.append").
    """

    __slots__ = ("function", "receiver")

    def __init__(self, receiver: Value, function: Function | Spelling | str) -> None:
        self.receiver = receiver
        self.function = function

    def __repr__(self) -> str:
        return f"Method({self.function})"


class Class(Value):
    """A class of the user's: `mro` holds Classes and, for foreign bases, Externals; Unknown bases make it `open`."""

    __slots__ = ("bases", "contract", "fields", "frame", "members", "mro", "name", "node", "open")

    def __init__(
        self, name: str, bases: list[Value], members: dict[str, Value], node: ast.ClassDef | None
    ) -> None:
        self.name = name
        self.bases = bases
        self.members = members
        self.node = node
        self.mro: list[Class | External] = []
        self.open = False
        self.frame: Frame | None = None
        self.fields: list[str] | None = None  # of a dataclass or NamedTuple, in order
        self.contract: StaticContract | None = None  # of the fields

    def find(self, name: str) -> tuple[Value, Class] | None:
        """A member by method resolution order, with the user class that holds it."""
        for entry in self.mro:
            if type(entry) is Class:
                found = entry.members.get(name)
                if found is not None:
                    return found, entry
        return None

    def derives(self, dotted: str) -> bool:
        """True when the foreign class `dotted` is among the bases."""
        return any(type(entry) is External and entry.name == dotted for entry in self.mro)

    def foreign(self) -> list[str]:
        """The dotted names of all foreign bases, nearest first."""
        return [entry.name for entry in self.mro if type(entry) is External]

    def __repr__(self) -> str:
        return f"Class({self.name})"


class Instance(Value):
    """An object of a user class. `native` is what a foreign base contributes: a Layer, a Container, a keras stack."""

    __slots__ = ("attributes", "cls", "key", "native", "open")

    def __init__(self, cls: Class, key: Hashable = None) -> None:
        self.cls = cls
        self.attributes: dict[str, Value] = {}
        self.native: Value | None = None
        self.open = False  # attributes were set whose names are not known
        self.key = key

    def __repr__(self) -> str:
        return f"Instance({self.cls.name})"


class Layer(Value):
    """A layer of a framework: its spelling, its operator (None: not understood, see `reason`), its place."""

    __slots__ = (
        "arguments",
        "attributes",
        "given",
        "identity",
        "name",
        "node",
        "op",
        "reason",
        "source",
        "spelling",
    )

    def __init__(
        self, spelling: Spelling, node: ast.AST, source: Source, given: tuple[list[Value], dict[str, Value]]
    ) -> None:
        self.spelling = spelling
        self.node = node
        self.source = source
        self.given = given  # the positional and named arguments of its making
        self.op: Op | None = None
        self.arguments: dict[str, Any] = {}  # parameter -> plain value, defaults filled in
        self.name = spelling.name
        self.identity = False
        self.reason = ""
        self.attributes: dict[str, Value] = {}

    @property
    def site(self) -> LayerSite:
        """Where it was made, for messages."""
        from shapecheck.interpret.reporting import layer_site

        return layer_site(self)

    def __repr__(self) -> str:
        return f"Layer({self.op or self.name})"


class Container(Value):
    """torch's Sequential, ModuleList, ModuleDict and those of parameters: entries by name, None where unknown."""

    __slots__ = ("attributes", "entries", "kind", "name")

    def __init__(self, kind: str, entries: dict[str, Value] | None) -> None:
        self.kind = kind  # "Sequential", "ModuleList", "ModuleDict"
        self.entries = entries
        self.name = f"torch.nn.{kind}"
        self.attributes: dict[str, Value] = {}


class External(Value):
    """Something imported that is no file of the project, by its canonical dotted name: "torch.nn.functional.conv2d"."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"External({self.name})"


class Module(Value):
    """A file of the project, executed as an import would."""

    __slots__ = ("members", "name", "open", "path", "source", "started")

    def __init__(
        self, name: str, source: Source | None, members: dict[str, Value], *, path: str = ""
    ) -> None:
        self.name = name
        self.source = source
        self.members = members
        self.path = path  # of the file or folder
        self.started = False  # its body has run, or is running
        self.open = False  # not everything that it defines is known (a star import of something foreign)


class Deferred(Value):
    """A name imported from a file of the project, looked up when it is first used: `from .blocks import Block`."""

    __slots__ = ("module", "name")

    def __init__(self, module: Module, name: str) -> None:
        self.module = module
        self.name = name


class Super(Value):
    """`super()` in a method: members after `owner` in the method resolution order of the receiver's class."""

    __slots__ = ("owner", "receiver")

    def __init__(self, receiver: Value, owner: Class) -> None:
        self.receiver = receiver
        self.owner = owner


class Native(Value):
    """An object that a model of a library made and only its models understand: `name` is its dotted class name.

    Its attributes and methods are looked up as "<name>.<attribute>" among the models (`models.py`).
    """

    __slots__ = ("attributes", "data", "name")

    def __init__(self, name: str, **data: Any) -> None:
        self.name = name
        self.data = data
        self.attributes: dict[str, Value] = {}

    def __repr__(self) -> str:
        return f"Native({self.name})"
