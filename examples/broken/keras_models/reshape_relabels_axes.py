"""A Reshape that renames axes instead of moving them: it runs, and every step mixes channels with places.

The memory holds h w f. Repair: layers.Permute((3, 1, 2)) first, so that channels really are the steps.
"""

import keras
from keras import layers

images = keras.Input((28, 28, 1))
maps = layers.Conv2D(32, 3, activation="relu")(images)
_, height, width, filters = maps.shape
steps = layers.Reshape((filters, height * width))(maps)  # expect: SHP301
model = keras.Model(images, layers.LSTM(64)(steps))
print(model(keras.random.normal((2, 28, 28, 1))).shape)
