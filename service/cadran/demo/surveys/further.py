"""Further questions that are sent and answered together with the one question after a contact.

The module takes the questions after contacts, with their final feelings. Some of the customers who are asked about
their satisfaction are also asked whether they would recommend the company, or the three questions of the experience
index. All draws depend on the seed and the first question alone, so that no other row of the demonstration moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

from cadran.demo.surveys.asking import SurveyQuestion
from cadran.demo.surveys.instruments import CSAT, CXI, NPS, Instrument

_RECOMMENDS, _EXPERIENCE = 0.25, 0.12
_MOOD = 0.5


def further_questions(seed: int, asked: Iterable[SurveyQuestion]) -> Iterator[SurveyQuestion]:
    """Yield the further questions, in the order of the questions that they were sent with."""
    for question in asked:
        if question.contact is None or question.instrument is not CSAT:
            continue
        random = Random(f"{seed}:further:{question.identity}")
        for instrument in _drawn(random.random()):
            yield replace(
                question,
                identity=f"{question.contact}-{instrument.code}",
                instrument=instrument,
                feeling=question.feeling + random.gauss(0.0, _MOOD),
                # A customer comments once, on the first question.
                reason=1.0,
            )


def _drawn(draw: float) -> tuple[Instrument, ...]:
    if draw < _RECOMMENDS:
        return (NPS,)
    return CXI if draw < _RECOMMENDS + _EXPERIENCE else ()
