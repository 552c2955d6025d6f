"""A contact centre of two sites run by one partner, in the weeks around the end of summer time, as plain rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

ZONE: Final = "Europe/Paris"
PARIS: Final = ZoneInfo(ZONE)
FIRST, END = date(2015, 9, 1), date(2015, 11, 18)
CLOSED: Final = date(2015, 11, 11)
WAITS: Final = (0.0, 3.5, 8.0, 14.25, 19.999, 20.0, 20.001, 33.0, 59.5, 60.0, 61.0, 240.0)


@dataclass(frozen=True)
class Contact:
    """A contact as its source system reports it."""

    number: int
    site: str
    channel: str
    offered: datetime
    outcome: str
    wait: Decimal
    times: tuple[Decimal, Decimal, Decimal]

    def row(self) -> dict[str, str]:
        """Return the contact as a row of a contacts file."""
        told = {
            "contact": str(self.number),
            "site": self.site,
            "channel": self.channel,
            "offered_at": self.offered.isoformat(),
            "outcome": self.outcome,
            "wait": str(self.wait),
        }
        if self.outcome == "handled":
            told |= dict(zip(("talk", "hold", "acw"), map(str, self.times), strict=True))
        return told


def contacts(seed: int = 7) -> list[Contact]:
    """Return some forty contacts a day, by day and by night. About a fifth of them are offered exactly on a
    quarter-hour of the clock.
    """
    random = Random(seed)
    found: list[Contact] = []
    midnight = datetime.combine(FIRST, time.min, PARIS).astimezone(UTC)
    last = datetime.combine(END, time.min, PARIS).astimezone(UTC)
    while midnight < last:
        for _ in range(random.randrange(10, 70)):
            offered = midnight + timedelta(seconds=random.randrange(86_400))
            if random.random() < 0.2:
                offered = offered.replace(minute=offered.minute // 15 * 15, second=0)
            found.append(_contact(random, len(found), offered))
        midnight += timedelta(days=1)
    # Add many contacts to the hour that occurs twice when summer time ends, and to the hour before it.
    for minute in range(0, 180, 2):
        found.append(_contact(random, len(found), datetime(2015, 10, 24, 23, tzinfo=UTC) + timedelta(minutes=minute)))
    return found


def _contact(random: Random, number: int, offered: datetime) -> Contact:
    times = tuple(Decimal(random.randrange(600_000)) / 1000 for _ in range(3))
    return Contact(
        number,
        random.choice(("AIX", "BREST")),
        random.choice(("phone", "phone", "chat")),
        offered,
        random.choices(("handled", "abandoned", "deflected"), (8, 2, 1))[0],
        Decimal(str(random.choice(WAITS))),
        (times[0], times[1], times[2]),
    )


def openings() -> list[dict[str, str]]:
    """Return the opening hours: AIX opens on weekdays, on Fridays until after midnight; BREST is always open."""
    rows = [{"site": "AIX", "weekday": str(day), "opens": "08:10", "closes": "18:30"} for day in range(1, 5)]
    rows.append({"site": "AIX", "weekday": "5", "opens": "14:00", "closes": "01:30"})
    rows += [{"site": "BREST", "weekday": str(day), "opens": "00:00", "closes": "00:00"} for day in range(1, 8)]
    return rows


def closings() -> list[dict[str, str]]:
    """Return the closing days: one holiday at AIX."""
    return [{"site": "AIX", "day": CLOSED.isoformat()}]


def is_open(site: str, wall: datetime) -> bool:
    """Return whether a site is open at a wall-clock time, by the calendars above."""
    if site == "BREST":
        return True
    day, minutes = wall.date(), wall.hour * 60 + wall.minute
    if day.isoweekday() == 6 and minutes < 90 and day - timedelta(days=1) != CLOSED:
        return True
    if day == CLOSED:
        return False
    if day.isoweekday() == 5:
        return minutes >= 14 * 60
    return day.isoweekday() < 5 and 8 * 60 + 10 <= minutes < 18 * 60 + 30


def contract(**changes: Any) -> dict[str, Any]:
    """Return the JSON of a contract over both sites. Keyword arguments add or replace members."""
    return {
        "contract": "ARC-2015",
        "partner": "ARC",
        "sites": ["AIX", "BREST"],
        "zone": ZONE,
        "valid_from": "2015-09-01",
        "terms": [
            {
                "term": "answer", "metric": "service_level(within=20)", "target": 0.6, "window": "day",
                "rules": [{"rule": "missed_window", "amount": 50}],
            },
            {"term": "lost", "metric": "abandonment_rate", "target": 0.2, "window": "week"},
        ],
        **changes,
    }  # fmt: skip
