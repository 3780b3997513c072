"""Feature maps go straight into an LSTM, which reads n t f and gets n h w f.

Repair: layers.Reshape((14 * 14, 64)) in between makes a step of each place.
"""

import keras
from keras import layers

images = keras.Input((28, 28, 1))
x = layers.Conv2D(64, 3, padding="same", activation="relu")(images)
x = layers.MaxPooling2D(2)(x)
x = layers.LSTM(128)(x)  # expect: SHP103
model = keras.Model(images, layers.Dense(10, activation="softmax")(x))
print(model(keras.random.normal((8, 28, 28, 1))).shape)
