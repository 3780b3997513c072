"""Layers with contracts: a feature vector for each map, and attention over the steps."""

from __future__ import annotations

import keras
from keras import layers, ops

from shapecheck import contract


class MapEncoder(layers.Layer):
    """Maps of any size to vectors, for all steps at once."""

    def __init__(self, features: int = 16, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.features = features
        self.convolution = layers.Conv2D(features, 3, padding="same", activation="relu")
        self.pool = layers.GlobalAveragePooling2D()

    @contract("n t h w c -> n t {features}")
    def call(self, maps):
        shape = ops.shape(maps)
        flat = ops.reshape(maps, (-1, *shape[2:]))
        vectors = self.pool(self.convolution(flat))
        return ops.reshape(vectors, (-1, shape[1], self.features))


class StepAttention(layers.Layer):
    """A weighted mean over the steps."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.score = layers.Dense(1)

    @contract("n t d -> n d")
    def call(self, steps):
        weights = keras.activations.softmax(self.score(steps), axis=1)
        return ops.sum(weights * steps, axis=1)
