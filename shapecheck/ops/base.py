"""Operators: frozen values whose fields are their attributes, and the needs their inputs must meet.

An operator holds its shape rule and nothing else does. Linter, contracts, builders, documentation and cost model
read `out`, `needs`, `weights` and `macs` of the one value. Shapes are canonical: batch first, channels second,
spatial axes last; dialects permute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import NEVER, AnyOf, AtLeast, Equal, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecheck.algebra import Claim, Size

    # For each output axis the (input, axis) pairs that it is made of: () is a new axis, one pair is that very axis,
    # several are those axes merged in row-major order.
    Moves = tuple[tuple[tuple[int, int], ...], ...]

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "REQUIRED"})()


class Attribute:
    """One declared attribute of an operator: its default, its lowest value, and whether each axis has its own."""

    __slots__ = ("choices", "default", "low", "name", "per_axis")

    def __init__(
        self, default: Any, low: int | None, per_axis: bool, choices: tuple[Any, ...] | None
    ) -> None:
        self.name = ""
        self.default = default
        self.low = low
        self.per_axis = per_axis
        self.choices = choices


def attr(
    default: Any = REQUIRED,
    *,
    low: int | None = None,
    per_axis: bool = False,
    choices: tuple[Any, ...] | None = None,
) -> Any:
    """Declare an attribute: `low` is the smallest legal size; with `per_axis` one value can stand for every axis."""
    return Attribute(default, low, per_axis, choices)


class Need:
    """Something that must hold for an operator to work on its inputs: a claim, a code, and a sentence about it.

    The sentence is a template over `values` and is formatted only when somebody reads it. `attribute` names the
    operator attribute that is at fault when the claim fails, and `want` the value of it that would meet the claim.
    `subject` is the index of the input that the need is about.
    """

    __slots__ = ("attribute", "claim", "code", "subject", "template", "values", "want")

    def __init__(
        self,
        claim: Claim,
        code: str,
        template: str,
        *,
        attribute: str | None = None,
        want: Size | None = None,
        subject: int = 0,
        **values: object,
    ) -> None:
        self.claim = claim
        self.code = code
        self.template = template
        self.attribute = attribute
        self.want = want
        self.subject = subject
        self.values = values

    @property
    def sentence(self) -> str:
        """The fact in words, with both values."""
        return self.template.format(**self.values)

    def told(self, label: str) -> str:
        """The sentence with the operator called what the user calls it: "Conv2D" for the neutral "Conv2d"."""
        return self.template.format(**{**self.values, "label": label})

    def __repr__(self) -> str:
        return f"Need({self.code}, {self.claim}, {self.sentence!r})"


class Op:
    """A framework-neutral operator: a frozen value, equal to any other with the same class and attributes.

    Subclasses declare attributes as annotated class fields (`filters: int = attr(low=1)`) and write

    * `out(*inputs)`: the output shape, or a nested tuple of shapes, given that no need fails;
    * `needs(*inputs)`: the needs in the order in which they are checked; a later need may rely on earlier ones;
    * `ranks`: per input the allowed ranks, preferred first, or None for any; checked before `needs`;
    * `weights(*inputs)`: names and shapes of the trainable weights, canonical layout, and `states` for the others;
    * `macs(*inputs)`: multiply-accumulates of one application;
    * `moves(*inputs)`: which input axis each output axis is, so that an axis can be followed through the program;
    * `presumes(*inputs)`: claims without which `out` is only a guess (nothing is wrong when they do not hold);
    * `settings()`: needs of the attributes among themselves, which no input can mend;
    * `built_for(*inputs)`: where the first input decides a size (Keras and lazy layers), the operator with it fixed;
    * `structure`: how what comes out is nested, for callers that must unpack it before any shape is known;
    * `codes`: the codes of the needs, for the documentation.

    Optional trailing inputs that are absent are passed as None.
    """

    attributes: ClassVar[tuple[Attribute, ...]] = ()
    title: ClassVar[str] = ""
    codes: ClassVar[tuple[str, ...]] = ()
    ranks_table: ClassVar[tuple[tuple[int, ...] | None, ...]] = (None,)

    def __init_subclass__(cls) -> None:
        own = []
        for name in cls.__dict__.get("__annotations__", {}):  # noqa: RUF063  # inspect is slow to import
            value = cls.__dict__.get(name)
            if isinstance(value, Attribute):
                value.name = name
                own.append(value)
                delattr(cls, name)
        changed = {attribute.name: attribute for attribute in own}
        inherited = tuple(changed.pop(attribute.name, attribute) for attribute in cls.attributes)
        cls.attributes = inherited + tuple(changed.values())

    def __init__(self, *positional: Any, **named: Any) -> None:
        if len(positional) > len(self.attributes):
            raise TypeError(
                f"{type(self).__name__} takes {len(self.attributes)} attributes, got {len(positional)}"
            )
        values = self.__dict__
        for attribute, value in zip(self.attributes, positional, strict=False):
            if attribute.name in named:
                raise TypeError(f"{type(self).__name__} got {attribute.name} twice")
            named[attribute.name] = value
        for attribute in self.attributes:
            value = named.pop(attribute.name, attribute.default)
            if value is REQUIRED:
                unknown = sorted(named.keys() - {each.name for each in self.attributes})
                if unknown:  # what is missing was probably meant by it
                    break
                raise TypeError(f"{type(self).__name__} needs {attribute.name}")
            values[attribute.name] = tuple(value) if isinstance(value, list) else value
        if named:
            unknown = sorted(named.keys() - {each.name for each in self.attributes})
            known = ", ".join(each.name for each in self.attributes)
            raise TypeError(f"{type(self).__name__} has no attribute {unknown[0]}; it has {known or 'none'}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: use replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.__dict__.values())))

    def __repr__(self) -> str:
        shown = [
            f"{attribute.name}={self.__dict__[attribute.name]!r}"
            for attribute in self.attributes
            if attribute.default is REQUIRED or self.__dict__[attribute.name] != attribute.default
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    def replace(self, **changes: Any) -> Op:
        """The same operator with some attributes changed."""
        return type(self)(**{**self.__dict__, **changes})

    @property
    def label(self) -> str:
        """What messages call the operator."""
        return self.title or type(self).__name__

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        """Allowed ranks of each input, preferred first; None allows any. The last entry is for all further inputs."""
        return self.ranks_table

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        """What the axes of the first input are called when it is inferred, e.g. ("n", "c", "h", "w"); None: by rank."""
        return None

    def each(self, *names: str, rank: int | None = None) -> Iterator[tuple[Any, ...]]:
        """The named per-axis attributes side by side, one tuple for each spatial axis."""
        count: int = rank if rank is not None else getattr(self, "rank", 1)
        columns = []
        for name in names:
            value = self.__dict__[name]
            columns.append(value if isinstance(value, tuple) else (value,) * count)
        return zip(*columns, strict=True)

    # `*inputs: Any, **named: Any` lets a type checker accept the parameters that each operator names for its inputs.
    def out(self, *inputs: Any, **named: Any) -> Any:
        """The output shape, or a nested tuple of shapes."""
        raise NotImplementedError(f"{type(self).__name__} declares no output rule")

    def needs(self, *inputs: Any, **named: Any) -> Iterable[Need]:
        """What the inputs must meet, in checking order."""
        return ()

    def weights(self, *inputs: Any, **named: Any) -> dict[str, Shape]:
        """Trainable weights by name, in the canonical layout."""
        return {}

    def states(self, *inputs: Any, **named: Any) -> dict[str, Shape]:
        """Weights that are not trained (running statistics), by name."""
        return {}

    def macs(self, *inputs: Any, **named: Any) -> Size:
        """Multiply-accumulates of one application."""
        return 0

    def moves(self, *inputs: Any, **named: Any) -> Moves | None:
        """Where each output axis comes from; None when nothing is known. Several outputs share it."""
        return None

    def moves_each(self, *inputs: Any, **named: Any) -> tuple[Moves | None, ...] | None:
        """`moves` of every output in turn, flattened, where they differ (an LSTM's sequence and states); else None."""
        return None

    def presumes(self, *inputs: Any, **named: Any) -> Iterable[Claim]:
        """What must be true for `out` to be right although nothing fails otherwise: `squeeze` keeps an axis of 2, so
        its rule presumes that an axis of unknown size is not 1. Where one is not proven, the output is unknown.
        """
        return ()

    @property
    def structure(self) -> Any:
        """A name at each place of what `out` returns: "out" for one shape, ("out", ("h", "c")) for an LSTM's."""
        return "out"

    def settings(self) -> Iterable[Need]:
        """What the attributes must meet among themselves, beyond their bounds: groups that divide channels."""
        return ()

    def built_for(self, *inputs: Shape | None) -> Op:
        """The operator whose undeclared sizes are those of these inputs; itself where all are declared.

        Keras and torch's lazy layers create their weights at the first call. Whoever calls such a layer keeps
        `op.built_for(*shapes)` after the first successful call, so that another size at a later call fails its need.
        """
        return self

    def construction_needs(self) -> Iterator[Need]:
        """What fails with any input whatever: a layer with such a need failing is a mistake where it is made."""
        possible = True
        for need in self._attribute_needs():
            possible = possible and need.claim is not NEVER
            yield need
        if possible:  # settings read the attributes side by side, which takes one of each for an axis
            yield from self.settings()

    def all_needs(self, *inputs: Shape | None) -> Iterator[Need]:
        """Ranks, then attribute bounds and settings, then the operator's own needs."""
        yield from self._rank_needs(*inputs)
        yield from self.construction_needs()
        yield from self.needs(*inputs)

    def _rank_needs(self, *inputs: Shape | None) -> Iterator[Need]:
        table = self.ranks
        for index, shape in enumerate(inputs):
            allowed = table[min(index, len(table) - 1)] if table else None
            if shape is None or allowed is None:
                continue
            claim = AnyOf(*(Equal(rank, len(shape)) for rank in allowed))
            yield Need(
                claim,
                "SHP103",
                "{label} expects {wanted} axes, got {got} in {shape}",
                subject=index,
                label=self.label,
                wanted=_either(allowed),
                got=len(shape),
                shape=shape,
            )

    def _attribute_needs(self) -> Iterator[Need]:
        for attribute in self.attributes:
            value = self.__dict__[attribute.name]
            if (
                attribute.per_axis
                and isinstance(value, tuple)
                and len(value) != (rank := getattr(self, "rank", 0))
            ):
                yield Need(
                    NEVER,
                    "SHP120",
                    "{label} needs one {name} for each of its {rank} axes, got {got}",
                    attribute=attribute.name,
                    label=self.label,
                    name=attribute.name,
                    rank=rank,
                    got=value,
                )
            if attribute.low is None:
                continue
            for size in value if isinstance(value, tuple) else (value,):
                if size is None or isinstance(size, str):
                    continue
                if isinstance(size, int) and size >= attribute.low:
                    continue
                yield Need(
                    AtLeast(size, attribute.low),
                    "SHP120",
                    "{label} needs {name} of at least {low}, got {got}",
                    attribute=attribute.name,
                    label=self.label,
                    name=attribute.name,
                    low=attribute.low,
                    got=size,
                )


def _either(ranks: tuple[int, ...]) -> str:
    if len(ranks) == 1:
        return str(ranks[0])
    if tuple(ranks) == tuple(range(ranks[0], ranks[-1] + 1)) and len(ranks) > 2:
        return f"{ranks[0]} to {ranks[-1]}"
    shown = [str(rank) for rank in sorted(ranks)]
    return f"{', '.join(shown[:-1])} or {shown[-1]}"
