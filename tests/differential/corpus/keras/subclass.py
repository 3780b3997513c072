import keras
from keras import layers, ops


class Block(layers.Layer):
    def __init__(self, width, heads):
        super().__init__()
        self.attention = layers.MultiHeadAttention(num_heads=heads, key_dim=width // heads)
        self.norm = layers.LayerNormalization()
        self.first = layers.Dense(width * 2, activation="gelu")
        self.second = layers.Dense(width)

    def call(self, x):
        x = x + self.attention(x, x)
        return x + self.second(self.first(self.norm(x)))


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.embedding = layers.Embedding(30, 8)
        self.block = Block(8, 2)
        self.head = layers.Dense(3)

    def call(self, tokens):
        x = self.embedding(tokens)
        x = self.block(x)
        x = ops.reshape(x, (-1, 6 * 8))
        x = ops.concatenate([x, x[:, :4]], axis=1)
        return self.head(x)


def run():
    model = Classifier()
    scores = model(ops.zeros((5, 6), dtype="int32"))
    ops.matmul(scores, ops.transpose(scores))


if __name__ == "__main__":
    run()
