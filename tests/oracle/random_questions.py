"""Random questions: metrics that can be asked for together, windows of every kind, splits, filters and grains."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle import (
    agent_time,
    case_metrics,
    cases,
    goodwill,
    live_metrics,
    queue_metrics,
    required_agents,
    surveys,
)
from tests.oracle.question import STEPS, OracleQuestion
from tests.oracle.world import ATTRIBUTES, CHANNELS, MOMENTS, REASONS, SEGMENTS, TRANSFERS, World

CALENDAR = ("year", "month", "day", "weekday", "time_of_day")
CONTACT = (
    *("partner", "site", "segment", "channel", "moment", "reason", "direction", "outcome", "queue", "first_queue"),
    "transferred_to",
    *ATTRIBUTES,
    *CALENDAR,
)
LEG = (*(name for name in CONTACT if name != "first_queue"), "team", "agent")
VISIT = tuple(name for name in CONTACT if name not in ("first_queue", "transferred_to", *ATTRIBUTES))
PERSON = ("partner", "site", "team")
WORKED = (*PERSON, "agent", *CALENDAR)
CASE = ("partner", "site", "segment", "channel", "moment", "reason", "team", "agent", *CALENDAR)
#: Dimensions that each metric can be split by and filtered on. Other metrics have the dimensions of contacts.
POSSIBLE = {
    **dict.fromkeys(
        ("aht", "talk_time", "hold_time", "acw", "aht_per_leg", "transfer_rate", "escalation_rate", "handled"), LEG
    ),
    **dict.fromkeys(("asa", "first_response_time", "handle_time", "resolution_flagged"), LEG),
    **dict.fromkeys(("fcr", "fcr_flagged", "contacts_per_case", "channels_per_case"), CASE),
    **dict.fromkeys(surveys.SLUGS, (*LEG, "sent_by")),
    "employee_nps": ("partner", "site", "team", "sent_by", *CALENDAR),
    **dict.fromkeys(cases.FLOWS, CASE),
    **dict.fromkeys(cases.STOCKS, CASE[:8]),
    **live_metrics.POSSIBLE,
    **dict.fromkeys((*agent_time.SLUGS, *agent_time.SHIFT_SLUGS), WORKED),
    **dict.fromkeys(agent_time.PERSON_SLUGS, PERSON),
    "contact_share_of_customers": CONTACT[:8],
    **dict.fromkeys(("budget_consumed", "budget_pace"), (*CONTACT[:8], *CALENDAR)),
    **goodwill.POSSIBLE,
    **dict.fromkeys(queue_metrics.ALL, VISIT),
    "callback_kept_rate": (*CONTACT[:6], *CALENDAR),
    "customers_to_call": CONTACT[:6],
}
BY_DAY_AT_LEAST = ("contact_share_of_customers", "budget_pace", *goodwill.LOSS_SLUGS, *agent_time.PERSON_SLUGS)
#: The first six are edges of bins. The others are exact only in windows of up to a month.
THRESHOLDS = (5, 20, 240, 600, 3600, 259200, 33, 7, 300000, 0, 4.999, 20.0005, 119.5, 259200.5, 2678400)
SHORTS = (5, 10, 20, 240, 0, 2.5, 4.9985, 3599)
PERCENTILES = (0.01, 0.25, 0.5, 0.9, 0.999, 0.3333, 0.0101)
FORMULAS = (
    "offered",
    "answered_only",
    "offered_ex_short",
    "abandon_neutral",
    "short_as_met",
    "removed_within",
    "all_incoming",
)
INSTANT = (*cases.STOCKS, *live_metrics.POSSIBLE)
#: The most days of a window with a stock, by grain: a stock has a row for every bucket.
STOCK_DAYS = {"quarter_hour": 1, "half_hour": 1, "hour": 2, "day": 40}
FINE = ("hour", "half_hour", "quarter_hour")
GRAINS = ("quarter_hour", "half_hour", "hour", "day", "week", "month", "year", "total", "total")
ZONES = (
    None,
    None,
    None,
    "Europe/Paris",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/New_York",
    "Australia/Lord_Howe",
    "UTC",
)
#: Windows before all data, after all data, and around all data.
BEYOND = (("2009-12-28", "2010-01-04"), ("2031-02-01", "2031-03-01"), ("2014-11-01", "2017-03-01"))


def question(world: World, random: Random, slugs: list[str]) -> OracleQuestion:
    """Return a random question about some of these metrics. Metrics that its splits, filters or grain exclude are left
    out."""
    start, end, zone = _window(world, random)
    grain = random.choice(GRAINS)
    by = tuple(random.sample((*CONTACT, "team", "agent", "gesture", "sent_by"), random.choice([0, 0, 1, 1, 2])))
    where = tuple(_filter(world, random) for _ in range(random.choice([0, 0, 1, 1, 2])))
    named = {*by, *(name for name, _, _ in where)}
    steady = (grain in FINE or "time_of_day" in by) and _one_clock(world, zone) and not _odd(start, end)
    chosen = [
        slug for slug in slugs
        if named <= set(POSSIBLE.get(slug, CONTACT)) and not (grain in FINE and slug in BY_DAY_AT_LEAST)
        and not (grain in FINE and slug == "customers_to_call" and end - start > timedelta(days=2))
        and not (slug in INSTANT and (end - start).days > STOCK_DAYS.get(grain, 10**6))
        and not (slug in agent_time.SLUGS and _odd(start, end))
        and (slug not in required_agents.SLUGS or steady)
    ]  # fmt: skip
    if not chosen:
        return question(world, random, slugs)
    chosen = random.sample(chosen, min(len(chosen), random.randint(1, 5)))
    days = (end - start).days
    calls = tuple((slug, _arguments(slug, random, days)) for slug in chosen)
    step = random.choice([*STEPS]) if "time_of_day" in by else "quarter_hour"
    return OracleQuestion(tuple(dict.fromkeys(calls)), start, end, zone, grain, by, where, step)


def _odd(*bounds: datetime) -> bool:
    return any(bound.minute % 15 or bound.second or bound.microsecond for bound in bounds)


def _one_clock(world: World, zone: str | None) -> bool:
    return zone is not None or len({row["zone"] for row in world.sites.values()}) == 1


def _window(world: World, random: Random) -> tuple[datetime, datetime, str | None]:
    zone = random.choice(ZONES)
    if random.random() < 0.1:
        return *_between_contacts(world, random), zone
    if random.random() < 0.05:
        start, end = map(datetime.fromisoformat, random.choice(BEYOND))
        return start, end, zone
    middle = random.choice(list(world.centres))
    first = middle - timedelta(days=random.choice([0, 0, 1, 2, 7, 20, 40]))
    last = first + timedelta(days=random.choice([1, 1, 2, 7, 30, 80, 400]))
    start, end = datetime.combine(first, time.min), datetime.combine(last, time.min)
    sort = random.random()
    if sort < 0.25:
        start, end = start.replace(day=1), (end.replace(day=28) + timedelta(days=4)).replace(day=1)
    elif sort < 0.4:
        start += timedelta(minutes=15 * random.randrange(96))
        end += timedelta(minutes=15 * random.randrange(96))
    elif sort < 0.5:
        own = ZoneInfo(random.choice([row["zone"] for row in world.sites.values()]))
        start, end = start.replace(tzinfo=own), end.replace(tzinfo=own)
        start, end = datetime.fromisoformat(start.isoformat()), datetime.fromisoformat(end.isoformat())
    elif sort < 0.6:
        zone = zone or next(iter(world.sites.values()))["zone"]
        start += timedelta(seconds=random.randrange(86_400))
        end += timedelta(seconds=random.randrange(86_400))
    return start, end, zone


def _between_contacts(world: World, random: Random) -> tuple[datetime, datetime]:
    """Return a window from one contact to another, or of a millisecond, which is just long enough for the first
    contact."""
    start, end = sorted(row["offered_at"] for row in random.sample([*world.contacts.values()], 2))
    if start == end or random.random() < 0.3:
        end = start + timedelta(milliseconds=1)
    return start, end


def _gestures(world: World) -> set[str]:
    """Return the gestures that some row of the world names."""
    named = {row["gesture"] for row in world.gestures.values()} | {gesture for gesture, _ in world.gesture_limits}
    return {each for each in named if each is not None}


def _filter(world: World, random: Random) -> tuple[str, tuple[Any, ...], bool]:
    values: dict[str, list[Any]] = {
        "partner": ["north", "south", None], "site": [*world.sites], "team": [*world.teams, None],
        "agent": [*world.agents, None], "segment": [*SEGMENTS, None], "channel": [*CHANNELS],
        "moment": [*MOMENTS, None],
        "reason": [*REASONS, None], "gesture": [*sorted(_gestures(world)), None], "direction": ["inbound", "outbound"],
        "queue": [*world.queues, None], "first_queue": [*world.queues, None],
        "outcome": ["handled", "abandoned", "closed", "in_progress", "self_served"], "year": [2014, 2015, 2016],
        **{name: [*codes, None] for name, codes in ATTRIBUTES.items()},
        "transferred_to": [*TRANSFERS, None], "sent_by": [*surveys.MEDIA, None],
        "month": [2, 3, 4, 10, 11, 12], "day": [*range(1, 32)], "weekday": [*range(1, 8)], "time_of_day": [*range(96)],
    }  # fmt: skip
    name = random.choice(list(values))
    if name == "time_of_day":
        first = random.randrange(96)
        return name, tuple((first + each) % 96 for each in range(random.randrange(1, 60))), random.random() < 0.2
    known = values[name]
    chosen = random.sample(known, random.randint(1, min(len(known), 10)))
    return name, tuple(chosen), random.random() < 0.25


_HOURS = ("hours", ("calendar", "open"))
_COUNT = ("count", ("contacts", "attempts"))
#: The choices of metrics with one parameter.
_CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "first_response_time": _HOURS,
    "case_first_response_time": _HOURS,
    "resolution_time": _HOURS,
    "complaint_resolution_time": _HOURS,
    "contacts_per_case": _COUNT,
    "contacts_per_resolution": _COUNT,
    "cost_per_contact": ("per", ("offered", "handled")),
    "callback_kept_rate": ("counts", ("made", "reached")),
    "cases_opened": ("status", ("any", "open", "resolved", "closed")),
    "resolved_within": ("within", (*case_metrics.WITHIN,)),
}


def _wait_arguments(slug: str, random: Random) -> dict[str, Any]:
    """Return random arguments for a metric of waits."""
    found: dict[str, Any] = {}
    if slug in ("service_level", "service_level_open_hours"):
        if random.random() < 0.7:
            found["within"] = random.choice(THRESHOLDS)
        if random.random() < 0.7:
            found["formula"] = random.choice(FORMULAS)
        if slug == "service_level" and random.random() < 0.3:
            found["wait_from"] = "queue"
        if slug == "service_level" and random.random() < 0.4:
            # Some good bounds lie between the edges of bins.
            found["bound"] = "good"
    short = ("service_level", "service_level_open_hours", "short_abandons", "qos_net", "abandonment_rate_net")
    if slug in short and random.random() < 0.4:
        found["short"] = random.choice(SHORTS)
    if slug in short and slug != "short_abandons" and random.random() < 0.3:
        found["unknown_waits"] = "missed"
    if slug == "unknown_waits":
        found["of"] = random.choice(["all", "answered", "abandoned"])
        found["wait_from"] = random.choice(["offer", "queue"])
    return found


def _arguments(slug: str, random: Random, days: int) -> tuple[tuple[str, Any], ...]:
    found = _wait_arguments(slug, random)
    if slug in ("wait", "handle_time"):
        found["percentile"] = random.choice(PERCENTILES)
    if slug in _CHOICES:
        name, choices = _CHOICES[slug]
        found[name] = random.choice(choices)
    if slug in surveys.SLUGS:
        found |= surveys.arguments_of(slug, random)
    found |= goodwill.arguments_of(slug, random) | required_agents.arguments_of(slug, random)
    found |= live_metrics.arguments_of(slug, random) | queue_metrics.arguments_of(slug, random, THRESHOLDS)
    return tuple(found.items())
