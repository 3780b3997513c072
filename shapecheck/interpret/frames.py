"""Frames: where the names of running code live."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Class, Function, Module, Value


class Frame:
    """The names of one running function, class body or module body, and what encloses it.

    `parent` is the enclosing function's frame (class bodies are skipped, as Python does); `module` holds the globals.
    `owner` is the class whose method runs here, `receiver` its first argument: what `super()` needs.
    """

    __slots__ = (
        "function",
        "is_module",
        "local_globals",
        "locals",
        "module",
        "owner",
        "parent",
        "receiver",
        "return_node",
        "returned",
        "source",
        "uncertain",
        "yield_nodes",
        "yielded",
    )

    def __init__(
        self,
        module: Module,
        source: Source,
        names: dict[str, Value],
        *,
        parent: Frame | None = None,
        function: Function | None = None,
        owner: Class | None = None,
        receiver: Value | None = None,
    ) -> None:
        self.module = module
        self.source = source
        self.locals = names
        self.parent = parent
        self.function = function
        self.owner = owner
        self.receiver = receiver
        self.is_module = names is module.members
        self.local_globals: dict[str, str] | None = None  # name -> "global" or "nonlocal", where declared
        self.returned: Value | None = None
        self.return_node: ast.Return | None = None  # the one that gave it
        self.yielded: list[Value] | None = None
        self.yield_nodes: list[ast.Yield | ast.YieldFrom] = []  # one for each of them
        self.uncertain = False  # a loop of unknown length may have returned already


class Call:
    """One call as a model of a library receives it.

    `arguments` and `keywords` are the evaluated values, stars expanded. `open` says that something more was passed that
    is not known (`*unknown`, `**unknown`): then an argument that is not there may still have been given.
    `receiver` is the object of a method call, or the instance when the method belongs to a foreign base class.
    """

    __slots__ = ("arguments", "frame", "keywords", "name", "node", "open", "receiver")

    def __init__(
        self,
        name: str,
        node: ast.AST,
        frame: Frame,
        arguments: list[Value],
        keywords: dict[str, Value],
        *,
        open: bool = False,
        receiver: Value | None = None,
    ) -> None:
        self.name = name
        self.node = node
        self.frame = frame
        self.arguments = arguments
        self.keywords = keywords
        self.open = open
        self.receiver = receiver

    def argument(self, index: int, name: str = "") -> Value | None:
        """The argument at a position or under a name, None where it was not given."""
        if index < len(self.arguments):
            return self.arguments[index]
        return self.keywords.get(name) if name else None
