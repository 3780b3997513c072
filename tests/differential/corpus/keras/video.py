import keras
from keras import layers


def run():
    frames = keras.Input((4, 12, 12, 3))
    x = layers.TimeDistributed(layers.Conv2D(4, 3, strides=2))(frames)
    x = layers.TimeDistributed(layers.Flatten())(x)
    x = layers.LSTM(6, return_sequences=True)(x)
    x = layers.Bidirectional(layers.GRU(5))(x)
    x = layers.RepeatVector(3)(x)
    x = layers.LSTM(4)(x)
    out = layers.Dense(2)(x)
    model = keras.Model(frames, out)
    model(keras.ops.zeros((2, 4, 12, 12, 3)))


if __name__ == "__main__":
    run()
