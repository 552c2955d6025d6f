"""Calendars of the made-up contact centre, and the open time of its sites, computed by walking from shift to shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from tests.oracle.world import Row, World

DAY = timedelta(days=1)
#: The first day for which the service follows calendars, and the day after the last.
FIRST, END = date(1990, 1, 1), date(2050, 1, 1)
#: Every fact of a world is closer than this to one of its centres.
FAR = timedelta(days=150)


def with_calendars(world: World, seed: int) -> World:
    """Give all sites but the last opening hours that change on a day, and some exceptional days. Return the world.

    Only the calendar of the first site may cover all years that the service follows. Such a calendar has ten thousand
    open spans, and no fact lies beyond `FAR`.
    """
    random = Random(seed)
    world.openings, world.closings = [], []
    middle = world.centres[0]
    for number, site in enumerate(list(world.sites)[:-1]):
        change = middle + timedelta(days=random.randint(-9, 9))
        whole = random.choice([None, None, middle - timedelta(days=20)]), random.choice([None, None, END])
        if number > 0:
            whole = whole[0] or min(world.centres) - 2 * FAR, max(world.centres) + 2 * FAR
        for valid_from, valid_to in ((whole[0], change), (change, whole[1])):
            validity = {"valid_from": valid_from, "valid_to": valid_to}
            for weekday in range(1, 8):
                shifts = dict(_shifts(random))
                world.openings += [
                    {"site": site, "weekday": weekday, "opens": opens, "closes": closes, **validity}
                    for opens, closes in shifts.items()
                ]
    for day in _days(world, random):
        place: Row = {"site": random.choice([*world.sites]), "partner": None}
        if random.random() < 0.3:
            place = {"site": None, "partner": "north"}
        hours: list[tuple[time | None, time | None]] = [*_shifts(random)] or [(None, None)]
        world.closings += [
            {**place, "day": day, "opens": opens, "closes": closes, "withdrawn": False} for opens, closes in hours
        ]
    return world


def _days(world: World, random: Random) -> list[date]:
    """Return days near the world's centres. The last centre and the day before it are always among them; in most worlds
    the clocks change on that centre."""
    near = [middle + timedelta(days=random.randint(-8, 8)) for middle in world.centres for _ in range(3)]
    return sorted({*near, world.centres[-1], world.centres[-1] - DAY})


def _shifts(random: Random) -> Iterator[tuple[time, time]]:
    """Yield the shifts of a day: none, one or two. They may be at night, pass midnight or last 24 hours."""
    kind = random.choice(["none", "day", "day", "split", "night", "early", "whole"])
    if kind == "whole":
        yield time(0), time(0)
    if kind in ("day", "split"):
        yield time(8, random.choice([0, 30])), time(random.choice([12, 13]))
    if kind == "split":
        yield time(14), time(random.choice([18, 20]), 15)
    if kind == "night":
        yield time(random.choice([19, 22])), time(random.choice([0, 1, 2, 3]), random.choice([0, 15, 30]))
    if kind == "early":
        yield time(random.choice([1, 2]), random.choice([0, 15, 30])), time(random.choice([2, 3, 9]), 45)


def known(world: World, site: str) -> tuple[date, date] | None:
    """Return the days (half-open) for which the calendar of a site is known; None if the site has no calendar."""
    rows = [row for row in world.openings if row["site"] == site]
    if not rows:
        return None
    return max(min(row["valid_from"] or FIRST for row in rows), FIRST), min(
        max(row["valid_to"] or END for row in rows), END
    )


def shifts_of(world: World, site: str, day: date) -> list[tuple[time, time]]:
    """Return the shifts that open on a day. Exceptional hours replace those of the weekday; the site's exceptional
    hours replace the partner's."""
    for name, code in (("site", site), ("partner", world.sites[site]["partner"])):
        told = [row for row in world.closings if row["day"] == day and code is not None and row[name] == code]
        if told:
            return [(row["opens"], row["closes"]) for row in told if row["opens"] is not None]
    return [
        (row["opens"], row["closes"])
        for row in world.openings
        if row["site"] == site
        and row["weekday"] == day.isoweekday()
        and (row["valid_from"] or date.min) <= day < (row["valid_to"] or date.max)
    ]


def spans(world: World, site: str) -> list[tuple[datetime, datetime]]:
    """Return the intervals in UTC in which the site is open, near the days of the world. Shifts may overlap."""
    zone = ZoneInfo(world.sites[site]["zone"])
    told = known(world, site)
    assert told is not None
    first, end = max(told[0], min(world.centres) - FAR), min(told[1], max(world.centres) + FAR)
    found = []
    for number in range((end - first).days):
        day = first + number * DAY
        for opens, closes in shifts_of(world, site, day):
            # Of a time that occurs twice the first counts. A skipped time has the UTC offset before the change.
            closing_day = day if closes > opens else day + DAY
            begins = datetime.combine(day, opens, zone).astimezone(UTC)
            ends = datetime.combine(closing_day, closes, zone).astimezone(UTC)
            if begins < ends:
                found.append((begins, ends))
    return sorted(found)


_SPANS: dict[tuple[int, int, str], list[tuple[datetime, datetime]]] = {}


def open_seconds(world: World, site: str, since: datetime, until: datetime) -> Decimal | None:
    """Return the seconds that the site is open between two instants; None where its calendar is unknown."""
    told = known(world, site)
    if told is None:
        return None
    zone = ZoneInfo(world.sites[site]["zone"])
    key = (id(world), hash(str((world.openings, world.closings, world.sites[site]["zone"]))), site)
    if key not in _SPANS:
        _SPANS[key] = spans(world, site)
    begins, ends = (datetime.combine(day, time(0), zone).astimezone(UTC) for day in told)
    ends = max([ends, *(closes for _, closes in _SPANS[key])])
    if not (begins <= since < ends and until <= ends):
        return None
    at, total = since, timedelta(0)
    for opens, closes in _SPANS[key]:
        start, stop = max(opens, at), min(closes, until)
        if start < stop:
            total += stop - start
            at = stop
    return Decimal(total // timedelta(milliseconds=1)) / 1000


def open_wait(world: World, row: Row) -> Decimal | None:
    """Return the seconds that the site was open during the contact's wait; None where the wait or the site's calendar
    is unknown."""
    return None if row["wait"] is None else _open_until(world, row, float(row["wait"]))


def has_known_hours(world: World, row: Row) -> bool:
    """Return whether the calendar of the site is known for the contact's wait; of an unknown wait, for its offer."""
    return _open_until(world, row, float(row["wait"] or 0)) is not None


def _open_until(world: World, row: Row, seconds: float) -> Decimal | None:
    return open_seconds(world, row["site"], row["offered_at"], row["offered_at"] + timedelta(seconds=seconds))
