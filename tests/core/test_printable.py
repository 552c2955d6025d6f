"""Escaped control characters differ from every text that reads like an escape."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadran.printable import escape_controls

#: An escape with the backslashes in front of it.
ESCAPE = re.compile(r"(\\+)(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt])")
PIECES = st.sampled_from(
    ["\\", "x1b", "\x1b", "u202e", "\u202e", "U000e0001", "\U000e0001", "n", "\n", "\t", "r", "é", "a"]
)


def read_back(text: str, never: str = "") -> str:
    """Undo the escaping. The escapes named in ``never`` are those of characters that were kept."""

    def undo(found: re.Match[str]) -> str:
        backslashes, escape = found.groups()
        if escape in never:
            return found[0]
        half = "\\" * (len(backslashes) // 2)
        return half + (f"\\{escape}".encode().decode("unicode_escape") if len(backslashes) % 2 else escape)

    return ESCAPE.sub(undo, text)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_no_two_texts_are_escaped_alike(text: str):
    assert read_back(escape_controls(text)) == text
    assert read_back(escape_controls(text, keep="\n\t"), "nt") == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        (r"\x1b[2J", r"\\x1b[2J"),
        ("\\\x1b", r"\\\x1b"),
        (r"C:\data\e.csv", r"C:\data\e.csv"),
        (r"a\b" + "\x07", r"a\b\x07"),
    ],
)
def test_only_a_backslash_that_would_read_as_an_escape_is_doubled(text: str, escaped: str):
    assert escape_controls(text) == escaped
