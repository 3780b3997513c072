"""Channels-first pictures given to a model that was already used on channels-last ones.

Its first convolution has learned windows of 3 channels, and finds 32 on the last axis.
Repair: keras.ops.transpose(batch, (0, 2, 3, 1)).
"""

import keras
from keras import layers


class Encoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(16, 3, activation="relu")
        self.pool = layers.GlobalMaxPooling2D()

    def call(self, images):
        maps = self.conv(images)  # expect: SHP102
        return self.pool(maps)


encoder = Encoder()
print(encoder(keras.random.normal((4, 32, 32, 3))).shape)
print(encoder(keras.random.normal((4, 3, 32, 32))).shape)
