"""An LSTM over time at every location: each place of the picture has its own history.

Pattern: n t h w c -> n t h w f -> (n h w) t f -> (n h w) d -> n h w d -> n h w k
"""

import keras
from keras import layers, ops


class LocationHistory(keras.Model):
    """All places share one LSTM; the result is a map again, e.g. a land-use label per pixel."""

    def __init__(self, labels, filters=12, units=20):
        super().__init__()
        self.filters = filters
        self.units = units
        self.spatial = layers.TimeDistributed(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        self.temporal = layers.LSTM(units)
        self.labels = layers.Conv2D(labels, 1)

    def call(self, series):
        _, steps, height, width, _ = series.shape
        maps = self.spatial(series)

        places = ops.transpose(maps, (0, 2, 3, 1, 4))
        histories = ops.reshape(places, (-1, steps, self.filters))
        summary = self.temporal(histories)

        return self.labels(ops.reshape(summary, (-1, height, width, self.units)))


if __name__ == "__main__":
    model = LocationHistory(labels=6)
    satellite_images = keras.random.uniform((2, 9, 16, 24, 4))
    print(tuple(model(satellite_images).shape))  # (2, 16, 24, 6)
