"""Changes of definitions that several metrics share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from cadran.domain.metric import Label, Metric, Ratio, Revision

_SINCE: Final = date(2026, 11, 30)
_MEAN_OF_DAYS: Final = Label(
    "by time of day or weekday, the mean per open day instead of the sum of all days",
    "par heure du jour ou jour de la semaine, la moyenne par jour ouvert au lieu de la somme des jours",
)


def revise(metric: Metric) -> Metric:
    """Return a metric that summed the days of a usual day in its first version. Another change of the same day makes
    one version with this one."""
    earlier, last = metric.revisions[:-1], metric.revisions[-1] if metric.revisions else None
    if last is None or last.since != _SINCE:
        replaced: Mapping[str, Ratio] = metric.formulas
        return replace(
            metric, revisions=(*metric.revisions, Revision(_SINCE, _MEAN_OF_DAYS, replaced, summed_days=True))
        )
    both = Label(*(f"{last.change[word].rstrip('.')}; {_MEAN_OF_DAYS[word]}" for word in ("en", "fr")))
    return replace(metric, revisions=(*earlier, replace(last, change=both, summed_days=True)))


#: The change of the metrics of agents' time: before, states without an end did not count.
OPEN_STATES_COUNT: Final = Revision(
    _SINCE,
    Label(
        "An agent's state without an end counts until the agent's next state, as far as the states of its source are"
        " known, and for 24 hours at most (`CADRAN_OPEN_STATE_HOURS_MAX`); before, it did not count.",
        "Un état d'agent sans fin compte jusqu'à l'état suivant de l'agent, dans la limite des états connus de sa source"
        " et de 24 heures (`CADRAN_OPEN_STATE_HOURS_MAX`) ; auparavant, il ne comptait pas.",
    ),
)
#: The change of the live metrics: before, a later state did not end a state without an end.
OPEN_STATES_END: Final = Revision(
    _SINCE,
    Label(
        "An agent's state without an end holds until the agent's next state, for 24 hours at most"
        " (`CADRAN_OPEN_STATE_HOURS_MAX`); before, it held for 24 hours next to later states.",
        "Un état d'agent sans fin vaut jusqu'à l'état suivant de l'agent, dans la limite de 24 heures"
        " (`CADRAN_OPEN_STATE_HOURS_MAX`) ; auparavant, il valait 24 heures en parallèle des états suivants.",
    ),
)

_COUNTED_ONCE: Final = Label(
    "By team and agent, totals and filters on several members count a contact once in which several of them took part;"
    " before, it counted once for each of them.",
    "Par équipe et agent, les totaux et les filtres sur plusieurs membres comptent une fois un contact auquel plusieurs"
    " d'entre eux ont pris part ; auparavant, il comptait une fois pour chacun.",
)


def count_once(formulas: Mapping[str, Ratio]) -> tuple[Revision, ...]:
    """Return the revisions of a metric with these formulas, which changed by team and agent only."""
    return (Revision(_SINCE, _COUNTED_ONCE, formulas),)
