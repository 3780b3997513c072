"""Classifying short video clips: a CNN for each frame, an LSTM over the frames."""

from clips.classifier import ClipClassifier
from clips.encoder import FrameEncoder

__all__ = ["ClipClassifier", "FrameEncoder"]
