"""Answers for every step compared with one label a sequence.

Repair: an LSTM without return_sequences, or labels for every step.
"""

import keras
from keras import layers

sequence = keras.random.normal((8, 20, 40))
labels = keras.ops.zeros((8, 6))

outputs = layers.LSTM(64, return_sequences=True)(sequence)
answers = layers.Dense(6, activation="softmax")(outputs)
loss = keras.losses.CategoricalCrossentropy()(labels, answers)  # expect: SHP118
print(float(loss))
