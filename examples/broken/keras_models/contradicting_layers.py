"""A model that fits no picture at all: 32 pooled filters never make one step of 48 features.

Nothing calls the class here, and nothing has to. Repair: layers.Reshape((1, 32)).
Seen by: Bridge()(keras.random.normal((2, 14, 14, 1)))
"""

import keras
from keras import layers


class Bridge(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(32, 3, padding="same")
        self.pool = layers.GlobalAveragePooling2D()
        self.reshape = layers.Reshape((1, 48))
        self.lstm = layers.LSTM(64)

    def call(self, images):
        x = self.pool(self.conv(images))
        x = self.reshape(x)  # expect: SHP105
        return self.lstm(x)
