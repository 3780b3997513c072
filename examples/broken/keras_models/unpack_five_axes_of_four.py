"""Five names for the four axes of a picture: the layer reads videos.

Repair: give it a time axis, keras.ops.expand_dims(images, axis=1).
"""

import keras
from keras import layers, ops


class FoldFrames(layers.Layer):
    def call(self, clips):
        n, t, h, w, c = clips.shape  # expect: SHP112
        return ops.reshape(clips, (n * t, h, w, c))


images = keras.random.normal((4, 32, 32, 3))
print(FoldFrames()(images).shape)
