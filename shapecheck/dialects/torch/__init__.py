"""How PyTorch spells the operators."""
