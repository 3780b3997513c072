"""The model keeps its contracts, and says clearly when it is given something else."""

import keras
import numpy as np
import pytest
from rain import Nowcast, functional
from rain.layers import StepAttention
from rain.losses import rain_error

from shapecheck import ShapeError


def maps(count: int = 4, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(0).random((count, 6, 8, 8, channels), dtype="float32")


def test_training_lowers_the_loss() -> None:
    keras.utils.set_random_seed(0)
    model = Nowcast(ahead=3)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=rain_error, run_eagerly=True)
    fallen = np.ones((4, 3), dtype="float32")
    history = model.fit(maps(), fallen, batch_size=4, epochs=5, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]


def test_functional_model_gives_what_the_class_gives() -> None:
    assert functional(4, 6, 8)(maps()).shape == Nowcast()(maps()).shape == (4, 4)


def test_attention_is_a_mean_over_the_steps() -> None:
    steps = np.ones((2, 5, 3), dtype="float32")
    assert np.allclose(StepAttention()(steps), np.ones((2, 3)))


def test_maps_with_channels_are_refused_by_name() -> None:
    with pytest.raises(ShapeError, match=r"call: maps axis 4 is 3, expected 1"):
        Nowcast()(maps(channels=3))


def test_a_prediction_of_other_steps_is_refused_by_name() -> None:
    with pytest.raises(ShapeError, match=r"predicted axis 1 \(k\) is 2, expected 3"):
        rain_error(np.zeros((4, 3), "float32"), np.zeros((4, 2), "float32"))
