"""A skip connection joined after pooling an odd size: 25 -> 12 -> 24, one row and column short.

Repair: pad the input to an even size, or crop the other branch.
"""

import keras
from keras.layers import Concatenate, Conv2D, Input, MaxPooling2D, UpSampling2D

images = Input((25, 25, 1))
skip = Conv2D(8, 3, padding="same", activation="relu")(images)
x = MaxPooling2D()(skip)
x = Conv2D(16, 3, padding="same", activation="relu")(x)
x = UpSampling2D()(x)
x = Concatenate()([skip, x])  # expect: SHP108
model = keras.Model(images, Conv2D(1, 1)(x))
print(model.output_shape)
