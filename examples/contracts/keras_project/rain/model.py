"""The model, written twice: as a subclass and as a functional graph."""

from __future__ import annotations

import keras
from keras import layers

from rain.layers import MapEncoder, StepAttention
from shapecheck import contract


class Nowcast(keras.Model):
    """Rain of the next `ahead` steps from maps of the last ones."""

    def __init__(self, ahead: int = 4, units: int = 32, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.ahead = ahead
        self.encoder = MapEncoder()
        self.recurrent = layers.LSTM(units, return_sequences=True)
        self.attention = StepAttention()
        self.head = layers.Dense(ahead)

    @contract("n t h w 1 -> n {ahead}")
    def call(self, maps):
        steps = self.recurrent(self.encoder(maps))
        return self.head(self.attention(steps))


def functional(batch: int, steps: int, side: int, *, ahead: int = 4) -> keras.Model:
    """The same layers as a functional model for maps of one size."""
    maps = keras.Input((steps, side, side, 1), batch_size=batch)
    vectors = MapEncoder()(maps)
    outputs = layers.LSTM(32, return_sequences=True)(vectors)
    return keras.Model(maps, layers.Dense(ahead)(StepAttention()(outputs)))
