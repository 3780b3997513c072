"""What is raised when a model cannot be, or cannot be built."""

from __future__ import annotations


class ModelError(ValueError):
    """A model, a layer of one or a use of one that cannot work: where, what is wrong with both values, and a help.

    `reason` is the sentence without its place, `help` the change that mends it ("" where none is certain), `node`
    the name of the layer and `code` the mistake's code, where there are any.
    """

    def __init__(
        self, reason: str, *, place: str = "", help: str = "", node: str = "", code: str = ""
    ) -> None:
        self.reason = reason
        self.place = place
        self.help = help
        self.node = node
        self.code = code
        text = f"{place}: {reason}" if place else reason
        super().__init__(f"{text}\nhelp: {help}" if help else text)
