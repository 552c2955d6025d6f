"""Text cells of CSV files that a spreadsheet must not run as formulas (CSV injection).

A spreadsheet takes a cell for a formula that begins with `=`, `+`, `-` or `@`, also in their full width. It may split
a line at `;` or tab whatever the file's own separator is, so a cell also begins after those and after a line end. An
apostrophe in front makes such a cell a text. A cell that is a plain number such as -5 or +33123456789 stays as it is.
Both directions are exact: `unescape_formulas(escape_formulas(text)) == text` for every text.
"""

import re
from typing import Final

_START: Final = r"(?:^|(?<=[;\t\r\n]))"
#: What may come between the start of a cell and its formula: a quote that opens it, and blanks.
_LEAD: Final = r"(?P<lead>(?:[^\S\t\r\n]|\")*)"
_FORMULA: Final = r"[=+\-@＝＋－＠]"
_NUMBER: Final = r"[+-][0-9]+(?:[.,][0-9]+)?\"*(?:$|[;\t\r\n])"
_TO_ESCAPE: Final = re.compile(rf"{_START}{_LEAD}(?!{_NUMBER})(?='*{_FORMULA})")
_ESCAPED: Final = re.compile(rf"{_START}{_LEAD}'(?=(?P<more>'*){_FORMULA})(?!{_NUMBER})")
_SEPARATOR: Final = re.compile(r"[;\t\r\n]")


def escape_formulas(text: str) -> str:
    """Return the text with an apostrophe in front of whatever a spreadsheet would run."""
    return text if _is_harmless(text) else _TO_ESCAPE.sub(r"\g<lead>'", text)


def unescape_formulas(text: str) -> str:
    """Return the text as it was before `escape_formulas`."""
    return text if _is_harmless(text) else _ESCAPED.sub(r"\g<lead>", text)


def _is_harmless(text: str) -> bool:
    """Whether the text is one cell that begins with a letter or digit, as most do: these need no closer look."""
    return text[:1].isalnum() and _SEPARATOR.search(text) is None
