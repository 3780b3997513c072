"""Poolings until the maps are smaller than the next window: 32 -> 15 -> 6 -> 2, and then a 3x3 window.

Repair: padding="same" in the convolutions, or one block less.
"""

import keras
from keras import layers

model = keras.Sequential()
model.add(keras.Input((32, 32, 3)))
for filters in (16, 32, 64):
    model.add(layers.Conv2D(filters, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
model.add(layers.Conv2D(128, 3, activation="relu"))  # expect: SHP104
model.add(layers.GlobalAveragePooling2D())
print(model.output_shape)
