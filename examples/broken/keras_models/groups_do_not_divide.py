"""A grouped convolution whose groups divide its filters, but not the channels that arrive.

Repair: groups=3, which divides both 6 channels and 24 filters.
"""

import keras
from keras import layers

images = keras.Input((32, 32, 6))
maps = layers.Conv2D(24, 3, groups=4)(images)  # expect: SHP110
print(maps.shape)
