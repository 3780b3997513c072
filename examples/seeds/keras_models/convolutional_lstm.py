"""A convolutional LSTM: the state is a map, so nothing is flattened between space and time.

Pattern: n t h w c -> n t h w d -> n h w 1
"""

import keras
from keras import layers


def next_frame(height=32, width=48, channels=1):
    """Two layers of ConvLSTM2D and a 1x1 convolution on the last map: the next frame of a film."""
    films = keras.Input(shape=(None, height, width, channels))
    x = layers.ConvLSTM2D(16, kernel_size=5, padding="same", return_sequences=True)(films)
    x = layers.BatchNormalization()(x)
    x = layers.ConvLSTM2D(8, kernel_size=3, padding="same")(x)
    frame = layers.Conv2D(channels, kernel_size=1, activation="sigmoid")(x)
    return keras.Model(films, frame)


def every_next_frame(frames=5, height=32, width=48, channels=1):
    """A frame after each frame that was seen: the projection slides over time as well."""
    return keras.Sequential(
        [
            keras.Input((frames, height, width, channels)),
            layers.ConvLSTM2D(16, (3, 3), padding="same", return_sequences=True),
            layers.Conv3D(channels, (3, 3, 3), padding="same", activation="sigmoid"),
        ]
    )


if __name__ == "__main__":
    films = keras.random.uniform((2, 5, 32, 48, 1))
    print(tuple(next_frame()(films).shape))  # (2, 32, 48, 1)
    print(tuple(every_next_frame()(films).shape))  # (2, 5, 32, 48, 1)
