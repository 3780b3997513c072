"""Comments that silence findings on their line, and the report of those that silence nothing.

# shapecheck: ignore[SHP101, loss-broadcasts]     these, on this line
# shapecheck: ignore                              all, on this line
# shapecheck: skip-file                           the whole file
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecheck.diagnostics.codes import BY_NAME, CODES
from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Edit, Fix, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MARK = "shapecheck:"


class Comment(NamedTuple):
    """One suppression: its span, its codes with what the user wrote (None silences every code), and what to
    cut when it goes: the blanks before it too, and the whole line when nothing else stands there.
    """

    span: Span
    codes: tuple[tuple[str, str], ...] | None
    cut: Span


class Suppressions(NamedTuple):
    """What the comments of one file say."""

    comments: tuple[Comment, ...] = ()
    skips_file: bool = False

    @property
    def says_anything(self) -> bool:
        """False for a file without such comments."""
        return self.skips_file or bool(self.comments)


def read(path: str, text: str) -> Suppressions:
    """The suppressions in a file; text in strings that looks like one is none."""
    if MARK not in text:
        return Suppressions()
    import re

    pattern = re.compile(r"#\s*shapecheck:\s*(ignore|skip-file)\b\s*(?:\[([^\]]*)\])?")
    comments = []
    for line, column, comment, source in _comments(text):
        for match in pattern.finditer(comment):
            if match[1] == "skip-file":
                return Suppressions(skips_file=True)
            start, end = column + match.start(), column + match.end()
            span = Span(path, line, start + 1, line, end + 1)
            codes = None if match[2] is None else _codes(match[2])
            comments.append(Comment(span, codes, _cut(path, line, source, start, end)))
    return Suppressions(tuple(comments))


def _cut(path: str, line: int, source: str, start: int, end: int) -> Span:
    """What goes with a suppression: its reason, unless another comment follows; blanks or an empty line."""
    source = source.rstrip("\r\n")
    if not source[end:].lstrip().startswith("#"):
        end = len(source)
    before = len(source[:start].rstrip())
    if before == 0 and end == len(source):
        return Span(path, line, 1, line + 1, 1)
    return Span(path, line, (before if end == len(source) else start) + 1, line, end + 1)


def _codes(text: str) -> tuple[tuple[str, str], ...]:
    written = [entry.strip() for entry in text.split(",") if entry.strip()]
    return tuple((BY_NAME[entry].code if entry in BY_NAME else entry.upper(), entry) for entry in written)


def _comments(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Line, column from 0, text, and the whole source line, of each comment."""
    from io import StringIO
    from tokenize import COMMENT, TokenError, generate_tokens

    try:
        for token in generate_tokens(StringIO(text).readline):
            if token.type == COMMENT:
                line, column = token.start
                yield line, column, token.string, token.line
    except (TokenError, SyntaxError):
        return  # the rest of a file that does not parse has no findings to silence


def apply(
    suppressions: Suppressions,
    diagnostics: Iterable[Diagnostic],
    *,
    enabled: Callable[[str], bool],
) -> list[Diagnostic]:
    """The findings that are left, and one for each suppression that silenced nothing."""
    if suppressions.skips_file:
        return []
    left = []
    used: set[tuple[int, str]] = set()
    for diagnostic in diagnostics:
        silencers = [
            index
            for index, comment in enumerate(suppressions.comments)
            if _concerns(comment, diagnostic) and diagnostic.code != "SHP000"
        ]
        used.update((index, diagnostic.code) for index in silencers)
        if not silencers:
            left.append(diagnostic)
    if enabled("SHP003"):
        for index, comment in enumerate(suppressions.comments):
            left += _unused(comment, {code for place, code in used if place == index}, enabled)
    return left


def silencing(suppressions: Suppressions, diagnostic: Diagnostic) -> list[int]:
    """The lines of the comments that silence a finding; line 1 where its whole file is skipped."""
    if suppressions.skips_file:
        return [1]
    return [comment.span.line for comment in suppressions.comments if _concerns(comment, diagnostic)]


def _concerns(comment: Comment, diagnostic: Diagnostic) -> bool:
    span = diagnostic.span
    if not span.line <= comment.span.line <= max(span.line, span.end_line):
        return False
    return comment.codes is None or any(code == diagnostic.code for code, _ in comment.codes)


def _unused(comment: Comment, used: set[str], enabled: Callable[[str], bool]) -> Iterator[Diagnostic]:
    if comment.codes is None:
        if not used:
            yield _finding(comment, "nothing is found here to ignore", "")
        return
    idle = [
        written
        for code, written in comment.codes
        if code not in used
        and (code not in CODES or enabled(code))  # a code that is switched off is not idle
    ]
    if not idle:
        return
    unknown = [written for code, written in comment.codes if code not in CODES]
    kept = [written for _, written in comment.codes if written not in idle]
    if unknown:
        message = f"{', '.join(unknown)} is no code of shapecheck"
    else:
        message = f"{', '.join(idle)} is not found here"
    yield _finding(comment, message, f"# shapecheck: ignore[{', '.join(kept)}]" if kept else "")


def _finding(comment: Comment, message: str, text: str) -> Diagnostic:
    registered = CODES["SHP003"]
    edit = Edit(comment.span if text else comment.cut, text)
    fix = Fix("remove the suppression" if not text else f"write {text}", (edit,), safe=True)
    return Diagnostic(
        registered.code,
        registered.name,
        registered.severity,
        message,
        comment.span,
        help=(fix.description,),
        fix=fix,
    )
