"""A Conv2D fed a video: five axes, where it takes n h w c.

Repair: layers.TimeDistributed(layers.Conv2D(...)).
"""

import keras
from keras import layers


def build(frames=10):
    clips = keras.Input(shape=(frames, 64, 64, 3))
    x = layers.Conv2D(32, (3, 3), activation="relu")(clips)  # expect: SHP103
    x = layers.TimeDistributed(layers.GlobalAveragePooling2D())(x)
    x = layers.LSTM(64)(x)
    return keras.Model(clips, layers.Dense(2)(x))


if __name__ == "__main__":
    build().summary()
