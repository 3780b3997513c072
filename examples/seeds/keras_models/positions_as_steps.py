"""One step a place: the LSTM walks over the positions of a feature map and reads their channels.

Pattern: n h w c -> n h w f -> n (h w) f -> n k
"""

import tensorflow as tf
from tensorflow.keras import layers


def position_lstm(height=28, width=28, channels=3, classes=10):
    """Classify an image by reading its feature map place by place, row after row."""
    images = layers.Input(shape=(height, width, channels))
    x = layers.Conv2D(64, (3, 3), padding="same", activation="relu")(images)
    x = layers.MaxPooling2D((2, 2))(x)

    rows, columns, filters = x.shape[1], x.shape[2], x.shape[3]
    x = layers.Reshape((rows * columns, filters))(x)
    x = layers.LSTM(128, return_sequences=True)(x)
    x = layers.LSTM(128)(x)
    return tf.keras.Model(images, layers.Dense(classes, activation="softmax")(x))


if __name__ == "__main__":
    model = position_lstm()
    images = tf.random.normal((16, 28, 28, 3))
    probabilities = model(images)
    print(tuple(probabilities.shape))  # (16, 10)

    # The same bridge on a bare feature map, without a model around it.
    maps = tf.random.normal((8, 14, 14, 64))
    steps = tf.reshape(maps, (8, 14 * 14, 64))
    outputs = layers.LSTM(units=128, return_sequences=True)(steps)
    print(tuple(outputs.shape))  # (8, 196, 128)
