"""The rows contain what the dashboard shows: Pau, the opening, the change of shifts, the last minutes before
closing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import pytest

from cadran.demo.world import Row
from tests.demo.expected_figures import counted, local_date, native

Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def year(story: dict[str, list[Row]]) -> Rows:
    """Return the contacts of 2015 that count in figures."""
    return [native(row) for row in story["contacts"] if counted(row) and local_date(row).year == 2015]


def pick(rows: Rows, **wanted: str) -> Rows:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def qos(rows: Rows) -> float:
    return share(rows, "handled")


def share(rows: Rows, outcome: str) -> float:
    return len(pick(rows, outcome=outcome)) / len(rows)


def mean(rows: Iterable[dict[str, object]], *names: str) -> float:
    values = [sum(float(str(row[name])) for name in names) for row in rows]
    return sum(values) / len(values)


def between(rows: Rows, start: str, end: str) -> Rows:
    return [row for row in rows if start <= str(row["offered_at"])[11:16] < end and local_date(row).weekday() < 5]


def test_pau_is_in_trouble(year: Rows) -> None:
    phone = pick(year, channel="phone")
    pau = pick(phone, site="PAU")
    assert len(pick(year, site="PAU")) > 1.2 * max(len(pick(year, site=site)) for site in ("LIL", "LYO", "NTE"))
    assert share(pau, "deflected") == 0
    assert qos(pau) < 0.75
    for site in ("LIL", "LYO", "NTE"):
        other = pick(phone, site=site)
        assert share(other, "deflected") > 0.02
        assert qos(other) > qos(pau) + 0.05
        assert mean(pick(pau, outcome="handled"), "wait") > 2 * mean(pick(other, outcome="handled"), "wait")
        length = ("talk", "hold", "acw")
        assert mean(pick(pau, outcome="handled"), *length) > 1.3 * mean(pick(other, outcome="handled"), *length)


def test_the_phone_has_the_lowest_quality_of_service(year: Rows) -> None:
    found = {channel: qos(pick(year, channel=channel)) for channel in ("phone", "chat", "email", "social", "letter")}
    assert min(found, key=found.__getitem__) == "phone"
    assert found["email"] > 0.95


def test_the_usual_day(year: Rows) -> None:
    spoken = [row for row in year if row["channel"] in ("phone", "chat")]
    ordinary = between(spoken, "10:00", "12:00")
    opening, change, closing = (
        between(spoken, *times) for times in (("08:00", "08:30"), ("12:15", "12:30"), ("18:45", "19:00"))
    )
    assert qos(opening) > qos(ordinary) + 0.06
    assert mean(pick(opening, outcome="handled"), "wait") < 10
    assert qos(change) < qos(ordinary) - 0.12
    assert qos(closing) < qos(ordinary) - 0.15
    assert share(closing, "deflected") > 3 * share(ordinary, "deflected")
    assert not between(spoken, "19:00", "24:00")
    assert not between(spoken, "00:00", "08:00")


def test_the_year_and_the_week_have_their_shape(year: Rows) -> None:
    def count(key: Callable[[datetime], int], value: int) -> int:
        return sum(key(datetime.fromisoformat(str(row["offered_at"]))) == value for row in year)

    months = [count(lambda at: at.month, month) for month in range(1, 13)]
    assert months.index(max(months)) == 11
    assert min(months) in (months[7], months[4])
    days = [count(lambda at: at.weekday(), day) for day in range(7)]
    assert days[0] == max(days)
    assert days[6] < days[5] < days[4]
