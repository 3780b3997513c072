"""One einsum letter for two sizes: k is 49 places in the weights and 64 channels in the maps.

Repair: "nqk,nkc->nqc" on maps whose places are the second axis, without the transpose.
"""

import keras
from keras import ops

weights = ops.softmax(keras.random.normal((8, 4, 49)), axis=-1)
maps = keras.random.normal((8, 49, 64))
channels = ops.transpose(maps, (0, 2, 1))
pooled = ops.einsum("nqk,nkc->nqc", weights, channels)  # expect: SHP116
print(pooled.shape)
