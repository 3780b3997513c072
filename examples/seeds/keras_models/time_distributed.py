"""TimeDistributed applies a layer, or a whole model, to every time step.

Patterns: n t h w c -> n t h w f -> n t (h w f) -> n t d
          n t h w c -> n t f -> n k
"""

import tensorflow as tf
from tensorflow.keras.layers import LSTM, Conv2D, Dense, Flatten, Input, MaxPooling2D, TimeDistributed


def encode_step_by_step():
    """Eager calls on a bare tensor; tf.reshape makes the features of a step."""
    batch_size, time_steps, height, width, channels = 4, 5, 28, 28, 3
    clips = tf.random.normal((batch_size, time_steps, height, width, channels))
    maps = TimeDistributed(Conv2D(8, (3, 3), padding="same", activation="relu"))(clips)
    sequence = tf.reshape(maps, (batch_size, time_steps, height * width * 8))
    return LSTM(units=128, return_sequences=True)(sequence)


def video_classifier(frames=10, classes=10):
    """28x28 frames, halved once by pooling, so 14x14 maps reach the LSTM."""
    frame_encoder = tf.keras.Sequential(
        [
            Input((28, 28, 3)),
            Conv2D(64, (3, 3), padding="same", activation="relu"),
            MaxPooling2D((2, 2)),
            Flatten(),
        ],
        name="frame_encoder",
    )
    model = tf.keras.Sequential()
    model.add(Input((frames, 28, 28, 3)))
    model.add(TimeDistributed(frame_encoder))
    model.add(LSTM(128, return_sequences=True))
    model.add(LSTM(128))
    model.add(Dense(classes))
    return model


if __name__ == "__main__":
    print(tuple(encode_step_by_step().shape))  # (4, 5, 128)

    model = video_classifier()
    print(tuple(model(tf.random.normal((4, 10, 28, 28, 3))).shape))  # (4, 10)
