"""Asking customers: who may be asked now, what was sent, what came back, as rows of the survey contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from cadran.demo.customers import customer_code
from cadran.demo.days import WallClock
from cadran.demo.surveys.instruments import CONTENT, Instrument
from cadran.demo.world import PAU, SITES, SOURCE, Row

#: Nobody is to be asked again sooner.
REST_SECONDS = 90 * 86_400
_ASKED_ALL_THE_SAME = 0.01
_SAYS_WHY = 0.3
_RECALLED, _RECALLED_AT_PAU, _RECALLED_WITHIN = 0.62, 0.28, 100_000

# Seconds until an answer, in the mean, by the way the question was sent.
_ANSWERS_WITHIN = {"cti": 25, "chat": 45, "sms": 5_400, "email": 70_000, "phone": 300, "paper": 600_000}

_LATEST = 4.0  # Whoever has not answered in four times the mean does not.

_GOOD = (
    "Réponse rapide, merci.",
    "Conseillère très à l'écoute.",
    "Tout a été réglé en une fois.",
    "Service au top !",
    "Accueil agréable et professionnel.",
)
_FAIR = (
    "Correct, mais un peu long.",
    "Il a fallu répéter mon problème.",
    "Réponse partielle, j'attends la suite.",
    "Rien à signaler.",
)
_POOR = (
    "Trop d'attente au téléphone.",
    "Troisième appel pour le même sujet, toujours rien.",
    "On m'avait promis de me rappeler.",
    "Personne ne répond, c'est inadmissible.",
    "Je pense résilier.",
)


@dataclass(slots=True, eq=False)
class Asked:
    """One question sent; ``feeling`` is that of its answer, if there is one. Instants are Unix seconds.

    Whoever is dissatisfied is called back ``recalled_after`` seconds from the answer, or not at all.
    """

    identity: str
    instrument: Instrument
    sent_by: str
    sent: int
    answered: int | None
    feeling: float
    site: int
    customer: int = 0
    contact: str | None = None
    month: int = 0
    reason: float = 1.0
    recalled_after: int | None = None

    @property
    def called_back(self) -> int | None:
        """The instant at which somebody called back about a poor answer."""
        if self.recalled_after is None or self.answered is None or not self.customer or not self.dissatisfied:
            return None
        return self.answered + self.recalled_after

    @property
    def dissatisfied(self) -> bool:
        """Whether there is an answer, and it is a poor one."""
        return self.answered is not None and self.instrument.dissatisfied(self.feeling)


class Diary:
    """Who was asked when. One in a hundred is asked although it is too soon."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._asked: dict[int, int] = {}

    def may(self, customer: int, instant: int) -> bool:
        """Whether the customer may be asked then; who may, is taken to have been."""
        last = self._asked.get(customer)
        rested = last is None or abs(instant - last) >= REST_SECONDS
        if rested or self._random.random() < _ASKED_ALL_THE_SAME:
            self._asked[customer] = max(instant, last or instant)
            return True
        return False


def answered(random: Random, sent_by: str, sent: int, chance: float) -> int | None:
    """The instant of the answer, or none; two draws whatever comes of it."""
    willing, delay = random.random() < chance, min(random.expovariate(1.0), _LATEST)
    return sent + 8 + int(delay * _ANSWERS_WITHIN[sent_by]) if willing else None


def recalled(random: Random, site: int) -> int | None:
    """When a dissatisfied customer is called back; two draws. Pau has no time for it."""
    some, delay = random.random() < (_RECALLED_AT_PAU if site == PAU else _RECALLED), random.expovariate(1.0)
    return 1_200 + int(min(delay, _LATEST) * _RECALLED_WITHIN) if some else None


def rows(asked: Iterable[Asked], clock: WallClock, until: int) -> Iterator[Row]:
    """What is known at the instant ``until``: later answers are not there yet."""
    for question in asked:
        if question.sent > until:
            continue
        back = question.answered is not None and question.answered <= until
        told = question.contact is not None
        recall = question.called_back
        yield {
            "source": SOURCE,
            "survey": question.identity,
            "contact": question.contact,
            "customer": customer_code(question.customer) if question.customer and not told else None,
            "site": None if told else SITES[question.site].code,
            "instrument": question.instrument.code,
            "hot": "true" if told else "false",
            "sent_by": question.sent_by,
            "sent_at": clock.text(question.sent),
            "answered_at": clock.text(question.answered) if back and question.answered is not None else None,
            "score": str(question.instrument.answer(question.feeling)) if back else None,
            "verbatim": _verbatim(question) if back else None,
            "called_back_at": clock.text(recall) if recall is not None and recall <= until else None,
        }


def _verbatim(question: Asked) -> str | None:
    """Some say why, in their own words."""
    if question.reason >= _SAYS_WHY:
        return None
    feeling = question.feeling
    said = _GOOD if feeling >= CONTENT + 1.5 else _FAIR if feeling >= CONTENT - 1.5 else _POOR
    return said[int(question.reason / _SAYS_WHY * len(said))]
