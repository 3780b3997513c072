"""Bytes of a Python file to text: encoding cookies and byte-order marks are honoured, everything else is
refused.

Nothing here parses or runs what it reads.
"""

from __future__ import annotations

import codecs
import os
import stat

# Beyond this a file is data or generated: parsing it alone takes seconds and a gigabyte.
MAX_BYTES = 10_000_000
MAX_LINES = 200_000

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Unreadable(Exception):  # what the file is
    """A file cannot be read as Python text; the message is one sentence, `line` where it is known."""

    def __init__(self, message: str, *, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def read_bytes(path: str) -> bytes:
    """The bytes of a regular file, one more than MAX_BYTES of a larger one. Raises Unreadable with the reason."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for who writes to it
            raise Unreadable("the file cannot be read: it is no regular file")
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Unreadable(f"the file cannot be read: {reason}") from error


def decode(data: bytes) -> str:
    """The text, newlines normalised as Python's own reader does. Raises Unreadable."""
    for mark, _ in _MARKS[1:]:
        if data.startswith(mark):
            raise Unreadable("the file is UTF-16, which Python does not read: save it as UTF-8")
    if b"\0" in data:
        raise Unreadable(
            "the file holds null bytes: it is binary, no Python text", line=_line_of(data, b"\0")
        )
    encoding = _declared_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        hint = "" if _has_cookie(data) else ", and no encoding is declared"
        raise Unreadable(f"byte 0x{byte:02x} is not {_shown(encoding)}{hint}", line=line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def encode(text: str, original: bytes) -> bytes | None:
    """Changed text in the encoding and with the line ends of the original; None where that cannot be."""
    encoding = _declared_encoding(original)
    line_ends = original.count(b"\n")
    if b"\r" in original:
        if original.count(b"\r\n") != line_ends or original.count(b"\r") != line_ends:
            return None
        text = text.replace("\n", "\r\n")
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def _line_of(data: bytes, mark: bytes) -> int:
    return data.count(b"\n", 0, data.index(mark)) + 1


def _has_cookie(data: bytes) -> bool:
    return any(b"coding" in line for line in data.split(b"\n", 2)[:2])


def _shown(encoding: str) -> str:
    return "UTF-8" if encoding in ("utf-8", "utf-8-sig") else encoding


def _declared_encoding(data: bytes) -> str:
    """What PEP 263 says: a cookie in one of the first two lines, else UTF-8, a mark being skipped."""
    if not _has_cookie(data):
        return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    # tokenize costs milliseconds to import and is needed for such files only.
    from io import BytesIO
    from tokenize import detect_encoding

    try:
        return detect_encoding(BytesIO(data).readline)[0]
    except SyntaxError as error:
        raise Unreadable(f"the declared encoding cannot be used: {error.msg}") from error
