"""The open days behind each row of a usual day or week, found by walking through every quarter-hour of the window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cadran.domain.answer import Freshness
from tests.oracle.buckets import DAYS, bucket_start
from tests.oracle.calendars import known, shifts_of
from tests.oracle.question import STEPS, Key, OracleQuestion
from tests.oracle.selection import Selection
from tests.oracle.world import World

#: The metrics whose figures by time of day or weekday are means of the open days.
MEANS = (
    *(
        "contacts",
        "handled",
        "abandoned",
        "short_abandons",
        "deflected",
        "expired",
        "closed",
        "callbacks",
        "outbound",
        "unknown_waits",
    ),
    *("queue_offered", "queue_answered", "queue_abandoned", "queue_flowed_out"),
    *("queue_timed_out", "queue_deflected", "queue_waiting", "queue_unknown_waits"),
    *("complaints", "dissatisfied", "revenue", "goodwill_count", "goodwill_cost", "goodwill_revenue"),
    *("goodwill_within_limit", "goodwill_above_limit", "goodwill_within_month_limit", "goodwill_above_month_limit"),
    *("cases_opened", "cases_resolved"),
)
#: The open days by the calendar's part of a key, and site.
Found = dict[tuple[Key, str | None], set[date]]
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


def is_usual(asked: OracleQuestion) -> bool:
    """Return whether the rows of a question are about usual days."""
    return bool({"weekday", "time_of_day"} & {*asked.by}) and asked.grain in ("week", "month", "year", "total")


def find_open_days(selection: Selection, freshness: Freshness, begins: Mapping[str, date]) -> Found:
    """Return the open days by the calendar's part of a row's key, and by site (None: no site, and never closed).
    ``begins`` is the first day with data of each site. Cases and gestures of a team may be at a site that is not the
    team's, so sites that the filters leave out are walked, too."""
    asked, world = selection.asked, selection.world
    found: Found = defaultdict(set)
    for site in (*world.sites, None):
        home = world.sites[site]["zone"] if site else selection.shared_zone or "UTC"
        for local in _walk(asked, asked.zone or home, freshness):
            if not all((_read(local, name) in values) != negated for name, values, negated in _calendar(asked)):
                continue
            if site is not None and (local.date() < begins.get(site, date.max) or not opens(world, site, local.date())):
                continue
            times: dict[str, date | int] = {name: _read(local, name, asked.step) for name in asked.by if name in _PARTS}
            if asked.grain in DAYS:
                times["start"] = bucket_start(local, asked.grain)
            found[tuple(times.get(name) for name in asked.keys), site].add(local.date())
    return found


def days_of(selection: Selection, key: Key | None, found: Found) -> set[date]:
    """Return the open days of the row with this key, or of the whole window: those on which any of its sites opens."""
    world, asked = selection.world, selection.asked
    sites: list[str | None] = [*selection.sites()] or [None]
    if key is None:
        return {day for (_, site), days in found.items() if site in sites for day in days}
    named = dict(zip(asked.keys, key, strict=True))
    times = tuple(value if name in _PARTS or name == "start" else None for name, value in named.items())
    home = None
    if "team" in named or "agent" in named:
        team = named.get("team") or (world.agents[named["agent"]] if named.get("agent") else None)
        home = world.teams[team] if team else None
    if "site" in named:
        sites = [named["site"]]
    elif home is not None:
        sites = [home]
    elif "partner" in named:
        sites = [site for site in sites if site and world.sites[site]["partner"] == named["partner"]] or sites
    return {day for site in sites for day in found.get((times, site), ())}


_PARTS = ("year", "month", "day", "weekday", "time_of_day")


def _calendar(asked: OracleQuestion) -> list[tuple[str, tuple[object, ...], bool]]:
    return [each for each in asked.where if each[0] in _PARTS]


def _read(local: datetime, name: str, step: str = "quarter_hour") -> int:
    if name == "weekday":
        return local.isoweekday()
    if name == "time_of_day":
        return (local.hour * 4 + local.minute // 15) // STEPS[step] * STEPS[step]
    found: int = getattr(local, name)
    return found


def _walk(asked: OracleQuestion, zone: str, freshness: Freshness) -> Iterator[datetime]:
    """Yield the times that a clock shows in the window: one for each quarter-hour of which the window has a part, from
    the first day with data to the last."""
    clock = ZoneInfo(zone)
    now, as_of = freshness.generated_at, freshness.as_of
    assert as_of is not None
    last = as_of.astimezone(clock).date() + DAY
    end = datetime.combine(last, time.min, clock).astimezone(UTC)
    assert end < now
    first, stop = (
        each.astimezone(clock).replace(tzinfo=None) if each.tzinfo else each for each in (asked.start, asked.end)
    )
    # Where a filter leaves no site, no site has a first day with data.
    day = max(first.date() - DAY, freshness.since or date.min)
    moment = datetime.combine(day, time.min, clock).astimezone(UTC)
    end = min(end, datetime.combine(stop.date() + 2 * DAY, time.min, clock).astimezone(UTC))
    while moment < end:
        local = moment.astimezone(clock).replace(tzinfo=None)
        if asked.start.tzinfo is not None:
            inside = moment < asked.end and asked.start < moment + QUARTER
        else:
            inside = local < asked.end and asked.start < local + QUARTER
        if inside:
            yield local
        moment += QUARTER


@lru_cache(maxsize=100_000)
def _opens(number: int, site: str, day: date) -> bool:
    world = _WORLDS[number]
    calendar = known(world, site)
    return calendar is None or not calendar[0] <= day < calendar[1] or bool(shifts_of(world, site, day))


_WORLDS: dict[int, World] = {}


def opens(world: World, site: str, day: date) -> bool:
    """Return whether a site opens on a day. Without a calendar, and where it is not known, it does."""
    _WORLDS[id(world)] = world
    return _opens(id(world), site, day)
