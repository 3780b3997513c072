"""Four gates cut from a layer that was made for three.

Repair: Dense(4 * units).
"""

import keras
from keras import layers, ops

units = 42
gates = layers.Dense(3 * units)(keras.random.normal((8, 64)))
i, f, o, g = ops.split(gates, 4, axis=-1)  # expect: SHP111
print(i.shape)
