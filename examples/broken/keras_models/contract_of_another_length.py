"""The mask is made for the steps before pooling, and the contract of the mean says that the two go together.

Repair: make the mask for the pooled steps, ops.ones((8, 25)).
"""

from keras import layers, ops, random
from shapecheck import contract


@contract("n t d, n t -> n d")
def masked_mean(steps, mask):
    weights = ops.expand_dims(mask, -1)
    return ops.sum(steps * weights, axis=1) / ops.sum(weights, axis=1)


signal = random.normal((8, 100, 6))
steps = layers.MaxPooling1D(4)(layers.Conv1D(16, 5, padding="same")(signal))
mask = ops.ones((8, 100))
print(masked_mean(steps, mask).shape)  # expect: SHP201
