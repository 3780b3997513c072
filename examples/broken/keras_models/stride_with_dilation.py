"""A convolution with both a stride and a dilation, which Keras does not do (PyTorch does).

Repair: one of the two, e.g. strides=1 and a pooling afterwards.
"""

import keras
from keras import layers

images = keras.Input((64, 64, 3))
maps = layers.Conv2D(16, 3, strides=2, dilation_rate=2)(images)  # expect: SHP401
print(keras.Model(images, maps).output_shape)
