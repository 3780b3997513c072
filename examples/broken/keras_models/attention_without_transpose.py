"""Queries times keys without transposing the keys: the inner sizes are 64 and 10.

Repair: ops.matmul(queries, ops.transpose(keys, (0, 2, 1))).
"""

import keras
from keras import layers, ops


class TemporalAttention(layers.Layer):
    def __init__(self, features):
        super().__init__()
        self.query = layers.Dense(features)
        self.key = layers.Dense(features)

    def call(self, sequence):
        queries = self.query(sequence)
        keys = self.key(sequence)
        scores = ops.matmul(queries, keys)  # expect: SHP107
        return ops.matmul(ops.softmax(scores), sequence)


attention = TemporalAttention(64)
print(attention(keras.random.normal((8, 10, 64))).shape)
