"""How numpy spells the operators."""
