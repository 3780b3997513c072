"""Data pipelines whose element shapes are known: tf.data.Dataset, torch's TensorDataset and DataLoader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim, Shape, symbol
from shapecheck.interpret.builtins.reading import elements, unknown
from shapecheck.interpret.values import (
    Function,
    Instance,
    Int,
    Literal,
    Mapping,
    Method,
    Native,
    Sequence,
    TensorValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Size
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

TF = "tf.data.Dataset"
TENSORS = "torch.utils.data.TensorDataset"
LOADER = "torch.utils.data.DataLoader"


def changed_shapes(value: Value, change: Callable[[TensorValue], Value | None]) -> Value | None:
    """A structure of tensors with each of them changed; None where something in it is no known tensor."""
    if isinstance(value, TensorValue):
        return change(value)
    if isinstance(value, Sequence) and value.items is not None:
        parts = [changed_shapes(item, change) for item in value.items]
        known = [part for part in parts if part is not None]
        return Sequence(value.kind, list(known)) if len(known) == len(parts) else None
    if isinstance(value, Mapping) and value.entries is not None:
        found = {key: changed_shapes(item, change) for key, item in value.entries.items()}
        entries = {key: part for key, part in found.items() if part is not None}
        return Mapping(dict(entries)) if len(entries) == len(found) else None
    return None


def without_first(family: str) -> Callable[[TensorValue], Value | None]:
    """One row of a tensor."""

    def change(tensor: TensorValue) -> Value | None:
        if not tensor.shape:
            return None
        return TensorValue(tensor.shape[1:], tensor.dtype, family=family or tensor.family)

    return change


def with_first(size: Size) -> Callable[[TensorValue], Value | None]:
    """A batch of tensors of this shape."""

    def change(tensor: TensorValue) -> Value | None:
        if tensor.shape is None:
            return None
        return TensorValue(Shape(size, *tensor.shape), tensor.dtype, family=tensor.family)

    return change


def batch_size(
    interpreter: Interpreter, given: Size | None, count: Size | None, *, whole: bool
) -> Size | None:
    """The first axis of any batch: as many as asked for where no batch is smaller; None where not known."""
    if given is None:
        return None
    if whole or (isinstance(given, int) and isinstance(count, int) and given > 0 and count % given == 0):
        return given
    if isinstance(given, Dim):
        return interpreter.fresh("batch")
    taken = interpreter.path.taken_names
    name, number = "batch", 2
    while name in taken:
        name, number = f"batch_{number}", number + 1
    taken.add(name)
    return symbol(name, high=max(given, 1))


def from_slices(interpreter: Interpreter, call: Call) -> Value:
    """`Dataset.from_tensor_slices(arrays)`: its elements are rows of the arrays."""
    value = call.argument(0, "tensors")
    element = None if value is None else changed_shapes(value, without_first("tf.Tensor"))
    return Native(TF, element=element, count=_first_size(value))


def from_whole(interpreter: Interpreter, call: Call) -> Value:
    """`Dataset.from_tensors(arrays)`: its one element is all of them."""
    value = call.argument(0, "tensors")
    return Native(TF, element=value, count=1)


def _first_size(value: Value | None) -> Size | None:
    if isinstance(value, TensorValue) and value.shape:
        first: Size = value.shape[0]
        return first
    if isinstance(value, Sequence) and value.items:
        return _first_size(value.items[0])
    return None


def unknown_dataset(interpreter: Interpreter, call: Call) -> Value:
    """A data set of which nothing is known."""
    return Native(TF, element=None, count=None)


def batched(interpreter: Interpreter, call: Call) -> Value:
    """`dataset.batch(size, drop_remainder=False)`."""
    source = call.receiver
    given = call.argument(0, "batch_size")
    dropped = call.argument(1, "drop_remainder")
    if not isinstance(source, Native) or given is None or call.open:
        return unknown_dataset(interpreter, call)
    whole = dropped is not None and interpreter.known_truth(dropped) is True
    size = batch_size(interpreter, interpreter.as_size(given), source.data.get("count"), whole=whole)
    element = source.data.get("element")
    if size is None or element is None:
        return unknown_dataset(interpreter, call)
    return Native(TF, element=changed_shapes(element, with_first(size)), count=None)


def mapped(interpreter: Interpreter, call: Call) -> Value:
    """`dataset.map(function)`: a pair goes in as two arguments."""
    source, function = call.receiver, call.argument(0, "map_func")
    element = source.data.get("element") if isinstance(source, Native) else None
    if element is None or function is None:
        return unknown_dataset(interpreter, call)
    pair = isinstance(element, Sequence) and element.kind == "tuple" and element.items is not None
    arguments = list(element.items or []) if pair and isinstance(element, Sequence) else [element]
    result = interpreter.call(function, arguments, {}, call.node, call.frame)
    count = source.data.get("count") if isinstance(source, Native) else None
    return Native(TF, element=changed_shapes(result, lambda tensor: tensor), count=count)


def same_elements(interpreter: Interpreter, call: Call) -> Value:
    """`shuffle`, `cache`, `prefetch`: the same elements."""
    source = call.receiver
    return source if isinstance(source, Native) else unknown_dataset(interpreter, call)


def some_elements(interpreter: Interpreter, call: Call) -> Value:
    """`take`, `skip`, `repeat`, `filter`: elements of the same kind, not as many."""
    source = call.receiver
    element = source.data.get("element") if isinstance(source, Native) else None
    return Native(TF, element=element, count=None)


def zipped(interpreter: Interpreter, call: Call) -> Value:
    """`Dataset.zip((a, b))`."""
    given = call.arguments if len(call.arguments) > 1 else elements(interpreter, call, call.argument(0)) or []
    parts = [source.data.get("element") if isinstance(source, Native) else None for source in given]
    known = [part for part in parts if isinstance(part, Value)]
    if not known or len(known) < len(parts):
        return unknown_dataset(interpreter, call)
    return Native(TF, element=Sequence("tuple", list(known)), count=None)


def element_of(interpreter: Interpreter, dataset: Native, call: Call) -> Value:
    """Any element of a data set or batch of a loader."""
    request_receiver = call.receiver
    call.receiver = dataset
    try:
        return any_element(interpreter, call)
    finally:
        call.receiver = request_receiver


def any_element(interpreter: Interpreter, call: Call) -> Value:
    """Any element of a data set: what a loop over it gets."""
    source = call.receiver
    if not isinstance(source, Native):
        return unknown(interpreter, call)
    if source.name == LOADER:
        return _any_batch(interpreter, source, call)
    element = source.data.get("element")
    return (
        element if isinstance(element, Value) else interpreter.unknown("an element of a data set", call.node)
    )


def tensor_dataset(interpreter: Interpreter, call: Call) -> Value:
    """`TensorDataset(x, y)`."""
    if call.open or not all(isinstance(value, TensorValue) for value in call.arguments):
        return Native(TENSORS, element=None, count=None)
    rows = [changed_shapes(value, without_first("torch.Tensor")) for value in call.arguments]
    known = [row for row in rows if row is not None]
    element = Sequence("tuple", list(known)) if len(known) == len(rows) else None
    return Native(TENSORS, element=element, count=_first_size(call.argument(0)))


def dataset_length(interpreter: Interpreter, call: Call) -> Value:
    """`len(dataset)`."""
    count = call.receiver.data.get("count") if isinstance(call.receiver, Native) else None
    return unknown(interpreter, call, "int") if count is None else Int(count)


def split(interpreter: Interpreter, call: Call) -> Value:
    """`random_split(dataset, lengths)`: parts with elements of the same kind."""
    source = call.argument(0, "dataset")
    parts = elements(interpreter, call, call.argument(1, "lengths"))
    if parts is None or call.open or source is None:
        return unknown(interpreter, call)
    element = _sample(interpreter, source, call)
    return Sequence(
        "list", [Native(TENSORS, element=element, count=interpreter.as_size(part)) for part in parts]
    )


def subset(interpreter: Interpreter, call: Call) -> Value:
    """`Subset(dataset, indices)`: fewer elements of the same kind."""
    source = call.argument(0, "dataset")
    element = None if source is None else _sample(interpreter, source, call)
    return Native(TENSORS, element=element, count=None)


def _sample(interpreter: Interpreter, source: Value, call: Call) -> Value | None:
    """One element of a map-style data set of torch, None where it is not known."""
    if isinstance(source, Native) and source.name == TENSORS:
        element = source.data.get("element")
        return element if isinstance(element, Value) else None
    if isinstance(source, Instance) and (found := source.cls.find("__getitem__")) is not None:
        getter = found[0]
        if not isinstance(getter, Function):
            return None
        return interpreter.call(
            Method(source, getter), [unknown(interpreter, call, "int")], {}, call.node, call.frame
        )
    if isinstance(source, TensorValue) and source.shape:
        return TensorValue(source.shape[1:], source.dtype, family=source.family)
    return None


# What does not change the shape of a batch.
_LOADER_OPTIONS = frozenset(
    (
        "batch_size", "shuffle", "num_workers", "pin_memory", "drop_last", "dataset",
        "persistent_workers", "sampler",
        "generator", "prefetch_factor", "worker_init_fn", "timeout",
    )
)  # fmt: skip


def loader(interpreter: Interpreter, call: Call) -> Value:
    """`DataLoader(dataset, batch_size=1, …)`."""
    made = Native(LOADER, dataset=call.argument(0, "dataset"), size=None, whole=False)
    if made.data["dataset"] is not None:
        made.attributes["dataset"] = made.data["dataset"]
    if call.open or call.keywords.keys() - _LOADER_OPTIONS or len(call.arguments) > 3:
        return made
    given = call.argument(1, "batch_size")
    made.data["size"] = 1 if given is None else interpreter.as_size(given)
    dropped = call.keywords.get("drop_last")
    made.data["whole"] = dropped is not None and interpreter.known_truth(dropped) is True
    return made


def _any_batch(interpreter: Interpreter, source: Native, call: Call) -> Value:
    dataset, size = source.data.get("dataset"), source.data.get("size")
    sample = None if size is None or dataset is None else _sample(interpreter, dataset, call)
    count = dataset.data.get("count") if isinstance(dataset, Native) else None
    first = batch_size(interpreter, size, count, whole=source.data["whole"])
    if sample is None or first is None:
        return interpreter.unknown("a batch of a data loader", call.node)
    return _collated(interpreter, sample, first, call)


def _collated(interpreter: Interpreter, sample: Value, first: Size, call: Call) -> Value:
    """Samples as torch joins them: tensors are stacked, numbers become one, structures keep their form."""
    if isinstance(sample, TensorValue):
        shape = None if sample.shape is None else Shape(first, *sample.shape)
        return TensorValue(shape, sample.dtype, family="torch.Tensor")
    if isinstance(sample, Int) or (isinstance(sample, Unknown) and sample.kind == "int"):
        return TensorValue(Shape(first), "int64")
    if isinstance(sample, Literal) and isinstance(sample.value, float):
        return TensorValue(Shape(first), "float64")
    if isinstance(sample, Sequence) and sample.items is not None:
        return Sequence("list", [_collated(interpreter, item, first, call) for item in sample.items])
    if isinstance(sample, Mapping) and sample.entries is not None:
        return Mapping(
            {key: _collated(interpreter, item, first, call) for key, item in sample.entries.items()}
        )
    return interpreter.unknown("a part of a batch", call.node)


def batch_count(interpreter: Interpreter, call: Call) -> Value:
    """`len(loader)`: known where the data are counted and divide evenly."""
    source = call.receiver
    dataset = source.data.get("dataset") if isinstance(source, Native) else None
    count = dataset.data.get("count") if isinstance(dataset, Native) else None
    size = source.data.get("size") if isinstance(source, Native) else None
    if not isinstance(count, int) or not isinstance(size, int) or size < 1:
        return unknown(interpreter, call, "int")
    whole = isinstance(source, Native) and source.data["whole"]
    return Int(count // size if whole else -(-count // size))


_TF = {
    "batch": batched,
    "map": mapped,
    "shuffle": same_elements,
    "cache": same_elements,
    "prefetch": same_elements,
    "with_options": same_elements,
    "take": some_elements,
    "skip": some_elements,
    "repeat": some_elements,
    "filter": some_elements,
    "from_tensor_slices": from_slices,
    "from_tensors": from_whole,
    "zip": zipped,
    "__element__": any_element,
    "__len__": dataset_length,
}

MODELS = {
    **{f"{TF}.{name}": model for name, model in _TF.items()},
    TENSORS: tensor_dataset,
    f"{TENSORS}.__element__": any_element,
    f"{TENSORS}.__len__": dataset_length,
    "torch.utils.data.random_split": split,
    "torch.utils.data.Subset": subset,
    LOADER: loader,
    f"{LOADER}.__element__": any_element,
    f"{LOADER}.__len__": batch_count,
}
