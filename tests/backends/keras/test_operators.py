"""Every operator of the vocabulary, alone, as Keras layers: shapes, weights, values."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shapecheck.backend import BackendError
from shapecheck.model.vocabulary import VOCABULARY
from shapecheck.ops.base import Op
from tests.backends.keras.comparing import agree, keras_backend
from tests.backends.torch.drawing import CASES, graph_of

# What Keras itself cannot do, and says in one sentence.
LIMITS = (
    "in Keras cannot have a stride and a dilation at once",
    "Keras keeps no running statistics of single samples",
)
FEW = settings(max_examples=max(6, settings().max_examples // 6))


def test_the_backend_builds_the_whole_vocabulary() -> None:
    missing = set(VOCABULARY) - keras_backend.operators
    assert not missing, f"write them in backends/shapecheck_keras and name them in builders.py: {missing}"
    assert keras_backend.operators == frozenset(VOCABULARY)


@pytest.mark.parametrize("kind", VOCABULARY, ids=lambda kind: kind.__name__)
@FEW
@given(data=st.data())
def test_shapes_weights_and_values(kind: type[Op], data: st.DataObject) -> None:
    op, shapes = data.draw(CASES[kind])
    graph = graph_of(op, shapes)
    assume(graph is not None and all(size != 0 for shape in graph.shapes.values() for size in shape))
    seed = data.draw(st.integers(0, 9), label="seed")
    for dtype in ("float32", "float64"):
        try:
            agree(graph, seed=seed, dtype=dtype)
        except BackendError as error:
            assert any(limit in str(error) for limit in LIMITS), error
            return
