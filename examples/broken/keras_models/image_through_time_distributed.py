"""Pictures in a model for videos: TimeDistributed takes their rows for frames, a row is no picture.

Repair: layers.Reshape((1, 32, 32, 3)) in front, or a plain Conv2D.
"""

import keras
from keras import layers

images = keras.Input((32, 32, 3))
x = layers.TimeDistributed(layers.Conv2D(8, 3))(images)  # expect: SHP103
x = layers.TimeDistributed(layers.GlobalAveragePooling2D())(x)
model = keras.Model(images, layers.LSTM(16)(x))
print(model.output_shape)
