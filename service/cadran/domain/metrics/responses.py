"""How soon customers are answered, in calendar time and in the hours that their site is open: first and later answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cadran.domain.metric import Label, Metric, Parameter, Ratio, Term, ratio
from cadran.domain.metrics.service import FORMULA, SERVICE_LEVEL_FORMULAS
from cadran.domain.metrics.volume import SHORT

HOURS = Parameter(
    "hours",
    "choice",
    "the clock that counts: calendar, or open (only while the site was open)",
    default="calendar",
    choices=("calendar", "open"),
)
WITHIN_OPEN = Parameter(
    "within", "number", "the threshold in open seconds, inclusive; the answer norm of each channel unless given"
)


def _open(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(replace(term, part=f"{term.part}_open") for term in terms)


#: The formulas of the service level, word for word, over the parts that count open seconds.
OPEN_FORMULAS: Mapping[str, Ratio] = {
    name: Ratio(_open(formula.numerator), _open(formula.denominator))
    for name, formula in SERVICE_LEVEL_FORMULAS.items()
}

RESPONSES = (
    Metric(
        "service_level_open_hours",
        Label("Service level in open hours", "Niveau de service en heures ouvrées"),
        Label(
            "Service level with waits counted only while the site is open; sites without opening hours are left out.",
            "Niveau de service, attentes comptées aux heures d'ouverture du site ; sites sans horaires exclus.",
        ),
        "ratio",
        "share",
        "higher",
        OPEN_FORMULAS,
        variant="formula",
        parameters=(WITHIN_OPEN, FORMULA, SHORT),
    ),
    Metric(
        "first_response_time",
        Label("First response time", "Délai de première réponse"),
        Label(
            "Mean wait for the first answer by a person (a bot's is none), in calendar time or in open hours.",
            "Délai moyen de la première réponse humaine (un automate n'en est pas une), en temps réel ou en heures ouvrées.",
        ),
        "seconds",
        "mean",
        "lower",
        {
            "calendar": ratio("wait_answered", "handled")[""],
            "open": ratio("wait_open", "handled_open")[""],
        },
        variant="hours",
        parameters=(HOURS,),
        also=("avg_first_response_time",),
    ),
    Metric(
        "next_reply_time",
        Label("Next reply time", "Délai des réponses suivantes"),
        Label(
            "Mean wait before each answer of the agent's side after the first, in calendar time, where the source tells.",
            "Délai moyen de chaque réponse de l'agent après la première, en temps réel, quand la source le donne.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("reply_wait", "replies"),
    ),
)
