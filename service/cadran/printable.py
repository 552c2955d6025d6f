"""Removing or escaping characters that control a terminal, reorder a line or are invisible.

Takes any text: a name from a file, an objective's title, a server's message. `drop_controls` is for text that a person
reads. `escape_controls` is for logs and rejected rows, which must lose nothing. Both handle C0 and C1 controls, DEL,
bidirectional overrides and isolates, zero-width characters, line and paragraph separators, and lone surrogates.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Unicode's categories of controls (C0, C1, DEL), of format characters (bidirectional, zero-width), of line and of
#: paragraph separators, and of surrogates, which cannot be encoded.
_CATEGORIES: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
#: Backslashes, and what follows them: the rest of an escape, or another character.
_BACKSLASHES: Final = re.compile(r"(\\+)(?=(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt])|([^\\]))", re.DOTALL)


def drop_controls(text: str, *, keep: str = "") -> str:
    """Return the text without control characters, except those in ``keep`` (``"\\n\\t"`` if the caller wrote them)."""
    if text.isprintable():
        return text
    return "".join(character for character in text if character in keep or not _is_control(character))


def one_line(text: str) -> str:
    """Return the text as one line. Line breaks and tabs become spaces; other control characters are removed."""
    return drop_controls(" ".join(text.splitlines()).replace("\t", " "))


def escape_controls(text: str, *, keep: str = "") -> str:
    r"""Return the text with control characters escaped as Python writes them: ``\n``, ``\x1b``, ``\u202e``.

    Characters in ``keep`` are not escaped. Backslashes in front of something that reads like an escape are doubled, so
    that a text ``\x1b`` differs from an escaped character.
    """
    if text.isprintable() and "\\" not in text:
        return text
    never = {character.encode("unicode_escape").decode()[1:] for character in keep}

    def double(run: re.Match[str]) -> str:
        backslashes, escape, character = run.groups()
        is_ambiguous = escape not in never if escape else character not in keep and _is_control(character)
        return backslashes * (1 + is_ambiguous)

    return "".join(
        character.encode("unicode_escape").decode() if character not in keep and _is_control(character) else character
        for character in _BACKSLASHES.sub(double, text)
    )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in _CATEGORIES
