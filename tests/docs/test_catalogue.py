"""The generated pages leave nothing out."""

from __future__ import annotations

from docs.catalogue import FAMILIES
from docs.spelled import operators_by_spelling
from shapecheck.dialects.registry import every_spelling
from shapecheck.ops.apply import apply

# They carry another operator, which has its own entry.
CARRIERS = {"ChannelsLast", "Supplied"}
ENTRIES = [entry for entries in FAMILIES.values() for entry in entries]


def test_every_spelled_operator_has_an_example() -> None:
    shown = {type(entry.op).__name__ for entry in ENTRIES}
    missing = {op: name for name, op in operators_by_spelling().items() if op not in shown | CARRIERS}
    assert missing == {}, "add an entry to docs/catalogue.py"


def test_every_example_works_on_its_symbols() -> None:
    for entry in ENTRIES:
        outcome = apply(entry.op, *entry.shapes)
        assert outcome.failed is None, entry
        assert outcome.out is not None, entry


def test_samples_find_the_operator_of_most_layers() -> None:
    layers = {name for name, row in every_spelling().items() if row.kind == "layer"}
    found = operators_by_spelling()
    assert len(layers & set(found)) >= 0.8 * len(layers)
