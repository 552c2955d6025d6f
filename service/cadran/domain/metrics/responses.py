"""Metrics of response times, in calendar time and in open hours: first answers and later replies."""

from __future__ import annotations

from collections.abc import Mapping

from cadran.domain.metric import Label, Metric, Parameter, Ratio, ratio
from cadran.domain.metrics.service import FORMULA
from cadran.domain.metrics.service_level_formulas import MISSED_FORMULAS, SERVICE_LEVEL_FORMULAS
from cadran.domain.metrics.unknown_values import (
    ANSWERED_WAITS,
    ANSWERED_WAITS_OPEN,
    FIRST_ANSWERS,
    FIRST_ANSWERS_OPEN,
    TREATMENT,
    leave_out_unknown,
    name_open_parts,
    read_open_hours,
    revise_unknown,
)
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


def _read_open_hours(formulas: Mapping[str, Ratio]) -> Mapping[str, Ratio]:
    """Return formulas of the service level over the parts that count open seconds."""
    return {
        name: Ratio(
            name_open_parts(formula.numerator),
            name_open_parts(formula.denominator),
            unknown=formula.unknown and read_open_hours(formula.unknown),
        )
        for name, formula in formulas.items()
    }


OPEN_FORMULAS = _read_open_hours(SERVICE_LEVEL_FORMULAS)
_MISSED_OPEN = _read_open_hours(MISSED_FORMULAS)
_FIRST_RESPONSE: Mapping[str, Ratio] = {
    "calendar": ratio("wait_answered", "handled")[""],
    "open": ratio("wait_open", "handled_open")[""],
}

RESPONSES = (
    Metric(
        "service_level_open_hours",
        Label("Service level in open hours", "Niveau de service en heures ouvrées"),
        Label(
            "Service level with waits counted only while the site is open; sites without opening hours, and answered or"
            " abandoned contacts of unknown wait, are left out.",
            "Niveau de service, attentes comptées aux heures d'ouverture du site ; sites sans horaires et attentes"
            " inconnues exclus.",
        ),
        "ratio",
        "share",
        "higher",
        OPEN_FORMULAS,
        variant="formula",
        missed=_MISSED_OPEN,
        parameters=(WITHIN_OPEN, FORMULA, SHORT, TREATMENT),
        revisions=revise_unknown(_MISSED_OPEN),
    ),
    Metric(
        "first_response_time",
        Label("First response time", "Délai de première réponse"),
        Label(
            "Mean wait for the first answer by a person (answers by bots do not count), in calendar time or open hours, of contacts whose wait is known; by team and agent, of those that each answered first.",
            "Délai moyen de la première réponse humaine (un automate n'en est pas une), en temps réel ou en heures ouvrées, pour les contacts dont l'attente est connue ; par équipe et agent, pour ceux que chacun a pris en charge en premier.",
        ),
        "seconds",
        "mean",
        "lower",
        {
            "calendar": leave_out_unknown(_FIRST_RESPONSE["calendar"], ANSWERED_WAITS),
            "open": leave_out_unknown(_FIRST_RESPONSE["open"], ANSWERED_WAITS_OPEN),
        },
        by_people={
            "calendar": ratio("answers_wait", "answers - answers_unknown", unknown=FIRST_ANSWERS)[""],
            "open": ratio("answers_wait_open", "answers_open - answers_unknown_open", unknown=FIRST_ANSWERS_OPEN)[""],
        },
        revisions=revise_unknown(_FIRST_RESPONSE),
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
