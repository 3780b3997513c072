"""`shapecheck lint`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from shapecheck.cli import fail
from shapecheck.lint.configuration import ConfigurationError, codes_of
from shapecheck.lint.engine import Options, lint, lint_text

if TYPE_CHECKING:
    from shapecheck.lint.outcome import Outcome


def run(arguments: Any) -> int:
    """Check, print, and give the exit status."""
    try:
        options = options_of(arguments)
        if "-" in arguments.paths or (arguments.stdin_filename is not None and not arguments.paths):
            return _standard_input(arguments, options)
        outcome, missing = lint(arguments.paths or ["."], options)
    except ConfigurationError as error:
        return fail(str(error))
    for sentence in missing:
        fail(sentence)
    if arguments.fix or arguments.diff:
        from shapecheck.cli.fixes import fix_files

        outcome = fix_files(outcome, options, unsafe=arguments.unsafe_fixes, diff=arguments.diff)
    if not arguments.diff:
        sys.stdout.write(rendered(outcome, arguments))
    return _status(outcome, missing)


def _status(outcome: Outcome, missing: list[str]) -> int:
    if outcome.crashed or missing:
        return 2
    return 1 if outcome.found else 0


def _standard_input(arguments: Any, options: Options) -> int:
    if arguments.paths not in ([], ["-"]):
        return fail("- reads standard input and cannot be mixed with other paths")
    name = arguments.stdin_filename or "<stdin>"
    data = sys.stdin.buffer.read()
    outcome = lint_text(data, name, options)
    if arguments.fix or arguments.diff:
        from shapecheck.cli.fixes import fix_text

        return _status(
            fix_text(outcome, data, name, options, unsafe=arguments.unsafe_fixes, diff=arguments.diff), []
        )
    sys.stdout.write(rendered(outcome, arguments, stdin=(name, data)))
    return _status(outcome, [])


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


def rendered(outcome: Outcome, arguments: Any, *, stdin: tuple[str, bytes] | None = None) -> str:
    """The report in the format that was asked for."""
    from shapecheck.report.places import Lines

    base = os.getcwd()
    style = arguments.output_format
    if style == "json":
        from shapecheck.report import as_json

        return as_json.render(outcome, base=base, stats=arguments.stats)
    texts = {} if stdin is None else {os.path.abspath(stdin[0]): stdin[1]}
    if style == "sarif":
        from shapecheck.report import sarif

        return sarif.render(outcome, Lines(texts), base=base)
    from shapecheck.report.colors import paint_for
    from shapecheck.report.coverage import table

    paint = paint_for(sys.stdout)
    tail = table(outcome) if arguments.stats else ""
    if style == "github":
        from shapecheck.report import github

        return github.render(outcome, base=base) + tail
    if style == "concise":
        from shapecheck.report import concise

        return concise.render(outcome, paint, base=base) + tail
    from shapecheck.report import full

    return full.render(outcome, Lines(texts), paint, base=base) + tail
