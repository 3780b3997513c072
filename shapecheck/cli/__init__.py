"""The command line. Each command imports what it needs when it runs, so that `--help` costs little."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import NoReturn


def program() -> NoReturn:
    """The whole program. `lint`, which must be quick, ends at once: what it made, the system takes back anyway."""
    quick = sys.argv[1:2] == ["lint"]
    if quick:
        gc.disable()  # nothing that starting up makes is garbage; `lint/garbage.py` collects later
    status = main()
    if not quick or status > 2:  # after an interrupt there may be processes to wait for
        sys.exit(status)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status: 0 nothing found, 1 something found, 2 it could not do its
    work.
    """
    from shapecheck.cli.parser import parse

    if isinstance(sys.stdout, TextIOWrapper):
        # A path or a source line that the terminal's encoding lacks is escaped rather than a crash.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        status = _run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("shapecheck: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; a second flush at exit would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception:  # a bug of ours: Python's own exit status for it would read as "something found"
        from traceback import print_exc

        print_exc()
        return fail("this is a bug in shapecheck: please report it with the lines above")
    return status


def _run(options: Namespace) -> int:
    from importlib import import_module

    status: int = import_module(f"shapecheck.cli.{options.command}_command").run(options)
    return status


def fail(message: str) -> int:
    """Say in one sentence why the work could not be done; the exit status of that."""
    print(f"shapecheck: {message}", file=sys.stderr)
    return 2
