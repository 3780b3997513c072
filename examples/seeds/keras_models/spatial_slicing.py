"""Cutting a feature map into steps: by rows, by columns, or place by place in either scan order.

Patterns: n h w f -> n h (w f)    rows, top to bottom
          n h w f -> n w (h f)    columns, left to right
          n h w f -> n (h w) f    places, row after row
          n h w f -> n (w h) f    places, column after column
"""

import keras
from keras import layers


def by_rows(maps):
    """Each line of the picture is a step."""
    _, height, width, filters = maps.shape
    return layers.Reshape((height, width * filters))(maps)


def by_columns(maps):
    """Each column is a step: a spectrogram's horizontal axis is time."""
    _, height, width, filters = maps.shape
    columns = layers.Permute((2, 1, 3))(maps)
    return layers.Reshape((width, height * filters))(columns)


def row_major(maps):
    """Every place is a step, in reading order."""
    return layers.Reshape((-1, maps.shape[-1]))(maps)


def column_major(maps):
    """Every place is a step, column after column."""
    return layers.Reshape((-1, maps.shape[-1]))(layers.Permute((2, 1, 3))(maps))


def sliced_image_lstm(slices, height=12, width=20, filters=8, classes=4):
    """What all four share: a convolution that keeps the size, the slicing, an LSTM, a classifier."""
    images = keras.Input((height, width, 1))
    maps = layers.Conv2D(filters, 3, padding="same", activation="relu")(images)
    steps = slices(maps)
    summary = layers.LSTM(32)(steps)
    return keras.Model(images, layers.Dense(classes)(summary), name=slices.__name__)


if __name__ == "__main__":
    images = keras.random.uniform((3, 12, 20, 1))
    print(tuple(sliced_image_lstm(by_rows)(images).shape))  # (3, 4)
    print(tuple(sliced_image_lstm(by_columns)(images).shape))  # (3, 4)
    print(tuple(sliced_image_lstm(row_major)(images).shape))  # (3, 4)
    print(tuple(sliced_image_lstm(column_major)(images).shape))  # (3, 4)
