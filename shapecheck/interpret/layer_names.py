"""Where the layers of a model hang, as the user names them: `encoder.0.conv`, or `conv2d_1` where nobody named them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecheck.interpret.subjects import STACKS
from shapecheck.interpret.values import (
    Container,
    Instance,
    Layer,
    Literal,
    Mapping,
    Native,
    Sequence,
    TensorValue,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.interpret.values import Value

DEEPEST = 24


class Names:
    """Dotted paths by the identity of what they lead to; layers without a path get names as Keras makes them."""

    def __init__(self) -> None:
        self._paths: dict[int, str] = {}
        self._counts: dict[str, int] = {}
        self._kept: list[Value] = []  # an identity means something only while its object lives

    def add(self, root: Value, prefix: str = "") -> None:
        """Name everything that hangs on a value, where it has no name yet."""
        for value, path in walk(root, prefix):
            if id(value) not in self._paths:
                self._paths[id(value)] = path
                self._kept.append(value)

    def knows(self, value: Value) -> bool:
        """Whether the value hangs on something that was added."""
        return id(value) in self._paths

    def of(self, value: Value, *, prefix: str = "") -> str:
        """The path of a layer or model; one that has none gets its given name, or one after its class."""
        found = self._paths.get(id(value))
        if found is None:
            found = self._made(value, prefix)
            self._paths[id(value)] = found
            self._kept.append(value)
        return found

    def _made(self, value: Value, prefix: str) -> str:
        given = given_name(value)
        if given is None:
            plain = snake_case(class_name(value))
            count = self._counts.get(prefix + plain, 0)
            self._counts[prefix + plain] = count + 1
            given = f"{plain}_{count}" if count else plain
        return prefix + given


def class_name(value: Value) -> str:
    """What a layer's class is called, with what it wraps: "Conv2D", "TimeDistributed(Conv2D)"."""
    if isinstance(value, Instance):
        return value.cls.name
    name = str(getattr(value, "name", ""))
    last = {"keras.Model": "Functional"}.get(name, name.rpartition(".")[2])
    inner = wrapped(value)
    return last if inner is None else f"{last}({class_name(inner)})"


def wrapped(value: Value) -> Value | None:
    """The layer that a TimeDistributed or Bidirectional wraps."""
    if isinstance(value, Native):
        found = value.data.get("layer")
    elif isinstance(value, Layer) and value.name.rpartition(".")[2] in ("TimeDistributed", "Bidirectional"):
        positional, named = value.given
        found = positional[0] if positional else named.get("layer")
    else:
        return None
    return found if isinstance(found, Layer | Native | Instance) else None


def given_name(value: Value) -> str | None:
    """The `name=` that a layer or model of Keras was made with."""
    given: Value | None = None
    if isinstance(value, Layer):
        given = value.given[1].get("name")
    elif isinstance(value, Instance):
        given = value.attributes.get("name")
    elif isinstance(value, Native):
        given = value.data.get("named")
    return given.value if isinstance(given, Literal) and isinstance(given.value, str) else None


def snake_case(name: str) -> str:
    """The name that Keras gives a layer of this class: "MaxPooling2D" is "max_pooling2d"."""
    name = re.sub(r"\(.*", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def walk(root: Value, prefix: str = "") -> Iterator[tuple[Value, str]]:
    """Everything that hangs on a value, with its dotted path, once each."""
    seen: set[int] = set()
    pending: list[tuple[Value, str, int]] = [(root, prefix.rstrip("."), 0)]
    while pending:
        value, path, depth = pending.pop()
        if id(value) in seen or depth > DEEPEST:
            continue
        seen.add(id(value))
        yield value, path
        inner = [(entry, f"{path}.{name}" if path else name, depth + 1) for name, entry in _children(value)]
        pending.extend(reversed(inner))


def _children(value: Value) -> list[tuple[str, Value]]:
    if isinstance(value, Instance):
        found = [(name, entry) for name, entry in value.attributes.items() if _holds(entry)]
        return [*found, *_children(value.native)] if value.native is not None else found
    if isinstance(value, Container):
        return list((value.entries or {}).items())
    if isinstance(value, Sequence):
        return [(str(index), entry) for index, entry in enumerate(value.items or ()) if _holds(entry)]
    if isinstance(value, Mapping):
        return [(str(key), entry) for key, entry in (value.entries or {}).items() if _holds(entry)]
    if isinstance(value, Native) and value.name == "keras.Sequential":
        names = Names()
        return [(names.of(entry), entry) for entry in value.data.get("layers") or ()]
    if isinstance(value, Native) and value.name not in STACKS and isinstance(value.data.get("layer"), Native):
        return [("layer", value.data["layer"])]
    return []


def _holds(value: Value) -> bool:
    """True for what may hold layers or weights: tensors that are no weights only cost time."""
    if isinstance(value, TensorValue):
        return value.kind == "parameter"
    return isinstance(value, Instance | Container | Sequence | Mapping | Native | Layer)
