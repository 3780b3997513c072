import keras
from keras import layers

encoder = keras.Sequential(
    [
        keras.Input((8, 8, 2)),
        layers.Conv2D(4, 3, strides=2, padding="same"),
        layers.Flatten(),
        layers.Dense(6),
    ]
)
decoder = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(4 * 4 * 4),
        layers.Reshape((4, 4, 4)),
        layers.Conv2DTranspose(4, 3, strides=2, padding="same"),
        layers.UpSampling2D(2),
        layers.AveragePooling2D(2),
        layers.Cropping2D(1),
        layers.ZeroPadding2D(1),
        layers.Conv2D(2, 3, padding="same"),
    ]
)


def run():
    image = keras.Input((8, 8, 2))
    code = encoder(image)
    copy = decoder(code)
    difference = layers.Subtract()([image, copy])
    model = keras.Model(image, difference)
    model(keras.ops.ones((3, 8, 8, 2)))


if __name__ == "__main__":
    run()
