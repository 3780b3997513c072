"""Builds a shapecheck model in numpy."""
