"""Attention instead of flattening: a weighted mean over the places of each frame, or places that attend.

Patterns: n t h w c -> n t h w f -> n t (h w) f -> n t f -> n k
          n h w c -> n (h w) f -> n (h w) f -> n k
"""

import keras
from keras import layers, ops


class ScoredPool(layers.Layer):
    """A learned vector scores each place, softmax makes weights of the scores: n t h w f -> n t f."""

    def build(self, input_shape):
        self.score = self.add_weight(shape=(input_shape[-1], 1), initializer="glorot_uniform", name="score")

    def call(self, maps):
        _, frames, height, width, features = maps.shape
        places = ops.reshape(maps, (-1, frames, height * width, features))
        weights = ops.softmax(ops.matmul(places, self.score), axis=2)
        return ops.sum(weights * places, axis=2)


def scored_video_lstm(frames=8, height=32, width=40, filters=16, classes=5):
    """Pool every frame by its own weights, then read the frames with an LSTM."""
    clips = keras.Input((frames, height, width, 3))
    conv = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")
    maps = layers.TimeDistributed(conv)(clips)
    sequence = ScoredPool()(maps)
    summary = layers.LSTM(48)(sequence)
    return keras.Model(clips, layers.Dense(classes)(summary))


def attentive_image_lstm(height=32, width=40, filters=32, classes=5):
    """Places of one image attend to each other before the LSTM reads them."""
    images = keras.Input((height, width, 3))
    maps = layers.Conv2D(filters, 3, strides=4, padding="same", activation="relu")(images)
    places = layers.Reshape((-1, filters))(maps)
    mixed = layers.MultiHeadAttention(num_heads=4, key_dim=8)(places, places)
    mixed = layers.LayerNormalization()(layers.Add()([places, mixed]))
    summary = layers.LSTM(48)(mixed)
    return keras.Model(images, layers.Dense(classes)(summary))


if __name__ == "__main__":
    clips = keras.random.normal((2, 8, 32, 40, 3))
    print(tuple(scored_video_lstm()(clips).shape))  # (2, 5)

    images = keras.random.normal((2, 32, 40, 3))
    print(tuple(attentive_image_lstm()(images).shape))  # (2, 5)
