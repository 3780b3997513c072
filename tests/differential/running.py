"""Running programs under the real framework, in a process that has it loaded and can be lost."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections import Counter
from multiprocessing.connection import Connection
from typing import NamedTuple

NAME = "program.py"
SECONDS = 60.0


class Ran(NamedTuple):
    """How a program ended: the error that ended it ("" for none), the lines of its traceback in it, innermost last, and
    how often each line ran."""

    error: str
    message: str
    lines: tuple[int, ...]
    seen: dict[int, int]


class Runner:
    """A warm process; one that hangs or dies is replaced, and the program counts as one that did not end."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()

    def run(self, text: str) -> Ran:
        """Execute a program as a script."""
        self._pipe.send(text)
        try:
            if self._pipe.poll(SECONDS):
                ran: Ran = self._pipe.recv()
                return ran
        except (EOFError, OSError):
            pass
        self.close()
        self._start()
        return Ran("Lost", "the process ended or did not answer", (), {})

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def serve(pipe: Connection) -> None:
    """What the process does: execute what it is sent, one program after the other."""
    os.environ.update(
        OMP_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3", KERAS_BACKEND="tensorflow", CUDA_VISIBLE_DEVICES=""
    )
    warnings.simplefilter("ignore")
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for as long as it lives
    while True:
        pipe.send(_executed(pipe.recv()))


def _executed(text: str) -> Ran:
    seen: Counter[int] = Counter()

    def trace(frame, event, argument):  # type: ignore[no-untyped-def]  # the signature of sys.settrace
        if frame.f_code.co_filename != NAME:
            return None
        if event == "line":
            seen[frame.f_lineno] += 1
        return trace

    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
    try:
        code = compile(text, NAME, "exec")
        sys.settrace(trace)
        try:
            exec(code, {"__name__": "__main__"})
        finally:
            sys.settrace(None)
    except BaseException as error:
        return Ran(type(error).__name__, str(error)[:300], _lines(error), dict(seen))
    return Ran("", "", (), dict(seen))


def _lines(error: BaseException) -> tuple[int, ...]:
    """The lines of the program that were running. Keras leaves its own frames out, never the caller's."""
    lines = []
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == NAME:
            lines.append(traceback.tb_lineno)
        traceback = traceback.tb_next
    return tuple(lines)
