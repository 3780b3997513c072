"""One Dense for two signals, one of which still has its axes the other way round.

Dense acts on the last axis: 64 features in the first call, 50 steps in the second.
Repair: shared(layers.Permute((2, 1))(right)).
"""

import keras
from keras import layers

left = keras.Input((50, 64), name="left")
right = keras.Input((64, 50), name="right")

shared = layers.Dense(32)
encoded_left = shared(left)
encoded_right = shared(right)  # expect: SHP101
merged = layers.Concatenate()([encoded_left, encoded_right])
model = keras.Model([left, right], layers.LSTM(16)(merged))
print(model.output_shape)
