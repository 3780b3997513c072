"""One step a channel: each feature map, flattened, is a step; its pixels are the step's features.

Pattern: n h w c -> n h w f -> n f (h w) -> n k
"""

import numpy as np
from keras import Sequential
from keras.layers import LSTM, Bidirectional, Conv2D, Dense, Input, Permute, Reshape

IMAGE_SIZE = 28
FILTERS = 32


def channel_lstm():
    """The order of the steps is the order of the learned filters."""
    side = (IMAGE_SIZE - 5) // 2 + 1
    model = Sequential(name="channel_lstm")
    model.add(Input((IMAGE_SIZE, IMAGE_SIZE, 1)))
    model.add(Conv2D(FILTERS, 5, strides=2, activation="relu"))
    model.add(Permute((3, 1, 2)))
    model.add(Reshape((FILTERS, side * side)))
    model.add(Bidirectional(LSTM(96)))
    model.add(Dense(10))
    return model


if __name__ == "__main__":
    model = channel_lstm()
    logits = model(np.random.rand(4, IMAGE_SIZE, IMAGE_SIZE, 1))
    print(tuple(logits.shape))  # (4, 10)
