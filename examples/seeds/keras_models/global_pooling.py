"""Global pooling: one number a channel, where in the picture a feature sits no longer matters.

Patterns: n h w c -> n f -> n 1 f (one image, one step)
          n h w c -> n f -> n f 1 (one image, each channel a step)
          n t h w c -> n t f (video, one step a frame)
"""

import tensorflow as tf


def pooled_image_lstm(image_size=(20, 30, 3), units=64):
    """Average each channel over the image and feed all of them as a sequence of one step."""
    images = tf.keras.Input(image_size)
    maps = tf.keras.layers.Conv2D(32, 3, activation="relu")(images)
    pooled = tf.keras.layers.GlobalAveragePooling2D()(maps)
    one_step = tf.keras.layers.Reshape((1, -1))(pooled)
    return tf.keras.Model(images, tf.keras.layers.LSTM(units)(one_step))


def channel_steps_lstm(image_size=(20, 30, 3), units=64):
    """The strongest response of each channel; the channels are the steps, with one feature each."""
    images = tf.keras.Input(image_size)
    maps = tf.keras.layers.Conv2D(32, 3, activation="relu")(images)
    pooled = tf.keras.layers.GlobalMaxPooling2D()(maps)
    channel_steps = tf.keras.layers.Reshape((-1, 1))(pooled)
    return tf.keras.Model(images, tf.keras.layers.LSTM(units)(channel_steps))


def pooled_video_lstm(frame_size=(20, 30, 3), filters=24, units=64):
    """Pool inside each frame and keep time: average and maximum side by side."""
    clips = tf.keras.Input((None, *frame_size))
    conv = tf.keras.layers.Conv2D(filters, 3, activation="relu")
    maps = tf.keras.layers.TimeDistributed(conv)(clips)
    average = tf.keras.layers.TimeDistributed(tf.keras.layers.GlobalAveragePooling2D())(maps)
    maximum = tf.keras.layers.TimeDistributed(tf.keras.layers.GlobalMaxPooling2D())(maps)
    sequence = tf.keras.layers.Concatenate()([average, maximum])
    return tf.keras.Model(clips, tf.keras.layers.LSTM(units)(sequence))


if __name__ == "__main__":
    images = tf.random.normal((5, 20, 30, 3))
    print(tuple(pooled_image_lstm()(images).shape))  # (5, 64)
    print(tuple(channel_steps_lstm()(images).shape))  # (5, 64)

    clips = tf.random.normal((2, 7, 20, 30, 3))
    print(tuple(pooled_video_lstm()(clips).shape))  # (2, 64)
