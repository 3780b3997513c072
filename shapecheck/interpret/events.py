"""What the interpreter saw happen, for rules to judge: it records, it does not report.

Only events that are proven on their path are in an Analysis; see `paths.py` for what proven means when the source
branches on conditions that are not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from shapecheck.algebra import Claim, Size
    from shapecheck.diagnostics.span import Span
    from shapecheck.ops.base import Need, Op
    from shapecheck.ops.tensor import Tensor


class Origin:
    """Where a number (or another value) came from, as a tree down to literals, arguments and axes that were read.

    kind: "literal" (written at span), "axis" (axis `axis` of a tensor, read at span), "argument" (passed at span for
    the parameter `name`), "default" (a parameter's default at span), "assigned" (bound to `name` at span),
    "computed" (`text` is the source of the expression; parts are its operands), "call" (returned by a call).
    """

    __slots__ = ("axis", "kind", "name", "parts", "size", "span", "text")

    def __init__(
        self,
        kind: str,
        span: Span,
        text: str,
        size: Size | None,
        *,
        name: str = "",
        axis: int | None = None,
        parts: tuple[Origin, ...] = (),
    ) -> None:
        self.kind = kind
        self.span = span
        self.text = text
        self.size = size
        self.name = name
        self.axis = axis
        self.parts = parts


class LayerSite(NamedTuple):
    """Where a layer was made: the call's span, its spelled name, and for each parameter the span and origin given.

    An argument's origin is an Origin, a tuple of origins for several sizes, or None.
    """

    span: Span
    name: str  # canonical, "torch.nn.LSTM"
    arguments: dict[str, tuple[Span, Any]]  # by parameter; only those the caller wrote
    parameters: dict[str, str]  # operator attribute -> parameter name of the spelling


class Applied(NamedTuple):
    """An operator was applied to tensors.

    `failed` is the need that is proven not to hold on this path, with `conflict` the earlier assumptions it contradicts
    when it is not false on its own (each a claim and where it was made). `callee` is what the user wrote: "self.lstm".
    `target_origins` holds, for reshape-like calls, the origin of each written size; `frames` the calls that led here,
    outermost first; `path_note` says under which branch it happens, "" when always.
    """

    op: Op
    name: str  # canonical spelled name, "torch.nn.LSTM" or "torch.Tensor.view"
    callee: str
    inputs: tuple[Tensor | None, ...]
    outputs: Any
    failed: Need | None
    span: Span
    input_spans: tuple[Span | None, ...]
    layer: LayerSite | None
    argument_origins: dict[str, Any]  # parameter -> Origin, or tuple of Origin | None for tuples
    conflict: tuple[tuple[Claim, Span | None], ...]
    frames: tuple[Span, ...]
    path_note: str


class Mistake(NamedTuple):
    """A mistake of plain Python on shapes: indexing a shape, unpacking, a bad keyword. Code and sentence are set."""

    code: str
    message: str
    span: Span
    related: tuple[tuple[Span, str], ...]
    help: tuple[str, ...]
    frames: tuple[Span, ...]
    path_note: str
    data: dict[str, Any]


class Revealed(NamedTuple):
    """`reveal_shape(x)` was reached with this value: a Tensor, a (nested) tuple of them, or None where unknown."""

    value: Any
    span: Span


class Note(NamedTuple):
    """Something about the analysis itself: a budget that ran out, a construct that was skipped."""

    code: str  # "SHP902"
    message: str
    span: Span


class Coverage:
    """How much was understood, in operations (calls and operators on tensors), once per source place."""

    __slots__ = ("files", "lines", "models", "operations", "shapes_known", "understood", "unknown")

    def __init__(self) -> None:
        self.files = 0
        self.lines = 0
        self.models = 0
        self.operations = 0
        self.understood = 0
        self.shapes_known = 0
        self.unknown: dict[str, int] = {}  # why an operation was not understood -> how often


class Analysis(NamedTuple):
    """Everything seen in one file."""

    events: tuple[Applied | Mistake | Revealed | Note, ...]
    coverage: Coverage
