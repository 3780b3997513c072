"""What a path saw, kept light: the events for the rules are made from it when the paths are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ast
    from collections.abc import Hashable

    from shapecheck.algebra import Size
    from shapecheck.dialects.base import Spelling
    from shapecheck.interpret.paths import Path
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Layer, Value
    from shapecheck.ops.base import Need, Op

Frames = tuple[tuple["Source", "ast.AST"], ...]


class Application:
    """An operator was applied, or its layer was made with a need failing (then `inputs` is ())."""

    __slots__ = (
        "conflict",
        "failed",
        "frames",
        "inputs",
        "keywords",
        "layer",
        "name",
        "node",
        "op",
        "outputs",
        "positional",
        "receiver",
        "source",
        "spelling",
    )

    def __init__(
        self,
        op: Op,
        name: str,
        node: ast.AST,
        source: Source,
        inputs: tuple[Any, ...],
        positional: list[Value],
        keywords: dict[str, Value],
        *,
        receiver: Value | None = None,
        spelling: Spelling | None = None,
        layer: Layer | None = None,
    ) -> None:
        self.op = op
        self.name = name
        self.node = node
        self.source = source
        self.inputs = inputs
        self.positional = positional
        self.keywords = keywords
        self.receiver = receiver
        self.spelling = spelling
        self.layer = layer
        self.outputs: Any = None
        self.failed: Need | None = None
        self.conflict: tuple[Any, ...] = ()
        self.frames: Frames = ()

    @property
    def key(self) -> Hashable:
        """Equal for what counts as one finding."""
        if self.failed is not None:
            return (id(self.node), self.failed.code)
        shapes = tuple(None if entry is None else entry.shape for entry in self.inputs)
        return (id(self.node), self.name, shapes)


class Blunder:
    """A mistake of plain Python on shapes."""

    __slots__ = ("code", "data", "frames", "help", "message", "node", "related", "source")

    def __init__(
        self,
        code: str,
        message: str,
        node: ast.AST,
        source: Source,
        frames: Frames,
        related: tuple[tuple[Any, str], ...] = (),
        help: tuple[str, ...] = (),
        data: dict[str, Any] | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.node = node
        self.source = source
        self.frames = frames
        self.related = related
        self.help = help
        self.data = data or {}

    @property
    def key(self) -> Hashable:
        """Equal for what counts as one finding."""
        return (id(self.node), self.code)


class Called:
    """A model or layer of Keras was called: what no single operator says, for tables of its layers.

    `given` and `result` are the values at the call, `position` counts the records of the path before it. `times` is how
    often its layers run for one run of them on what they were given (each step of a sequence).
    """

    __slots__ = ("callee", "given", "path", "position", "result", "times")

    def __init__(
        self, callee: Value, given: Value, result: Value, path: Path, position: int, *, times: Size = 1
    ) -> None:
        self.callee = callee
        self.given = given
        self.result = result
        self.path = path
        self.position = position
        self.times = times


class Reveal:
    """`reveal_shape` was reached."""

    __slots__ = ("node", "source", "value")

    def __init__(self, value: Any, node: ast.AST, source: Source) -> None:
        self.value = value
        self.node = node
        self.source = source

    @property
    def key(self) -> Hashable:
        """Equal for the same shape at the same place."""
        return (id(self.node), "reveal", repr(self.value))
