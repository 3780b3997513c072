"""`shapecheck lint`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from shapecheck.cli import fail
from shapecheck.lint.configuration import ConfigurationError, codes_of
from shapecheck.lint.engine import Options, lint

if TYPE_CHECKING:
    from shapecheck.lint.outcome import Outcome


def run(arguments: Any) -> int:
    """Check, print, and give the exit status."""
    try:
        options = options_of(arguments)
        outcome, missing = lint(arguments.paths or ["."], options)
    except ConfigurationError as error:
        return fail(str(error))
    for sentence in missing:
        fail(sentence)
    sys.stdout.write(rendered(outcome, arguments))
    if outcome.crashed or missing:
        return 2
    return 1 if outcome.found else 0


def options_of(arguments: Any) -> Options:
    """The run's options. Raises ConfigurationError for codes that do not exist."""
    return Options(
        config=arguments.config,
        isolated=arguments.isolated,
        select=None if arguments.select is None else _codes(arguments.select, "--select"),
        ignore=_codes(arguments.ignore or [], "--ignore"),
        cache=not arguments.no_cache,
        jobs=arguments.jobs,
    )


def _codes(values: list[str], option: str) -> tuple[str, ...]:
    return codes_of([code for value in values for code in value.split(",") if code.strip()], option)


def rendered(outcome: Outcome, arguments: Any) -> str:
    """The report in the format that was asked for."""
    base = os.getcwd()
    if arguments.output_format == "json":
        from shapecheck.report import as_json

        return as_json.render(outcome, base=base, stats=arguments.stats)
    from shapecheck.report.colors import paint_for

    paint = paint_for(sys.stdout)
    if arguments.output_format == "concise":
        from shapecheck.report import concise

        return concise.render(outcome, paint, base=base)
    from shapecheck.report import full
    from shapecheck.report.places import Lines

    return full.render(outcome, Lines(_text), paint, base=base)


def _text(path: str) -> str | None:
    from shapecheck.lint.sources import Unreadable, decode, read_bytes

    try:
        return decode(read_bytes(path))
    except Unreadable:
        return None
