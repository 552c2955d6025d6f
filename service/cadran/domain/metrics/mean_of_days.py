"""The revision that all counts of the first releases share: a usual day counts the mean of its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from cadran.domain.metric import Label, Metric, Ratio, Revision

_SINCE: Final = date(2026, 11, 30)
_CHANGE: Final = Label(
    "by time of day or weekday, the mean per open day instead of the sum of all days",
    "par heure du jour ou jour de la semaine, la moyenne par jour ouvert au lieu de la somme des jours",
)


def revise(metric: Metric) -> Metric:
    """Return a metric that summed the days of a usual day in its first version. Another change of the same day makes
    one version with this one."""
    earlier, last = metric.revisions[:-1], metric.revisions[-1] if metric.revisions else None
    if last is None or last.since != _SINCE:
        replaced: Mapping[str, Ratio] = metric.formulas
        return replace(metric, revisions=(*metric.revisions, Revision(_SINCE, _CHANGE, replaced, summed_days=True)))
    both = Label(*(f"{last.change[word].rstrip('.')}; {_CHANGE[word]}" for word in ("en", "fr")))
    return replace(metric, revisions=(*earlier, replace(last, change=both, summed_days=True)))
