"""Bytes to text and back: encodings are honoured, what is no text is refused with its line."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecheck.lint.sources import Unreadable, decode, encode


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"x = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = '\x93'\n", None),
        ("x = 'é'\n".encode(), "x = 'é'\n"),
    ],
)
def test_text_is_decoded_as_python_would(data: bytes, text: str | None) -> None:
    decoded = decode(data)
    assert decoded == text if text is not None else "\N{LEFT DOUBLE QUOTATION MARK}" in decoded


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"a = 1\nb = '\xe9'\n", "byte 0xe9 is not UTF-8, and no encoding is declared", 2),
        (b"# coding: ascii\nb = '\xe9'\n", "byte 0xe9 is not ascii", 2),
        (b"# coding: klingon\n", "the declared encoding cannot be used: unknown encoding: klingon", 1),
        (b"a = 1\n\0\0", "the file holds null bytes: it is binary, no Python text", 2),
        ("x = 1".encode("utf-16"), "the file is UTF-16, which Python does not read: save it as UTF-8", 1),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, message: str, line: int) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert (str(caught.value), caught.value.line) == (message, line)


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=40),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_encoding_what_was_decoded_gives_the_same_bytes(text: str, ends: str, mark: bytes) -> None:
    data = mark + text.replace("\n", ends).encode()
    assume("coding" not in text and not text.startswith("\ufeff"))
    assert encode(decode(data), data) == data


def test_mixed_line_ends_are_not_rewritten() -> None:
    assert encode("a\nb\n", b"a\r\nb\n") is None
