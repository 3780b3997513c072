"""Builds a shapecheck model in numpy."""

from .backend import backend

__all__ = ["backend"]
