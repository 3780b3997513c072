"""Hypothesis strategies: sizes, shapes and arrays that a pattern describes, and valid models.

Everything drawn is valid by construction, and shrinks to the smallest that still fails. Needs hypothesis
(`pip install 'shapecheck-ml[hypothesis]'`), `arrays` also numpy and the framework that is asked for.
"""

from shapecheck.strategies.models import Case, cases, models
from shapecheck.strategies.tensors import arrays, dims, shapes

__all__ = ["Case", "arrays", "cases", "dims", "models", "shapes"]
