"""The fourth axis of a tensor that has three: pooling over space left n t f.

Repair: pooled.shape[2], or pooled.shape[-1].
"""

import numpy as np
from tensorflow.keras.layers import LSTM, Conv2D, GlobalAveragePooling2D, TimeDistributed

clips = np.random.rand(4, 10, 16, 16, 3)
maps = TimeDistributed(Conv2D(filters=64, kernel_size=(3, 3), activation="relu"))(clips)
pooled = TimeDistributed(GlobalAveragePooling2D())(maps)
input_shape = (pooled.shape[1], pooled.shape[3])  # expect: SHP109
lstm = LSTM(128, input_shape=input_shape, return_sequences=True)
print(lstm(pooled).shape)
