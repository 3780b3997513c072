"""Sensor signals: convolutions shorten them, the LSTM reads what is left, sample by sample.

Patterns: n l c -> n l//4 f -> n k      as Keras has it, channels last
          n c l -> n l c -> ...         recordings that come sensor by sensor
"""

import keras
import numpy as np
from keras import layers


def signal_classifier(length, sensors, classes, units=64):
    """Channels-last signals need no bridge: what Conv1D returns is what LSTM wants."""
    signal = keras.Input(shape=(length, sensors))
    x = layers.Conv1D(32, 7, padding="same", use_bias=False)(signal)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.MaxPooling1D(2)(x)
    x = layers.Conv1D(64, 5, padding="causal", activation="relu")(x)
    x = layers.MaxPooling1D(2)(x)
    x = layers.LSTM(units, return_sequences=True, dropout=0.2)(x)
    x = layers.LSTM(units)(x)
    return keras.Model(signal, layers.Dense(classes, activation="softmax")(x))


def signal_regressor(sensors, length):
    """Sensor by sensor in, one value for each remaining sample out."""
    return keras.Sequential(
        [
            keras.Input((sensors, length)),
            layers.Permute((2, 1)),
            layers.Conv1D(24, 4, strides=4),
            layers.LSTM(40, return_sequences=True),
            layers.TimeDistributed(layers.Dense(1)),
            layers.Flatten(),
        ]
    )


if __name__ == "__main__":
    recordings = np.random.rand(8, 128, 6).astype("float32")
    classifier = signal_classifier(length=128, sensors=6, classes=5)
    print(tuple(classifier(recordings).shape))  # (8, 5)

    regressor = signal_regressor(sensors=6, length=128)
    print(tuple(regressor(recordings.transpose(0, 2, 1)).shape))  # (8, 32)
