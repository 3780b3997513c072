"""A residual sum of a block's input and output, though the block changes the number of channels.

Repair: a 1x1 convolution, layers.Conv2D(filters, 1)(x), on the shortcut.
"""

import keras
from keras import layers


def residual_block(x, filters):
    shortcut = x
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.Add()([x, shortcut])  # expect: SHP106
    return layers.ReLU()(x)


images = keras.Input((24, 24, 16))
model = keras.Model(images, residual_block(images, filters=32))
print(model.output_shape)
