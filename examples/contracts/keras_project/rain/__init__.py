"""Predicting rain from radar maps: a CNN for each map, an LSTM over the maps."""

from rain.model import Nowcast, functional

__all__ = ["Nowcast", "functional"]
