import keras
from keras import layers, ops


def run():
    tokens = keras.Input((10,), dtype="int32")
    x = layers.Embedding(input_dim=40, output_dim=6)(tokens)
    x = layers.SpatialDropout1D(0.1)(x)
    a = layers.Conv1D(5, 3, padding="causal")(x)
    b = layers.Conv1D(5, 3, padding="same", dilation_rate=2)(x)
    x = layers.Multiply()([a, b])
    x = layers.MaxPooling1D(2)(x)
    scores = layers.Dot(axes=(2, 2))([x, x])
    x = layers.Dot(axes=(2, 1))([layers.Softmax()(scores), x])
    x = layers.GlobalMaxPooling1D()(x)
    model = keras.Model(tokens, layers.Dense(3)(x))
    y = model(ops.zeros((2, 10), dtype="int32"))
    ops.squeeze(ops.expand_dims(y, 1), axis=1)


if __name__ == "__main__":
    run()
