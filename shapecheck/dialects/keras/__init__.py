"""How Keras spells the operators."""
