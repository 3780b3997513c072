"""Time that is there from the start: each frame goes through the CNN alone, time stays an axis.

Patterns: n t h w c -> n t h w f -> n t f           frames of a video
          n (t l) c -> n t l c -> n t m f -> n t f  windows of one long recording
"""

import numpy as np
import tensorflow as tf
from tensorflow.keras import Sequential, layers


def video_lstm(frames=6, units=64):
    """The temporal axis survives: one step for each frame of the input."""
    model = Sequential()
    model.add(layers.Input(shape=(frames, 24, 24, 3)))
    model.add(layers.TimeDistributed(layers.Conv2D(filters=32, kernel_size=(3, 3), activation="relu")))
    model.add(layers.TimeDistributed(layers.GlobalAveragePooling2D()))
    model.add(layers.LSTM(units, return_sequences=True))
    return model


def window_lstm(length=1200, channels=2, window=100, units=32):
    """A long recording becomes a sequence of windows, each encoded by the same 1-D convolution."""
    recording = layers.Input((length, channels))
    windows = layers.Reshape((length // window, window, channels))(recording)
    encoded = layers.TimeDistributed(layers.Conv1D(16, 9, strides=2, activation="relu"))(windows)
    sequence = layers.TimeDistributed(layers.GlobalAveragePooling1D())(encoded)
    return tf.keras.Model(recording, layers.LSTM(units, return_sequences=True)(sequence))


def fold_and_unfold(clips):
    """The same without TimeDistributed: frames into the batch, features out of it."""
    batch, steps, height, width, channels = clips.shape
    frames = tf.reshape(clips, (batch * steps, height, width, channels))
    features = layers.GlobalMaxPooling2D()(layers.Conv2D(32, 3)(frames))
    return tf.reshape(features, (batch, steps, 32))


if __name__ == "__main__":
    clips = tf.random.normal((2, 6, 24, 24, 3))
    print(tuple(video_lstm()(clips).shape))  # (2, 6, 64)
    print(tuple(fold_and_unfold(clips).shape))  # (2, 6, 32)

    recordings = np.random.rand(3, 1200, 2)
    print(tuple(window_lstm()(recordings).shape))  # (3, 12, 32)
