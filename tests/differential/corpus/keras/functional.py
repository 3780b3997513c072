import keras
from keras import layers


def run():
    image = keras.Input((16, 16, 3))
    numbers = keras.Input((5,))
    x = layers.Conv2D(4, 3, strides=2, padding="same")(image)
    y = layers.Conv2D(4, 1)(x)
    x = layers.Add()([x, y])
    x = layers.Concatenate()([x, y])
    x = layers.DepthwiseConv2D(3)(x)
    x = layers.GlobalAveragePooling2D()(x)
    z = layers.Dense(8)(numbers)
    both = layers.concatenate([x, z], axis=-1)
    out = layers.Dense(2)(layers.Dropout(0.2)(both))
    model = keras.Model([image, numbers], out)
    model([keras.ops.zeros((2, 16, 16, 3)), keras.ops.zeros((2, 5))])


if __name__ == "__main__":
    run()
