"""From the LSTM's outputs to an answer: at every step, at the last step, or averaged over time.

Patterns: n t d -> n t k               an answer a step
          n t d -> n d -> n k          the last step
          n t d -> n t k -> n k        the mean of the steps' answers
"""

import keras
import tensorflow as tf
from keras.layers import LSTM, Dense, GlobalAveragePooling1D, TimeDistributed


class StepClassifier(keras.Model):
    """The same Dense answers at every step."""

    def __init__(self, units=128, classes=10):
        super().__init__()
        self.lstm = LSTM(units, return_sequences=True)
        self.project = TimeDistributed(Dense(classes, activation="softmax"))

    def call(self, sequence):
        return self.project(self.lstm(sequence))


class LastStepClassifier(keras.Model):
    """Without return_sequences an LSTM hands out its last step only."""

    def __init__(self, units=128, classes=10):
        super().__init__()
        self.lstm = LSTM(units)
        self.project = Dense(classes, activation="softmax")

    def call(self, sequence):
        return self.project(self.lstm(sequence))


class MeanClassifier(StepClassifier):
    """Every step votes and the votes are averaged."""

    def __init__(self, units=128, classes=10):
        super().__init__(units, classes)
        self.average = GlobalAveragePooling1D()

    def call(self, sequence):
        return self.average(super().call(sequence))


if __name__ == "__main__":
    sequence = tf.random.normal((32, 20, 40))

    answers = StepClassifier()(sequence)
    print(tuple(answers.shape))  # (32, 20, 10)
    print(tuple(answers[:, -1, :].shape))  # (32, 10)
    print(tuple(tf.reduce_mean(answers, axis=1).shape))  # (32, 10)

    print(tuple(LastStepClassifier()(sequence).shape))  # (32, 10)
    print(tuple(MeanClassifier()(sequence).shape))  # (32, 10)
