"""The parts of aggregated intervals, and which parts of contacts, queue visits and agents' time they stand in for.

A source that exports only counts gives no rows to count, but sums of them. They add to the same figures: the columns of
``interval_fact`` and ``interval_within_fact`` (sql/migrations/0045_intervals.sql) have the names of the parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from cadran.domain.parts.part import Fact, Part


def _sum(slug: str, fact: Fact = "interval") -> Part:
    return Part(slug, fact, "", f"f.{slug}", direction="any")


#: How many intervals have counts, and how many have agents' time.
INTERVALS, AGENT_INTERVALS = _sum("intervals"), _sum("agent_intervals")
INTERVAL_PARTS = (
    INTERVALS,
    AGENT_INTERVALS,
    *map(
        _sum,
        (
            *("interval_visits", "interval_contacts", "interval_answered", "interval_abandoned", "interval_deflected"),
            *("interval_flowed_out", "interval_timed_out", "interval_wait", "interval_wait_abandoned"),
            *("interval_talk", "interval_hold", "interval_acw", "interval_timed", "interval_abandoned_timed"),
            *("interval_logged_in", "interval_logged_in_hours", "interval_busy", "interval_available"),
            *("lacks_abandoned", "lacks_deflected", "lacks_flowed_out", "lacks_timed_out", "lacks_wait"),
            *("lacks_wait_abandoned", "lacks_times", "lacks_busy", "lacks_available"),
        ),
    ),
)
#: The intervals that have a threshold: their counts within it, and their other counts.
JUDGED_INTERVALS = _sum("judged_intervals", "interval_within")
INTERVAL_WITHIN_PARTS = (
    JUDGED_INTERVALS,
    *(
        _sum(slug, "interval_within")
        for slug in (
            *("within_answered", "within_abandoned", "within_passed_on"),
            *("judged_visits", "judged_contacts", "judged_answered", "judged_abandoned", "judged_deflected"),
            *("judged_passed_on", "judged_lacks_abandoned", "judged_lacks_deflected", "judged_lacks_passed_on"),
            *("lacks_abandoned_within", "lacks_passed_on_within"),
        )
    ),
)
_PARTS: Final[Mapping[str, Part]] = {part.slug: part for part in (*INTERVAL_PARTS, *INTERVAL_WITHIN_PARTS)}


@dataclass(frozen=True, slots=True)
class GivenPart:
    """What intervals give of a part: the ``part`` that adds to it, and the part that counts the intervals that do not
    give it (``lacks``). Both are None where intervals have nothing that would count."""

    part: Part | None = None
    lacks: Part | None = None


def _give(part: str, lacks: str = "") -> GivenPart:
    return GivenPart(_PARTS[part], _PARTS[lacks] if lacks else None)


_NOTHING: Final = GivenPart()
#: What is counted of contacts and of visits, by the name of the part.
_COUNTS: Final[Mapping[str, GivenPart]] = {
    "contacts": _give("interval_contacts"),
    "offered": _give("interval_contacts"),
    "handled": _give("interval_answered"),
    "abandoned": _give("interval_abandoned", "lacks_abandoned"),
    "deflected": _give("interval_deflected", "lacks_deflected"),
    "wait_answered": _give("interval_wait", "lacks_wait"),
    "wait_abandoned": _give("interval_wait_abandoned", "lacks_wait_abandoned"),
    "abandoned_timed": _give("interval_abandoned_timed", "lacks_wait_abandoned"),
    "timed": _give("interval_timed", "lacks_times"),
    "talk": _give("interval_talk", "lacks_times"),
    "hold": _give("interval_hold", "lacks_times"),
    "acw": _give("interval_acw", "lacks_times"),
    "visits": _give("interval_visits"),
    "visits_answered": _give("interval_answered"),
    "visits_abandoned": _give("interval_abandoned", "lacks_abandoned"),
    "visits_deflected": _give("interval_deflected", "lacks_deflected"),
    "visits_flowed_out": _give("interval_flowed_out", "lacks_flowed_out"),
    "visits_timed_out": _give("interval_timed_out", "lacks_timed_out"),
    "visits_answered_wait": _give("interval_wait", "lacks_wait"),
    "visits_abandoned_wait": _give("interval_wait_abandoned", "lacks_wait_abandoned"),
    "login": _give("interval_logged_in"),
    "login_hours": _give("interval_logged_in_hours"),
    "oc": _give("interval_busy", "lacks_busy"),
    "idle": _give("interval_available", "lacks_available"),
}
#: What intervals have none of: contacts and visits that still wait, contacts whose wait is not known (an interval
#: without the sum of its waits lacks the part above), contacts that a bot resolved, and asynchronous ones that were
#: never answered.
_NONE: Final = (
    *(
        "self_served",
        "expired",
        "overdue",
        "overdue_from_queue",
        "handled_unknown",
        "abandoned_unknown",
        "handled_unknown_from_queue",
    ),
    *("abandoned_unknown_from_queue", "visits_waiting", "visits_overdue", "visits_answered_unknown"),
    *("visits_abandoned_unknown", "visits_passed_on_unknown"),
)
GIVEN: Final[Mapping[str, GivenPart]] = {**_COUNTS, **dict.fromkeys(_NONE, _NOTHING)}
#: The same of the intervals that have the threshold of a formula, and the counts within it.
JUDGED: Final[Mapping[str, GivenPart]] = {
    "contacts": _give("judged_contacts"),
    "offered": _give("judged_contacts"),
    "handled": _give("judged_answered"),
    "abandoned": _give("judged_abandoned", "judged_lacks_abandoned"),
    "deflected": _give("judged_deflected", "judged_lacks_deflected"),
    "visits": _give("judged_visits"),
    "visits_answered": _give("judged_answered"),
    "visits_abandoned": _give("judged_abandoned", "judged_lacks_abandoned"),
    "visits_passed_on": _give("judged_passed_on", "judged_lacks_passed_on"),
    **dict.fromkeys(_NONE, _NOTHING),
}
WITHIN_GIVEN: Final[Mapping[str, GivenPart]] = {
    **dict.fromkeys(("handled", "handled_from_queue", "visits_answered"), _give("within_answered")),
    **dict.fromkeys(
        ("abandoned", "abandoned_from_queue", "visits_abandoned"),
        _give("within_abandoned", "lacks_abandoned_within"),
    ),
    "visits_passed_on": _give("within_passed_on", "lacks_passed_on_within"),
    **dict.fromkeys(_NONE, _NOTHING),
}
#: The facts that single contacts and visits are counted in, and those of agents' time.
CONTACT_FACTS: Final[frozenset[Fact]] = frozenset(
    {
        *("contact", "pending", "response", "pending_hours", "queued", "queued_within", "visit", "visit_within"),
        *(
            "waiting_visit",
            "handling",
            "waits",
            "handle_times",
            "answer_times",
            "within",
            "within_open",
            "leg",
            "shared",
        ),
        *("answered", "case", "customer", "reach", "tried", "open", "taken"),
    }
)
TIME_FACTS: Final[frozenset[Fact]] = frozenset({"time", "shift", "taken", "strain"})


def find_given(found: Mapping[str, GivenPart], part: Part) -> GivenPart | None:
    """Return what intervals give of a part, or of the part that it narrows; None if they do not give it. Intervals know
    no moments of truth."""
    if part.only == "complaint" or part.direction == "outbound":
        return None
    given = found.get(part.slug) or found.get(part.of)
    if given is None or given.part is None:
        return given
    narrowed = replace(given.part, slug=f"{given.part.slug}_{part.only}", of=given.part.slug, only=part.only)
    return replace(given, part=replace(narrowed if part.only else given.part, ignores=part.ignores))
