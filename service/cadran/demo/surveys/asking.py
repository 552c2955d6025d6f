"""Survey questions to customers, as rows of the survey schema: who may be asked, what was sent and answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from cadran.demo.customers import customer_code
from cadran.demo.days import WallClock
from cadran.demo.surveys.instruments import CONTENT, Instrument
from cadran.demo.world import PAU, SITES, SOURCE, Row

#: The shortest time between two questions to a customer.
REST_SECONDS = 90 * 86_400
_ASKED_ALL_THE_SAME = 0.01
_SAYS_WHY = 0.3
_RECALLED, _RECALLED_AT_PAU, _RECALLED_WITHIN = 0.62, 0.28, 100_000

# Mean seconds until an answer, by the way the question was sent.
_ANSWERS_WITHIN = {"cti": 25, "chat": 45, "sms": 5_400, "email": 70_000, "phone": 300, "paper": 600_000}

_LATEST = 4.0  # Customers do not answer later than four times the mean.

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
class SurveyQuestion:
    """One question that was sent. ``feeling`` is the feeling behind its answer, if any. Instants are Unix seconds.

    A dissatisfied customer is called back ``recalled_after`` seconds after the answer. None means no call back.
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
        """Return the instant at which the customer was called back about a poor answer, or None."""
        if self.recalled_after is None or self.answered is None or not self.customer or not self.dissatisfied:
            return None
        return self.answered + self.recalled_after

    @property
    def dissatisfied(self) -> bool:
        """Return whether there is an answer and the answer is poor."""
        return self.answered is not None and self.instrument.dissatisfied(self.feeling)


class Diary:
    """A record of when each customer was last asked. One customer in a hundred is asked again too soon."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._asked: dict[int, int] = {}

    def may(self, customer: int, instant: int) -> bool:
        """Return whether the customer may be asked at the instant. If so, record the question."""
        last = self._asked.get(customer)
        rested = last is None or abs(instant - last) >= REST_SECONDS
        if rested or self._random.random() < _ASKED_ALL_THE_SAME:
            self._asked[customer] = max(instant, last or instant)
            return True
        return False


def draw_answer(random: Random, sent_by: str, sent: int, chance: float) -> int | None:
    """Draw the instant of the answer, or None. The function always makes two draws."""
    willing, delay = random.random() < chance, min(random.expovariate(1.0), _LATEST)
    return sent + 8 + int(delay * _ANSWERS_WITHIN[sent_by]) if willing else None


def draw_recall(random: Random, site: int) -> int | None:
    """Draw after how many seconds a dissatisfied customer is called back, or None.

    The function always makes two draws. Pau calls back less often.
    """
    some, delay = random.random() < (_RECALLED_AT_PAU if site == PAU else _RECALLED), random.expovariate(1.0)
    return 1_200 + int(min(delay, _LATEST) * _RECALLED_WITHIN) if some else None


def rows(asked: Iterable[SurveyQuestion], clock: WallClock, until: int) -> Iterator[Row]:
    """Yield the rows known at the instant ``until``. Later answers are still empty."""
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


def _verbatim(question: SurveyQuestion) -> str | None:
    """Return the customer's comment, or None. Only some customers comment."""
    if question.reason >= _SAYS_WHY:
        return None
    feeling = question.feeling
    said = _GOOD if feeling >= CONTENT + 1.5 else _FAIR if feeling >= CONTENT - 1.5 else _POOR
    return said[int(question.reason / _SAYS_WHY * len(said))]
