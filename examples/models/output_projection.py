"""From the LSTM's outputs to an answer: at every step, at the last step, or averaged over time."""

from shapecheck import Model, ops

each_step = Model("n t 40", [ops.LSTM(128), ops.TimeDistributed(ops.Linear(10))])
last_step = Model("n t 40", [ops.LSTM(128), ops.LastStep(), ops.Linear(10)])
mean = Model("n t 40", [ops.LSTM(128), ops.Linear(10), ops.Softmax(), ops.MeanOverTime()])

if __name__ == "__main__":
    print(mean)
