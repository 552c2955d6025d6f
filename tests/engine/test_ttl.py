"""How long an answer may be shown: the day on which the data end is the first day that is not closed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cadran.domain.question import MetricRef, Question
from cadran.domain.window import Window, to_instant
from cadran.engine.ttl import Lifetimes
from cadran.engine.versions import Reach, reach_of
from tests.engine.version_ring import DIRECTORY

NOON = datetime(2016, 1, 7, 12, tzinfo=UTC)
LIFETIMES = Lifetimes(fresh_seconds=10.0, closed_seconds=3600.0)
FIRST, END = date(2015, 12, 1), date(2015, 12, 8)
#: Time zones from the first to the last in which a day begins.
ZONES = ("Pacific/Kiritimati", "Pacific/Auckland", "Europe/Paris", "America/Los_Angeles", "Pacific/Pago_Pago")


@pytest.mark.parametrize(
    ("end", "horizon", "seconds"),
    [
        (date(2016, 1, 6), NOON, 3600.0),
        # The end is exclusive: the last day is the sixth, which lies completely before the horizon.
        (date(2016, 1, 7), NOON, 3600.0),
        (date(2016, 1, 8), NOON, 10.0),
        # The horizon may have another offset than UTC.
        (date(2016, 1, 8), NOON.astimezone(ZoneInfo("Pacific/Kiritimati")), 10.0),
        (date(2016, 1, 6), None, 10.0),
    ],
)
def test_what_ends_before_the_horizons_day_is_closed(end: date, horizon: datetime | None, seconds: float):
    assert LIFETIMES.seconds(Reach(None, FIRST, end), horizon) == seconds


def _question(kind: str, zone: str) -> Question:
    start, end = (datetime.combine(day, time.min) for day in (FIRST, END))
    if kind == "instants":
        return Question((MetricRef("qos"),), Window(to_instant(start, zone), to_instant(end, zone)))
    return Question((MetricRef("qos"),), Window(start, end, zone if kind == "zone" else None))


@pytest.mark.parametrize("kind", ["sites", "zone", "instants"])
@pytest.mark.parametrize("zone", ZONES)
def test_in_every_zone_what_is_closed_has_ended_there_and_has_nothing_pending(kind: str, zone: str):
    """Check that a window is treated as closed not before a week after its end in the last zone, when nothing is
    pending any more, and at most two days later.
    """
    directory = replace(DIRECTORY, zones=dict(enumerate((zone, "UTC"), start=1)))
    question = _question(kind, zone)
    bounds = question.window.instants
    ended = bounds[1] if bounds else max(to_instant(question.window.end, each) for each in directory.zones.values())
    settled = ended + timedelta(days=7)
    reach = reach_of(question, directory)
    hours = (settled + timedelta(hours=each) for each in range(-48, 96))
    closed = next(each for each in hours if LIFETIMES.seconds(reach, each) == LIFETIMES.closed_seconds)
    assert settled <= closed < settled + timedelta(days=2)
