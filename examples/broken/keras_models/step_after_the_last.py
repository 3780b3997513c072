"""The step after the last one: ten steps are numbered 0 to 9.

Repair: outputs[:, -1, :], or an LSTM without return_sequences.
"""

import tensorflow as tf

outputs = tf.keras.layers.LSTM(64, return_sequences=True)(tf.random.normal((4, 10, 32)))
last = outputs[:, 10, :]  # expect: SHP113
print(tf.keras.layers.Dense(5)(last).shape)
