"""Words of the pattern language, and the error that shows where a pattern went wrong."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn


class PatternError(ValueError):
    """A pattern that cannot be read: the text, a caret under the place, and a hint.

    `text`, `position`, `reason` and `hint` are kept as attributes.
    """

    def __init__(self, text: str, position: int, reason: str, hint: str = "") -> None:
        self.text = text
        self.position = position
        self.reason = reason
        self.hint = hint
        line = text.replace("\n", " ").replace("\t", " ")
        message = f"{reason}\n  {line}\n  {' ' * position}^"
        super().__init__(f"{message}\nhint: {hint}" if hint else message)

    def __reduce__(self) -> tuple[type[PatternError], tuple[str, int, str, str]]:
        return PatternError, (self.text, self.position, self.reason, self.hint)


class Token:
    """One word: its kind ("name", "int", "attribute", "space", "end" or the operator itself) and place."""

    __slots__ = ("kind", "position", "text")

    def __init__(self, kind: str, text: str, position: int) -> None:
        self.kind = kind
        self.text = text
        self.position = position

    @property
    def end(self) -> int:
        """Where the next character starts."""
        return self.position + len(self.text)


_SIGNS = ("...", "->", "//", "**", "<=", ">=", "==", "!=", *"-+*%()|,:#?=<>…")
_HINTS = {
    "/": "sizes are integers: write // for division",
    "[": "a pattern has no brackets: put the axes in a string such as 'n c h w'",
    "]": "a pattern has no brackets: put the axes in a string such as 'n c h w'",
    "{": "an attribute is written {name} or {name.part}",
    "\N{MULTIPLICATION SIGN}": "write * for a product",
    ";": "separate tensors with a comma",
    ".": "an ellipsis has three dots, an attribute stands in braces: {config.width}",
    "→": "write -> between inputs and outputs",
}
# Sizes beyond this many digits are slips or attacks; Python itself refuses to convert the longest.
MAX_DIGITS = 30


def tokenize(text: str) -> list[Token]:
    """The words of a pattern, whitespace included, closed by an "end". Raises PatternError."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        token = _token(text, position)
        tokens.append(token)
        position = token.end
    tokens.append(Token("end", "", len(text)))
    return tokens


def _token(text: str, position: int) -> Token:
    character = text[position]
    if character.isspace():
        return Token("space", _run(text, position, str.isspace), position)
    if character in "0123456789":
        word = _run(text, position, "0123456789".__contains__)
        if len(word) > MAX_DIGITS:
            raise PatternError(text, position, "this number is too large for a size")
        return Token("int", word, position)
    if character.isidentifier():
        return Token("name", _run(text, position, _continues_name), position)
    if character == "{":
        return _attribute(text, position)
    for sign in _SIGNS:
        if text.startswith(sign, position):
            return Token("..." if sign == "…" else sign, sign, position)
    raise PatternError(text, position, f"{character!r} has no meaning here", _HINTS.get(character, ""))


def _run(text: str, position: int, belongs: Callable[[str], bool]) -> str:
    end = position + 1
    while end < len(text) and belongs(text[end]):
        end += 1
    return text[position:end]


def _continues_name(character: str) -> bool:
    return ("a" + character).isidentifier()


def _attribute(text: str, position: int) -> Token:
    end = text.find("}", position) + 1
    word = text[position:end]
    if not end or not all(part.isidentifier() for part in word[1:-1].split(".")):
        raise PatternError(text, position, f"{word or 'this brace'} is no attribute", _HINTS["{"])
    return Token("attribute", word, position)


class Reader:
    """The tokens of one text and how far they have been read."""

    __slots__ = ("depth", "index", "low", "text", "tokens")

    def __init__(self, text: str, low: int) -> None:
        if not isinstance(text, str):
            raise TypeError(f"a pattern is a string such as 'n c h w', got {type(text).__name__}")
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.depth = 0
        self.low = low

    @property
    def now(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.index]

    @property
    def kind(self) -> str:
        """The kind of the token to be read next."""
        return self.tokens[self.index].kind

    def take(self) -> Token:
        """The next token, read."""
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def skip_space(self) -> bool:
        """Whitespace, if any, read; whether there was some."""
        if self.kind != "space":
            return False
        self.index += 1
        return True

    def peek(self, ahead: int = 1) -> str:
        """The kind of the token so many further on."""
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)].kind

    def fail(self, reason: str, hint: str = "", *, at: Token | None = None) -> NoReturn:
        """Raise PatternError at a token, the current one by default."""
        raise PatternError(self.text, (at or self.now).position, reason, hint)

    def describe(self) -> str:
        """The current token in words."""
        token = self.now
        if token.kind == "end":
            return "the end"
        return "whitespace" if token.kind == "space" else repr(token.text)
