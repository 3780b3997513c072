"""Contracts at run time: the decorator, the inline check, and what they raise.

contract("n t c h w -> n k")        on a function, method, property or dataclass
check(x, "n t c")                   inline; gives the dims
deferred()                          what could not be checked because a size was open
"""

from shapecheck.contracts.checking import check
from shapecheck.contracts.decorator import contract
from shapecheck.contracts.errors import ShapeError
from shapecheck.contracts.record import deferred

__all__ = ["ShapeError", "check", "contract", "deferred"]
