"""A transpose written for pictures and used on videos: four axes named, five there.

Repair: tf.transpose(clips, (0, 1, 4, 2, 3)).
"""

import tensorflow as tf

clips = tf.random.normal((2, 10, 32, 32, 3))
channels_first = tf.transpose(clips, (0, 3, 1, 2))  # expect: SHP115
print(channels_first.shape)
