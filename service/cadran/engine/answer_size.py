"""How many bytes an answer takes in memory, about: rows times columns, never by walking through the values."""

from __future__ import annotations

from typing import Final

from cadran.domain.answer import Answer, Figures
from cadran.domain.metric import WAIT_EDGES

#: A place in a list and the number it points to.
_NUMBER_BYTES: Final = 8 + 28
#: A place in a list and a short text.
_TEXT_BYTES: Final = 8 + 74
#: A place in a list and a pair of numbers.
_PAIR_BYTES: Final = 8 + 56 + 2 * 24
_COLUMN_BYTES: Final = 120
_BINS: Final = len(WAIT_EDGES) + 1
#: The question, the entry around it and its place in the cache.
_ANSWER_BYTES: Final = 4_000


def weight(answer: Answer) -> int:
    """Bytes, rather too many than too few: members of dimensions are shared with the directory and not counted."""
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
