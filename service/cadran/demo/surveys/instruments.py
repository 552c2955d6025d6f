"""The survey questions with their scales, and the score that a feeling gives on each scale.

A feeling is a number from about 0 (furious) to 10 (delighted). Five divides satisfied customers from the others.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass

from cadran.demo.world import NamedMember, Row

CONTENT = 5.0
# The feelings that divide the five answers.
_FIVE = (2.4, 3.8, CONTENT, 7.4)


@dataclass(frozen=True, slots=True)
class Instrument(NamedMember):
    """A question: its kind, the ends of its scale and its cuts. ``better`` names the good end, higher or lower."""

    kind: str
    low: int
    high: int
    satisfied_from: int
    dissatisfied_to: int
    better: str = "higher"

    def answer(self, feeling: float) -> int:
        """Return the score that a person with this feeling gives."""
        if self.high == 5:
            place = bisect(_FIVE, feeling)
            return 1 + place if self.better == "higher" else 5 - place
        span = self.high - self.low
        return self.low + min(max(round(feeling * span / 10 + 0.09 * span), 0), span)

    def dissatisfied(self, feeling: float) -> bool:
        """Return whether the score of this feeling is at or past the cut of the bad end."""
        score = self.answer(feeling)
        return score <= self.dissatisfied_to if self.better == "higher" else score >= self.dissatisfied_to


CSAT = Instrument("csat", "Satisfaction with the contact", "Satisfaction à chaud", "csat", 1, 5, 4, 2)
CES = Instrument("ces", "How much effort it took", "Effort fourni", "ces", 1, 5, 2, 4, "lower")
FCR = Instrument("fcr_declared", "Was it solved at once?", "Résolu dès le premier contact ?", "fcr", 0, 1, 1, 0)
NPS = Instrument("nps", "Would you recommend us?", "Nous recommanderiez-vous ?", "nps", 0, 10, 9, 6)
BAROMETER = Instrument("csat_barometer", "Satisfaction overall", "Satisfaction globale", "csat", 1, 5, 4, 2)
CXI = (
    Instrument("cxi_success", "I got what I wanted", "J'ai obtenu ce que je voulais", "cxi", 1, 5, 4, 2),
    Instrument("cxi_ease", "It was easy", "C'était facile", "cxi", 1, 5, 4, 2),
    Instrument("cxi_pleasure", "It was pleasant", "C'était agréable", "cxi", 1, 5, 4, 2),
)
EMPLOYEE = Instrument(
    "employee_nps", "Would you work here again?", "Recommanderiez-vous l'équipe ?", "employee", 0, 10, 9, 6
)
COS = Instrument("cos", "We put the customer first", "Le client passe avant tout", "cos", 1, 7, 6, 3)
INSTRUMENTS = (CSAT, CES, FCR, NPS, BAROMETER, *CXI, EMPLOYEE, COS)


def instruments() -> Iterator[Row]:
    for instrument in INSTRUMENTS:
        yield {
            "instrument": instrument.code,
            "kind": instrument.kind,
            "low": str(instrument.low),
            "high": str(instrument.high),
            "satisfied_from": str(instrument.satisfied_from),
            "dissatisfied_to": str(instrument.dissatisfied_to),
            "better": instrument.better,
            "label_en": instrument.en,
            "label_fr": instrument.fr,
        }
