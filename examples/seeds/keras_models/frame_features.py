"""One step a frame: a convolution looks at each frame, an LSTM at the sequence of flattened maps.

Pattern: n t h w c -> n t h w f -> n t (h w f) -> n t d -> n 1
"""

import keras
from keras import layers


def frame_lstm(frames=10, height=64, width=64, channels=3, filters=16, units=64):
    """One convolution that keeps the frame size, so a step has height * width * filters features."""
    return keras.Sequential(
        [
            keras.Input((frames, height, width, channels)),
            layers.TimeDistributed(layers.Conv2D(filters, 3, padding="same", activation="relu")),
            layers.TimeDistributed(layers.Flatten()),
            layers.LSTM(units),
            layers.Dense(1),
        ]
    )


def pooled_frame_lstm(frames=10, height=64, width=64, channels=3, filters=16, units=64):
    """The same with a 2x2 maximum after the convolution: a quarter of the features."""
    clips = keras.Input(shape=(frames, height, width, channels))
    x = layers.TimeDistributed(layers.Conv2D(filters, 3, padding="same", activation="relu"))(clips)
    x = layers.TimeDistributed(layers.MaxPooling2D(2))(x)
    x = layers.Reshape((frames, (height // 2) * (width // 2) * filters))(x)
    x = layers.LSTM(units)(x)
    return keras.Model(clips, layers.Dense(1)(x))


def deep_frame_lstm(frame_size=(64, 64, 3), filters=(16, 32), units=64):
    """A block of convolution and pooling for each entry of `filters`; clips may have any length."""
    frame = keras.Input(frame_size)
    x = frame
    for count in filters:
        x = layers.Conv2D(count, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(x)
    encoder = keras.Model(frame, layers.Flatten()(x), name="encoder")

    clips = keras.Input((None, *frame_size))
    sequence = layers.TimeDistributed(encoder)(clips)
    summary = layers.LSTM(units)(sequence)
    return keras.Model(clips, layers.Dense(1)(summary))


if __name__ == "__main__":
    clips = keras.random.normal((2, 10, 64, 64, 3))

    print(tuple(frame_lstm()(clips).shape))  # (2, 1)
    print(tuple(pooled_frame_lstm()(clips).shape))  # (2, 1)

    print(tuple(deep_frame_lstm()(clips).shape))  # (2, 1)
