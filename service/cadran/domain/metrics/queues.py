"""Metrics of queues: visits by how they ended, their service level and their waits.

A visit counts when it enters the queue. A visit that flows out, times out or is answered elsewhere is no loss: losses are
those of contacts (`volume`, `service`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cadran.domain.metric import Label, Metric, Parameter, Ratio, Unknown, ratio, terms
from cadran.domain.metrics.service import BOUND
from cadran.domain.metrics.unknown_values import TREATMENT, leave_out_unknown
from cadran.domain.metrics.volume import SHORT

_ENDED = "visits - visits_waiting"
_ANSWERED_WAITS = Unknown("visit_wait", terms("visits_answered_unknown"), terms("visits_answered"), "answered")
_ABANDONED_WAITS = Unknown("visit_wait", terms("visits_abandoned_unknown"), terms("visits_abandoned"), "abandoned")
_WAITS = Unknown(
    "visit_wait",
    terms("visits_answered_unknown + visits_abandoned_unknown + visits_passed_on_unknown"),
    terms("visits_answered + visits_abandoned + visits_passed_on"),
)
#: The visits on which the queue had its chance: those that left unanswered within the threshold are not among them.
_JUDGED = "visits_answered + visits_abandoned + visits_passed_on - visits_passed_on:within + visits_overdue:within"
_MISSED: Mapping[str, Ratio] = {
    name: Ratio(terms("visits_answered:within"), terms(denominator), unknown=unknown)
    for name, denominator, unknown in (
        ("offered", _JUDGED, _WAITS),
        ("answered_only", "visits_answered", _ANSWERED_WAITS),
        ("offered_ex_short", f"{_JUDGED} - visits_abandoned:short", _WAITS),
        ("abandon_neutral", f"{_JUDGED} - visits_abandoned:within", _WAITS),
        ("all_incoming", f"{_ENDED} + visits_overdue:within", _WAITS),
    )
}
_KNOWN: Mapping[str, Ratio] = {
    name: leave_out_unknown(formula, formula.unknown) for name, formula in _MISSED.items() if formula.unknown
}
_WITHIN = Parameter(
    "within",
    "number",
    "threshold in seconds, inclusive; default: the answer norm of each queue, or else of the visit's channel",
)
_FORMULA = Parameter(
    "formula",
    "choice",
    "offered: abandonments count as missed, and so do visits that flowed or timed out beyond the threshold;"
    " answered_only: only answered visits count; offered_ex_short: short abandonments are left out, later ones count as"
    " missed; abandon_neutral: abandonments within the threshold are left out, later ones count as missed; all_incoming:"
    " all visits that were not answered in time count as missed, whenever and however they left",
    default="offered",
    choices=tuple(_MISSED),
)


_OF = Parameter(
    "of",
    "choice",
    "all: visits that left the queue, other than deflected ones; answered: answered visits only; abandoned: abandoned"
    " visits only",
    default="all",
    choices=("all", "answered", "abandoned"),
)


def _count(
    slug: str, part: str, label: Label, definition: Label, better: Literal["higher", "lower", ""] = "", *also: str
) -> Metric:
    return Metric(slug, label, definition, "count", "count", better, ratio(part), basis="entered", also=also)


def _share(
    slug: str, part: str, label: Label, definition: Label, better: Literal["higher", "lower", ""] = ""
) -> Metric:
    return Metric(slug, label, definition, "ratio", "share", better, ratio(part, _ENDED), basis="entered")


QUEUES = (
    _count(
        "queue_offered",
        "visits",
        Label("Queue visits", "Passages en file"),
        Label(
            "Visits that entered the queue: answered, abandoned, flowed out, timed out, deflected and still waiting.",
            "Passages entrés dans la file : pris en charge, abandonnés, débordés, expirés, dissuadés et encore en attente.",
        ),
    ),
    _count(
        "queue_answered",
        "visits_answered",
        Label("Visits answered", "Passages pris en charge"),
        Label("Visits that an agent answered in the queue.", "Passages pris en charge par un agent dans la file."),
        "higher",
    ),
    _count(
        "queue_abandoned",
        "visits_abandoned",
        Label("Visits abandoned", "Passages abandonnés"),
        Label(
            "Visits whose customer gave up while waiting in the queue.",
            "Passages dont le client a renoncé pendant l'attente dans la file.",
        ),
        "lower",
    ),
    _count(
        "queue_flowed_out",
        "visits_flowed_out",
        Label("Visits flowed out", "Passages débordés"),
        Label(
            "Visits that left unanswered for another queue, site or treatment, such as a callback. They are no losses.",
            "Passages sortis sans réponse vers une autre file, un autre site ou un autre traitement, comme un rappel. Ce"
            " ne sont pas des pertes.",
        ),
    ),
    _count(
        "queue_timed_out",
        "visits_timed_out",
        Label("Visits timed out", "Passages expirés"),
        Label(
            "Visits that ended because the longest wait of the queue was over.",
            "Passages terminés parce que l'attente maximale de la file était écoulée.",
        ),
        "lower",
    ),
    _count(
        "queue_deflected",
        "visits_deflected",
        Label("Visits deflected", "Passages dissuadés"),
        Label(
            "Visits whose customer was asked to call later, because the queue was full.",
            "Passages dont le client a été invité à rappeler plus tard, la file étant pleine.",
        ),
        "lower",
    ),
    _count(
        "queue_waiting",
        "visits_waiting",
        Label("Visits waiting", "Passages en attente"),
        Label(
            "Visits that entered in the bucket and have not left the queue yet.",
            "Passages entrés dans l'intervalle et pas encore sortis de la file.",
        ),
    ),
    Metric(
        "queue_service_level",
        Label("Queue service level", "Niveau de service de la file"),
        Label(
            "Share of visits answered within a threshold (≤) from the entry into the queue. Visits that flowed or timed out"
            " within the threshold, still wait within it, were deflected, or have an unknown wait are left out.",
            "Part des passages pris en charge dans le délai (≤) compté de l'entrée dans la file. Sont exclus les passages"
            " débordés ou expirés dans le délai, encore en attente dans le délai, dissuadés, ou d'attente inconnue.",
        ),
        "ratio",
        "share",
        "higher",
        _KNOWN,
        variant="formula",
        missed=_MISSED,
        parameters=(_WITHIN, _FORMULA, SHORT, BOUND, TREATMENT),
        basis="entered",
    ),
    _share(
        "queue_answer_rate",
        "visits_answered",
        Label("Queue answer rate", "Taux de prise en charge de la file"),
        Label("Answered divided by ended visits.", "Passages pris en charge sur passages terminés."),
        "higher",
    ),
    _share(
        "queue_abandonment_rate",
        "visits_abandoned",
        Label("Queue abandonment rate", "Taux d'abandon de la file"),
        Label("Abandoned divided by ended visits.", "Passages abandonnés sur passages terminés."),
        "lower",
    ),
    _share(
        "flow_out_rate",
        "visits_flowed_out",
        Label("Flow-out rate", "Taux de débordement de la file"),
        Label("Flowed out divided by ended visits.", "Passages débordés sur passages terminés."),
        "lower",
    ),
    _share(
        "queue_timeout_rate",
        "visits_timed_out",
        Label("Queue timeout rate", "Taux d'expiration de la file"),
        Label("Timed out divided by ended visits.", "Passages expirés sur passages terminés."),
        "lower",
    ),
    _share(
        "queue_deflection_rate",
        "visits_deflected",
        Label("Queue deflection rate", "Taux de dissuasion de la file"),
        Label("Deflected divided by ended visits.", "Passages dissuadés sur passages terminés."),
        "lower",
    ),
    Metric(
        "queue_unknown_waits",
        Label("Unknown queue waits", "Attentes en file inconnues"),
        Label(
            "Visits that were answered, abandoned, flowed out or timed out, and whose wait the source does not give; n"
            " counts all of these.",
            "Passages pris en charge, abandonnés, débordés ou expirés dont la source ne donne pas l'attente ; n compte"
            " tous ceux-ci.",
        ),
        "count",
        "count",
        "lower",
        {found.of: Ratio(found.count, (), found.whole) for found in (_WAITS, _ANSWERED_WAITS, _ABANDONED_WAITS)},
        variant="of",
        parameters=(_OF,),
        basis="entered",
    ),
    Metric(
        "queue_asa",
        Label("Queue speed of answer", "Délai de prise en charge de la file"),
        Label(
            "Mean wait of answered visits whose wait is known, from the entry into the queue.",
            "Attente moyenne des passages pris en charge dont l'attente est connue, depuis l'entrée dans la file.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("visits_answered_wait", "visits_answered - visits_answered_unknown", unknown=_ANSWERED_WAITS),
        basis="entered",
    ),
    Metric(
        "queue_time_to_abandon",
        Label("Queue time to abandon", "Attente avant abandon dans la file"),
        Label(
            "Mean wait of abandoned visits whose wait is known, from the entry into the queue.",
            "Attente moyenne des passages abandonnés dont l'attente est connue, depuis l'entrée dans la file.",
        ),
        "seconds",
        "mean",
        "",
        ratio("visits_abandoned_wait", "visits_abandoned - visits_abandoned_unknown", unknown=_ABANDONED_WAITS),
        basis="entered",
    ),
    Metric(
        "queue_wait_max",
        Label("Longest queue wait", "Attente maximale dans la file"),
        Label(
            "Longest wait of a visit that was answered, abandoned, flowed out or timed out.",
            "La plus longue attente d'un passage pris en charge, abandonné, débordé ou expiré.",
        ),
        "seconds",
        "max",
        "lower",
        ratio("visits_longest", unknown=_WAITS),
        basis="entered",
    ),
)
