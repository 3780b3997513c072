"""Builds a shapecheck model in torch."""
