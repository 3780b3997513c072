"""A Permute of two axes for maps that have three behind the batch: the places were never joined.

Repair: layers.Reshape((-1, 32)) joins them, and then layers.Permute((2, 1)) puts the channels first.
"""

import keras
from keras import layers

images = keras.Input((16, 16, 3))
maps = layers.Conv2D(32, 3, padding="same", activation="relu")(images)
channels = layers.Permute((2, 1))(maps)  # expect: SHP115
model = keras.Model(images, layers.LSTM(64)(channels))
print(model.output_shape)
