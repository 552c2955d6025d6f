"""The warning about buckets that the window cuts: a week of which it has three days is no week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cadran.domain.answer import KeyColumn, Notice
from cadran.domain.metric import Label


def notices(keys: Sequence[KeyColumn], days: Sequence[date]) -> list[Notice]:
    """Return the warnings, which name the starts of buckets and the days of a usual day or week that are cut."""
    return [*_name_buckets(keys), *_name_days(days)]


def _name_days(days: Sequence[date]) -> list[Notice]:
    if not days:
        return []
    names = ", ".join(map(str, days))
    detail = Label(
        f"Each of these days counts as one, although the window or the data have only a part of it: {names}.",
        f"Chacun de ces jours compte pour un, bien que la période ou les données n'en aient qu'une partie : {names}.",
    )
    return [Notice("partial_buckets", detail)]


def _name_buckets(keys: Sequence[KeyColumn]) -> list[Notice]:
    starts = {
        str(start)
        for key in keys
        if key.partial is not None
        for start, partial in zip(key.values, key.partial, strict=True)
        if partial
    }
    if not starts:
        return []
    names = ", ".join(sorted(starts))
    detail = Label(
        f"The window has only a part of these buckets, which are marked partial: {names}. Compare whole buckets only.",
        f"La période n'a qu'une partie de ces intervalles, marqués « partial » : {names}. Ne comparez que des"
        " intervalles entiers.",
    )
    return [Notice("partial_buckets", detail)]
