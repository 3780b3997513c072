"""The state of an encoder with 32 units handed to a decoder with 64.

Repair: the same number of units in both, or a Dense between the states.
"""

import keras
from keras import layers

source = keras.random.normal((4, 12, 8))
target = keras.random.normal((4, 6, 8))

encoded, hidden, memory = layers.LSTM(32, return_state=True)(source)
decoder = layers.LSTM(64, return_sequences=True)
decoded = decoder(target, initial_state=[hidden, memory])  # expect: SHP114
print(decoded.shape)
