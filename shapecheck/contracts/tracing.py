"""What torch.compile has to be told about our code, without importing torch."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])


def constant_when_traced(function: Function) -> Function:
    """Let torch.compile run the function while it traces, and keep its answer.

    This is what `torch.compiler.assume_constant_result` does. An AssertionError of the function then ends the
    compilation with its own words, and nothing that the function reads becomes a guard.
    """
    function._dynamo_marked_constant = True  # type: ignore[attr-defined]
    return function


def is_traced() -> bool:
    """Whether torch.compile is tracing this very code."""
    torch = sys.modules.get("torch")
    return torch is not None and torch.compiler.is_dynamo_compiling()
