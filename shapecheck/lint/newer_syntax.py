"""Whether a text that this Python cannot parse is valid from Python 3.12 on.

f-strings may hold any expression from then on (PEP 701), and `type X = …`, `def f[T]` and `class A[T]` are statements
(PEP 695). The text is rewritten without them: when that parses, they were all that was wrong.
"""

from __future__ import annotations

import ast
import re
import warnings

_NEXT = re.compile(r"""\#[^\n]*|(?:\b(?P<prefix>[A-Za-z]{1,2}))?(?P<quote>'{3}|"{3}|'|")|[()\[\]{}:]|!=?""")
_CONVERSION = re.compile(r"![rsa]")
_GENERIC = re.compile(r"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)[ \t]*\[", re.MULTILINE)
_ALIAS = re.compile(r"^([ \t]*)type[ \t]+(?=[^\W\d]\w*[ \t]*[=\[])", re.MULTILINE)
_ALIASED = re.compile(r"[^\W\d]\w*[ \t]*")


class _Other(Exception):
    """The text is not valid for another reason."""


def is_newer(text: str) -> bool:
    """Whether this text, which does not parse here, is a valid program of Python 3.12."""
    reader = _Reader(text)
    try:
        rewritten = _ungeneric(reader.code(in_field=False))
        if rewritten == text:
            return False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(rewritten)
            return all(_is_value(expression) for expression in reader.expressions)
    except (_Other, SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _is_value(expression: str) -> bool:
    """Whether an f-string may hold this: what may stand right of one `=`."""
    tree = ast.parse(f"_ = {' '.join(expression.split())}")
    return len(tree.body) == 1 and isinstance(tree.body[0], ast.Assign) and len(tree.body[0].targets) == 1


def _ungeneric(text: str) -> str:
    """The text without type parameters and with `X = …` for `type X = …`."""
    pieces = []
    at = 0
    while (found := _GENERIC.search(text, at)) is not None:
        pieces.append(text[at : found.end(1)])
        at = _after_parameters(text, found.end() - 1)
    text = "".join([*pieces, text[at:]])
    pieces, at = [], 0
    while (found := _ALIAS.search(text, at)) is not None:
        name = _ALIASED.match(text, found.end())
        assert name is not None  # the pattern looks ahead for it
        pieces += [text[at : found.end(1)], name[0]]
        at = _after_parameters(text, name.end()) if text[name.end()] == "[" else name.end()
    return "".join([*pieces, text[at:]])


def _after_parameters(text: str, start: int) -> int:
    """Where the brackets end that open at `start`; what is in them must be type parameters."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            parameters = text[start + 1 : place]
            if not parameters.strip() or "=" in parameters:  # defaults came with Python 3.13
                raise _Other
            ast.parse(f"def f({parameters}): pass")
            return place + 1
    raise _Other


class _Reader:
    """Reads code as Python 3.12 does and writes it with empty strings for f-strings.

    The `expressions` that these held are kept, rewritten likewise.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.expressions: list[str] = []

    def code(self, *, in_field: bool) -> str:
        """Code up to the end of the text, or of the expression in a replacement field."""
        pieces = []
        depth = 0
        while (found := _NEXT.search(self.text, self.at)) is not None:
            pieces.append(self.text[self.at : found.start()])
            token = found[0]
            if in_field and depth == 0 and token in (":", "!", "}", ")", "]"):
                self.at = found.start()
                return "".join(pieces)
            self.at = found.end()
            if found["quote"]:
                token = self._string(found)
            elif token[0] == "#":
                token = ""
            else:
                depth += (token in "([{") - (token in ")]}")
            pieces.append(token)
        if in_field:
            raise _Other
        return "".join([*pieces, self.text[self.at :]])

    def _string(self, found: re.Match[str]) -> str:
        prefix, quote = (found["prefix"] or "").lower(), found["quote"]
        formatted = "f" in prefix
        while not self.text.startswith(quote, self.at):
            letter = self.text[self.at : self.at + 1]
            if not letter or (letter == "\n" and len(quote) == 1):
                raise _Other
            if letter == "\\":
                self._escape(formatted, "r" in prefix)
            elif formatted and self.text[self.at : self.at + 2] in ("{{", "}}"):
                self.at += 2
            elif formatted and letter == "{":
                self._field(quote)
            elif formatted and letter == "}":
                raise _Other
            else:
                self.at += 1
        self.at += len(quote)
        return "''" if formatted else self.text[found.start() : self.at]

    def _escape(self, formatted: bool, raw: bool) -> None:
        """Past a backslash and what it escapes; in an f-string braces are not escaped."""
        if formatted and not raw and self.text.startswith("\\N{", self.at):
            raise _Other  # a letter by its name is not looked up here
        self.at += 1 if formatted and self.text[self.at + 1 : self.at + 2] in ("{", "}") else 2

    def _field(self, quote: str) -> None:
        self.at += 1
        expression = self.code(in_field=True).rstrip()
        if expression.endswith("=") and not expression.endswith(("==", "!=", "<=", ">=")):
            expression = expression[:-1]
        self.expressions.append(expression)
        conversion = _CONVERSION.match(self.text, self.at)
        if conversion is not None:
            self.at = conversion.end()
        if self.text.startswith(":", self.at):
            self._format(quote)
        if not self.text.startswith("}", self.at):
            raise _Other
        self.at += 1

    def _format(self, quote: str) -> None:
        """Past the colon and what follows it up to the closing brace."""
        self.at += 1
        while not self.text.startswith("}", self.at):
            if self.at >= len(self.text) or self.text[self.at] in ("\n", "\\", quote[0]):
                raise _Other
            if self.text[self.at] == "{":
                self._field(quote)
            else:
                self.at += 1
