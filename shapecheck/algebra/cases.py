"""Proofs by cases, for the identities that one normal form cannot show."""

from __future__ import annotations

from .dim import Dim


def always_zero(size: Dim) -> bool:
    """Whether every case of the size is 0."""
    return False


def never_zero(size: Dim) -> bool:
    """Whether no case of the size can be 0."""
    return False
