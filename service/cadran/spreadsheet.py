"""Text cells of CSV files that a spreadsheet must not run as formulas (CSV injection).

A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@`, or with their full-width forms. It may split
a line at `;` or tab even if the file has another separator, so a cell also begins after those and after a line end. An
apostrophe in front makes such a cell a text. A plain number such as -5 or +33123456789 is not changed.
Both directions are exact: `unescape_formulas(escape_formulas(text)) == text` for every text.
"""

import re
from typing import Final

_START: Final = r"(?:^|(?<=[;\t\r\n]))"
#: What may come between the start of a cell and its formula: an opening quote and spaces.
_LEAD: Final = r"(?P<lead>(?:[^\S\t\r\n]|\")*)"
_FORMULA: Final = r"[=+\-@＝＋－＠]"
_NUMBER: Final = r"[+-][0-9]+(?:[.,][0-9]+)?\"*(?:$|[;\t\r\n])"
_TO_ESCAPE: Final = re.compile(rf"{_START}{_LEAD}(?!{_NUMBER})(?='*{_FORMULA})")
_ESCAPED: Final = re.compile(rf"{_START}{_LEAD}'(?=(?P<more>'*){_FORMULA})(?!{_NUMBER})")
_SEPARATOR: Final = re.compile(r"[;\t\r\n]")


def escape_formulas(text: str) -> str:
    """Return the text with an apostrophe before everything that a spreadsheet would run."""
    return text if _is_harmless(text) else _TO_ESCAPE.sub(r"\g<lead>'", text)


def unescape_formulas(text: str) -> str:
    """Return the text as it was before `escape_formulas`."""
    return text if _is_harmless(text) else _ESCAPED.sub(r"\g<lead>", text)


def _is_harmless(text: str) -> bool:
    """Return whether the text is one cell that begins with a letter or digit. Most are, and need no search."""
    return text[:1].isalnum() and _SEPARATOR.search(text) is None
