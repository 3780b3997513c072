"""Keras in its forms: functional with open axes, subclassed, shared layers, channel order read from the backend."""

import keras
import numpy as np
import tensorflow as tf
from keras import backend as K
from keras import layers, ops

axis = 3 if K.image_data_format() == "channels_last" else 1


def conv_block(x, filters, strides=(1, 1), name=None):
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(axis=axis)(x)
    return layers.Activation("relu")(x)


image = keras.Input(shape=(None, None, 3))
x = conv_block(image, 16)
y = conv_block(x, 16)
x = layers.Add()([x, y])
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(image, layers.Dense(4)(x))
model(np.zeros((2, 33, 20, 3), "float32"))
model.predict(np.zeros((1, 8, 8, 3)), verbose=0)

words = keras.Input((None,), dtype="int32")
e = layers.Embedding(100, 8, mask_zero=True)(words)
seq = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(e)
att = layers.Attention()([seq, seq])
both = layers.Concatenate()([layers.GlobalMaxPooling1D()(att), layers.GRU(5)(seq)])
keras.Model([words], [layers.Dense(2)(both), seq])(np.ones((3, 7), "int32"))


class Patches(layers.Layer):
    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.project = layers.Dense(12)

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(input_shape[-1],), initializer="zeros")
        super().build(input_shape)

    def call(self, images):
        n = tf.shape(images)[0]
        images = images + self.bias
        patches = tf.image.extract_patches(
            images, [1, self.size, self.size, 1], [1, self.size, self.size, 1], [1, 1, 1, 1], "VALID"
        )
        patches = tf.reshape(patches, (n, -1, self.size * self.size * images.shape[-1]))
        return self.project(patches)


Patches(4)(np.zeros((2, 16, 16, 3), "float32"))


class TwoTowers(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.towers = [keras.Sequential([layers.Dense(units), layers.Dense(units)]) for _ in range(2)]

    def call(self, inputs, training=False):
        left, right = inputs
        left, right = self.towers[0](left), self.towers[1](right)
        return ops.sum(left * right, axis=-1, keepdims=True)


TwoTowers(8)((np.zeros((4, 3), "float32"), np.zeros((4, 11), "float32")))
shared = layers.Dense(7)
a, b = keras.Input((5,)), keras.Input((9, 5))
shared(a), shared(b)
state = layers.LSTM(4, return_state=True)(keras.Input((3, 2)))
assert len(state) == 3
conv = layers.TimeDistributed(layers.Conv2D(4, 3))(keras.Input((6, 8, 8, 3)))
layers.Reshape((-1, 4))(layers.GlobalAveragePooling3D()(conv))


def to_images(image):
    with tf.control_dependencies([tf.debugging.assert_rank_in(image, [2, 3, 4])]):
        axes = image.get_shape().ndims
        if axes is None:
            return image
        elif axes == 2:
            return image[None, :, :, None]
        return image


tf.tile(to_images(tf.pad(tf.zeros([4, 4]), ((0, 36), (0, 36)))), [1, 1, 1, 3])


def masked(lengths):
    return tf.reduce_sum(
        tf.cast(tf.sequence_mask(tf.maximum(tf.constant(0), lengths - 1), 5), tf.int32), axis=1
    )


globals()["masked"](tf.constant([2, 3]))
