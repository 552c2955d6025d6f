"""How long an answer may be shown: the day that the data end on is the first that is not closed."""

from datetime import UTC, date, datetime

import pytest

from cadran.engine.lifetime import Lifetimes
from cadran.engine.versions import Reach

NOON = datetime(2016, 1, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("end", "horizon", "seconds"),
    [
        (date(2016, 1, 6), NOON, 3600.0),
        # What ends before the seventh ends with the sixth, all of which lies before the horizon.
        (date(2016, 1, 7), NOON, 3600.0),
        (date(2016, 1, 8), NOON, 10.0),
        (date(2016, 1, 6), None, 10.0),
    ],
)
def test_what_ends_before_the_horizons_day_is_closed(end: date, horizon: datetime | None, seconds: float):
    lifetimes = Lifetimes(fresh_seconds=10.0, closed_seconds=3600.0)
    assert lifetimes.seconds(Reach(None, date(2015, 12, 1), end), horizon) == seconds
