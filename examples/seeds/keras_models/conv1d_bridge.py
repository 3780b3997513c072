"""A 1-D convolution between the feature map and the LSTM, sliding over the flattened positions.

Pattern: n h w c -> n (h w) f -> n (h w) g -> n k
"""

import keras
from keras import layers


class Conv1DBridge(keras.Model):
    """Neighbouring positions are mixed by a window before the LSTM reads them one after the other."""

    def __init__(self, num_classes, filters=64, bridge_filters=48, units=128, **kwargs):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(filters, 3, padding="same", activation="relu")
        self.pool = layers.MaxPool2D(pool_size=2, strides=2)
        self.to_sequence = layers.Reshape((-1, filters))
        self.bridge = layers.Conv1D(bridge_filters, kernel_size=3, padding="same", activation="relu")
        self.lstm1 = layers.LSTM(units, return_sequences=True)
        self.lstm2 = layers.LSTM(units)
        self.classifier = layers.Dense(num_classes)

    def call(self, images):
        x = self.pool(self.conv(images))
        x = self.to_sequence(x)
        x = self.bridge(x)
        x = self.lstm2(self.lstm1(x))
        return self.classifier(x)


if __name__ == "__main__":
    model = Conv1DBridge(num_classes=10)
    images = keras.random.normal((8, 28, 28, 3))
    print(tuple(model(images).shape))  # (8, 10)
