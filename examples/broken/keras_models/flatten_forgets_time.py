"""A Flatten that forgets the time axis: all frames end up in one row of features.

Repair: layers.TimeDistributed(layers.Flatten()).
"""

import tensorflow as tf
from tensorflow.keras import Sequential, layers

model = Sequential()
model.add(layers.Input((10, 32, 32, 3)))
model.add(layers.TimeDistributed(layers.Conv2D(16, 3, activation="relu")))
model.add(layers.TimeDistributed(layers.MaxPooling2D()))
model.add(layers.Flatten())
model.add(layers.LSTM(64))  # expect: SHP103
model.add(layers.Dense(1))
print(model(tf.random.normal((2, 10, 32, 32, 3))).shape)
