"""The specification of a network: a graph of operators, and `Model`, which is sugar for it."""
