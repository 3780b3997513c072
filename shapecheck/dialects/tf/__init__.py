"""How TensorFlow spells the operators."""
