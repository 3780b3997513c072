import keras
from keras import layers


def build():
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, kernel_size=(3, 3), padding="same"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Reshape((6 * 6, 16)),
            layers.Permute((2, 1)),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return model


def run():
    model = build()
    images = keras.ops.zeros((4, 28, 28, 1))
    model(images)


if __name__ == "__main__":
    run()
