"""The registry of codes: each names one mistake, shared by every operator that can make it, and is never reused.

0xx the tool itself, 1xx an operation that cannot work, 2xx a value that is not what contracts and annotations say,
3xx code that runs but means something else, 4xx what one framework refuses and another does, 9xx notes.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """One code: the rule's name (read "allow …"), its severity, and what it says in one line."""

    code: str
    name: str
    severity: str
    summary: str


ERROR, WARNING, NOTE = "error", "warning", "note"

_ROWS = (
    ("SHP000", "internal-error", ERROR, "shapecheck itself failed on this file"),
    ("SHP001", "syntax-error", ERROR, "the file is not valid Python"),
    ("SHP002", "unreadable-file", ERROR, "the file cannot be read as Python text"),
    ("SHP003", "unused-suppression", WARNING, "a suppression comment suppresses nothing"),
    (
        "SHP004",
        "nothing-understood",
        NOTE,
        "the file uses tensors, but none of its operations was understood",
    ),
    ("SHP101", "feature-size-mismatch", ERROR, "a layer is made for another number of features than arrives"),
    ("SHP102", "channel-mismatch", ERROR, "a layer is made for another number of channels than arrives"),
    ("SHP103", "wrong-rank", ERROR, "a tensor has more or fewer axes than the operation takes"),
    (
        "SHP104",
        "window-does-not-fit",
        ERROR,
        "a convolution or pooling window is larger than what it slides over",
    ),
    ("SHP105", "reshape-size-mismatch", ERROR, "a reshape changes the number of elements"),
    ("SHP106", "broadcast-mismatch", ERROR, "shapes that meet elementwise cannot be broadcast"),
    ("SHP107", "matmul-mismatch", ERROR, "the inner sizes of a matrix product differ"),
    ("SHP108", "concat-mismatch", ERROR, "tensors that are joined differ outside the joined axis"),
    ("SHP109", "axis-out-of-range", ERROR, "an axis is named that the tensor does not have"),
    ("SHP110", "groups-do-not-divide", ERROR, "channels cannot be divided evenly into groups"),
    ("SHP111", "split-mismatch", ERROR, "an axis cannot be split as asked"),
    ("SHP112", "unpack-mismatch", ERROR, "a shape or tensor is unpacked into another number of names"),
    ("SHP113", "index-out-of-range", ERROR, "an index lies outside the axis"),
    ("SHP114", "state-mismatch", ERROR, "the initial state does not fit the recurrent layer or its input"),
    ("SHP115", "permutation-mismatch", ERROR, "a permutation does not name each axis once"),
    ("SHP116", "pattern-mismatch", ERROR, "an einsum or rearrange pattern does not fit its tensors"),
    ("SHP117", "heads-do-not-divide", ERROR, "the features cannot be divided evenly among attention heads"),
    ("SHP118", "loss-shape-mismatch", ERROR, "prediction and target do not have shapes that the loss takes"),
    ("SHP119", "expand-mismatch", ERROR, "an axis that is not 1 cannot be expanded"),
    ("SHP120", "invalid-argument", ERROR, "an argument has a value with which the operation cannot work"),
    ("SHP121", "call-mismatch", ERROR, "a call passes arguments that the signature does not have"),
    ("SHP122", "pad-mismatch", ERROR, "a padding does not fit the tensor"),
    ("SHP130", "requirements-conflict", ERROR, "no input can meet all that the code asks of it"),
    ("SHP201", "contract-mismatch", ERROR, "an argument, or a checked value, does not fit its contract"),
    ("SHP202", "contract-promise-broken", ERROR, "a function gives another shape than its contract promises"),
    ("SHP203", "impossible-contract", ERROR, "a contract that no sizes can meet"),
    ("SHP204", "malformed-contract", ERROR, "a contract that cannot be read, or does not fit its function"),
    ("SHP205", "annotation-mismatch", WARNING, "a shape annotation says something else than the code"),
    ("SHP301", "reshape-relabels-axes", WARNING, "a reshape renames axes, but moves no element"),
    ("SHP302", "loss-broadcasts", WARNING, "a loss compares every prediction with every target"),
    (
        "SHP304",
        "last-sample-not-last-step",
        WARNING,
        "an index takes the last sample of a batch where the last step was meant",
    ),
    ("SHP306", "softmax-over-batch", WARNING, "a softmax normalises over the batch"),
    ("SHP307", "batch-folded-into-features", WARNING, "a reshape makes rows that straddle samples"),
    ("SHP401", "framework-limit", ERROR, "the framework does not do what another one would"),
    ("SHP901", "reveal-shape", NOTE, "what reveal_shape was asked to show"),
    ("SHP902", "analysis-incomplete", NOTE, "part of the file was not analysed"),
)

CODES: dict[str, Code] = {row[0]: Code(*row) for row in _ROWS}
BY_NAME: dict[str, Code] = {code.name: code for code in CODES.values()}


def named(code: str) -> Code:
    """The registered code; a code that nobody registered is a KeyError with its number."""
    return CODES[code]
