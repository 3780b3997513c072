"""Builds a shapecheck model in Keras."""
