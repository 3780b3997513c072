"""A Reshape with the size of smaller maps: 14 * 14 * 64 numbers cannot become 49 steps of 64.

Repair: layers.Reshape((14 * 14, 64)), or layers.Reshape((-1, 64)).
"""

import keras
from keras import layers

images = keras.Input((28, 28, 1))
maps = layers.Conv2D(64, 3, padding="same", activation="relu")(images)
maps = layers.MaxPooling2D(2)(maps)
steps = layers.Reshape((7 * 7, 64))(maps)  # expect: SHP105
model = keras.Model(images, layers.LSTM(128)(steps))
print(model.output_shape)
