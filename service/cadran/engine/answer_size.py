"""An estimate of the bytes of an answer in memory, from its rows and columns, without visiting its values."""

from __future__ import annotations

from typing import Final

from cadran.domain.answer import Answer, Figures
from cadran.domain.parts.part import WAIT_EDGES

#: A list item and the number it points to.
_NUMBER_BYTES: Final = 8 + 28
#: A list item and a short text.
_TEXT_BYTES: Final = 8 + 74
#: A list item and a pair of numbers.
_PAIR_BYTES: Final = 8 + 56 + 2 * 24
_COLUMN_BYTES: Final = 120
_BINS: Final = len(WAIT_EDGES) + 1
#: The question, its cache entry and the key of the entry.
_ANSWER_BYTES: Final = 4_000


def estimate_bytes(answer: Answer) -> int:
    """Return the bytes, rounded up. Members of dimensions are not counted: answers share them with the directory."""
    figures = sum(_figures(each, answer.rows) for each in answer.figures) + sum(
        _figures(each, 1) for each in answer.totals
    )
    keys = sum(_COLUMN_BYTES + answer.rows * _TEXT_BYTES * (1 if key.ends is None else 2) for key in answer.keys)
    texts = sum(len(source.sql) + len(source.why) for source in answer.sources)
    texts += sum(len(notice.detail.en) + len(notice.detail.fr) for notice in answer.warnings)
    return _ANSWER_BYTES + figures + keys + texts


def _figures(figures: Figures, rows: int) -> int:
    columns = 4 if figures.previous is None else 5
    pairs = 0 if figures.bounds is None else _COLUMN_BYTES + rows * _PAIR_BYTES
    bins = 0 if figures.bins is None else _COLUMN_BYTES + rows * (_PAIR_BYTES + _BINS * _NUMBER_BYTES)
    return columns * (_COLUMN_BYTES + rows * _NUMBER_BYTES) + pairs + bins
