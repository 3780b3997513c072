"""The abstract interpreter of Python model code: it never imports or runs what it reads.

    analyse(source, project) -> Analysis        what happens in one file, for the rules of the linter
    infer(source, class_name, project) -> list  contracts and layer tables, for `shapecheck shapes`

How it is built. `Interpreter` walks syntax trees with one handler for each node type (`expressions`, `statements`,
…) and computes with the values of `values.py`. `paths.py` replays a root (the module body, a class, a function) for
different answers to unknown conditions and says what is proven. `applying.py` is the only place where an operator is
applied.

How a builtin or a library is modelled. Names are canonical and dotted: "builtins.len", "math.ceil",
"functools.partial", "collections.OrderedDict", methods of Python's types as "list.append", "dict.items", "str.format",
"torch.Size.numel", members of foreign base classes as "torch.nn.Module.register_buffer",
"keras.layers.Layer.add_weight". A module of models holds

    def length(interpreter: Interpreter, call: Call) -> Value: ...
    MODELS = {"builtins.len": length, "math.pi": Literal(3.14...)}

and one row (prefix, module) in `models.MODULES`. `call.arguments` and `call.keywords` are evaluated; `call.receiver`
is the object of a method. A model that does not know answers `interpreter.unknown("reason", call.node)`: never a guess,
for every exact value is taken as proof. It may call back: `interpreter.call(value, arguments, keywords, node, frame)`,
`interpreter.attribute(value, name, node, frame)`, `interpreter.truth(value, node, frame) -> bool` (forks the path
where unknown), `interpreter.iterate(value, node, frame) -> list[Value] | None`, `interpreter.plain(value)` and
`interpreter.lift(plain)` (the values that dialects see), `interpreter.touch(container)` before it mutates a Sequence,
Mapping, Container or Instance, and `interpreter.mistake(code, message, node, frame)` for what cannot work.

Foreign classes. `interpret/foreign.py` says which foreign class derives from which. On an instance of a user class,
a member that no user class has is looked up as "<foreign base>.<name>" along the method resolution order:
"torch.nn.Module.__init__", "torch.nn.Module.__call__" (how an instance is called), "torch.nn.Module.__getattr__" and
"torch.nn.Module.__setattr__" (what reading and setting any attribute means). Calling a foreign class itself asks
for the model of its name, then for a spelling of a dialect. Objects that models make are `Native("keras.Model", …)`,
whose members are looked up the same way, along the foreign class's bases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck.interpret.events import Analysis
    from shapecheck.interpret.inference import Inferred

from shapecheck.interpret.project import Project
from shapecheck.interpret.source import Source

__all__ = ["Project", "Source", "analyse", "infer"]


def analyse(source: Source, project: Project) -> Analysis:
    """Everything that is proven to happen in one file."""
    from shapecheck.interpret.roots import analyse_source

    return analyse_source(source, project)


def infer(source: Source, class_name: str | None, project: Project, inputs: Any = None) -> list[Inferred]:
    """The inferred contract and layer table of each model class of a file, or of the one named."""
    from shapecheck.interpret.inference import infer_source

    return infer_source(source, class_name, project, inputs)
