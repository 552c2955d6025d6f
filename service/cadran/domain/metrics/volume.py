"""Metrics of volume: counts of inbound contacts by outcome, and of outbound contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cadran.domain.metric import Label, Metric, Parameter, Ratio, Revision, Unknown, ratio
from cadran.domain.metrics.revisions import count_once, revise
from cadran.domain.metrics.unknown_values import ABANDONED_WAITS

SHORT = Parameter("short", "number", "seconds within which an abandonment is short", default=5.0)


def _count(
    slug: str,
    label: Label,
    definition: Label,
    part: str = "",
    better: Literal["higher", "lower", ""] = "",
    *,
    parameters: tuple[Parameter, ...] = (),
    also: tuple[str, ...] = (),
    by_people: Mapping[str, Ratio] | None = None,
    revisions: tuple[Revision, ...] = (),
    unknown: Unknown | None = None,
) -> Metric:
    return Metric(
        slug,
        label,
        definition,
        "count",
        "count",
        better,
        ratio(part or slug, unknown=unknown),
        by_people=by_people or {},
        parameters=parameters,
        also=also,
        revisions=revisions,
    )


_COUNTS = (
    _count(
        "contacts",
        Label("Contacts", "Contacts"),
        Label(
            "Inbound requests offered. A callback belongs to its request. Tests, duplicates and contacts out of hours do not count.",
            "Demandes entrantes présentées ; un rappel appartient à sa demande, les tests et doublons ne comptent pas, ni les contacts hors horaires.",
        ),
        also=("nOffered",),
    ),
    _count(
        "handled",
        Label("Handled", "Traités"),
        Label(
            "Inbound contacts that a person answered; by team and agent, the contacts that each took part in.",
            "Contacts entrants pris en charge par une personne ; par équipe et agent, ceux auxquels chacun a pris part.",
        ),
        better="higher",
        by_people=ratio("alone_answered + shared_answered"),
        revisions=count_once(ratio("handled")),
        also=("tAnswered.count",),
    ),
    _count(
        "abandoned",
        Label("Abandoned", "Abandons"),
        Label(
            "Inbound contacts whose customer gave up waiting.",
            "Contacts entrants dont le client a raccroché ou renoncé pendant l'attente.",
        ),
        better="lower",
    ),
    _count(
        "short_abandons",
        Label("Short abandons", "Abandons courts"),
        Label(
            "Abandonments within a few seconds (parameter short). Abandonments of unknown wait are left out.",
            "Abandons en quelques secondes (paramètre short). Ceux d'attente inconnue sont laissés de côté.",
        ),
        "abandoned:short",
        parameters=(SHORT,),
        unknown=ABANDONED_WAITS,
    ),
    _count(
        "deflected",
        Label("Deflected", "Dissuadés"),
        Label(
            "Inbound contacts asked to call later, without being queued.",
            "Contacts entrants invités à rappeler plus tard, sans mise en file d'attente.",
        ),
        better="lower",
    ),
    _count(
        "expired",
        Label("Expired", "Expirés"),
        Label("Asynchronous contacts that were never answered.", "Contacts asynchrones restés sans réponse."),
        better="lower",
    ),
    _count(
        "closed",
        Label("Out of hours", "Hors horaires"),
        Label("Inbound contacts outside opening hours.", "Contacts entrants hors des horaires d'ouverture."),
    ),
    _count(
        "callbacks",
        Label("Callbacks promised", "Rappels promis"),
        Label(
            "Inbound contacts that ended with the promise of a callback.",
            "Contacts entrants conclus par la promesse d'un rappel.",
        ),
    ),
    _count(
        "outbound",
        Label("Outbound", "Sortants"),
        Label(
            "Contacts begun by the contact centre, without callbacks.",
            "Contacts à l'initiative du centre, hors rappels.",
        ),
    ),
    _count(
        "complaints",
        Label("Complaints", "Réclamations"),
        Label(
            "Contacts whose moment of truth is a complaint.",
            "Contacts dont le moment de vérité est une réclamation.",
        ),
        better="lower",
    ),
)

VOLUME = tuple(map(revise, _COUNTS))
