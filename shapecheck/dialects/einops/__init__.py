"""How einops spells the operators."""
