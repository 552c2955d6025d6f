"""Metrics of response times, in calendar time and in open hours: first answers and later replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cadran.domain.metric import Label, Metric, Parameter, Ratio, Term, ratio
from cadran.domain.metrics.service import FORMULA, SERVICE_LEVEL_FORMULAS
from cadran.domain.metrics.volume import SHORT

HOURS = Parameter(
    "hours",
    "choice",
    "calendar: all time counts; open: only time while the site was open",
    default="calendar",
    choices=("calendar", "open"),
)
WITHIN_OPEN = Parameter(
    "within", "number", "threshold in open seconds, inclusive; default: the answer norm of each channel"
)


def _open(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(replace(term, part=f"{term.part}_open") for term in terms)


#: The formulas of the service level, over the parts that count open seconds.
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
            "Mean wait for the first answer by a person (answers by bots do not count), in calendar time or open hours; by team and agent, of the contacts that each answered first.",
            "Délai moyen de la première réponse humaine (un automate n'en est pas une), en temps réel ou en heures ouvrées ; par équipe et agent, pour les contacts que chacun a pris en charge en premier.",
        ),
        "seconds",
        "mean",
        "lower",
        {
            "calendar": ratio("wait_answered", "handled")[""],
            "open": ratio("wait_open", "handled_open")[""],
        },
        by_people={
            "calendar": ratio("answers_wait", "answers")[""],
            "open": ratio("answers_wait_open", "answers_open")[""],
        },
        variant="hours",
        parameters=(HOURS,),
        also=("avg_first_response_time",),
    ),
    Metric(
        "next_reply_time",
        Label("Next reply time", "Délai des réponses suivantes"),
        Label(
            "Mean wait for each reply by an agent after the first, in calendar time, if the source provides it.",
            "Délai moyen de chaque réponse de l'agent après la première, en temps réel, quand la source le donne.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("reply_wait", "replies"),
    ),
)
