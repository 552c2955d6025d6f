"""The targets and objectives of the demonstration company, and the events of 2015 as annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cadran.demo.world import Row

#: Rows of metric, scope, target and bound of the verdict bad.
_TARGETS: tuple[tuple[str, Row, str, str], ...] = (
    ("qos", {}, "0.9", "0.85"),
    ("qos", {"channel": "phone"}, "0.8", "0.7"),
    ("aht", {}, "330", "420"),
    ("aht", {"site": "PAU"}, "420", "480"),
    ("fcr", {}, "0.75", "0.25"),
    ("service_level(within=20)", {"channel": "phone"}, "0.8", "0.6"),
    ("transfer_rate", {}, "0.1", "0.15"),
    ("budget_consumed", {}, "1", "1.1"),
    ("tired_agents", {}, "0.1", "0.2"),
)
#: Rows of code, kind, start, end, scope, English label and French label.
_ANNOTATIONS: tuple[tuple[str, str, str, str, Row, str, str], ...] = (
    ("winter_sales", "campaign", "2015-01-07", "2015-02-18", {}, "Winter sales", "Soldes d'hiver"),
    ("summer_sales", "campaign", "2015-06-24", "2015-08-05", {}, "Summer sales", "Soldes d'été"),
    ("black_friday", "campaign", "2015-11-27", "2015-12-01", {}, "Black Friday", "Black Friday"),
    ("christmas", "campaign", "2015-12-01", "2015-12-25", {}, "Christmas campaign", "Campagne de Noël"),
    (
        "pau_phones", "incident", "2015-10-05T09:10", "2015-10-05T11:40", {"site": "PAU", "channel": "phone"},
        "Phone lines cut in Pau", "Lignes coupées à Pau",
    ),
    ("pau_strike", "strike", "2015-11-19", "2015-11-20", {"site": "PAU"}, "Strike in Pau", "Grève à Pau"),
    ("new_portal", "release", "2015-09-14T06:00", "2015-09-15", {}, "New customer portal", "Nouvel espace client"),
)  # fmt: skip


def targets() -> Iterator[Row]:
    for metric, scope, target, bad in _TARGETS:
        yield {"metric": metric, **scope, "target": target, "bad": bad}


def happenings() -> Iterator[Row]:
    for code, kind, start, end, scope, english, french in _ANNOTATIONS:
        times: Row = {"start": start, "end": end}
        yield {"annotation": code, "kind": kind, **times, **scope, "label_en": english, "label_fr": french}


@dataclass(frozen=True, slots=True)
class CheckInData:
    """A check-in of the demonstration."""

    on: date
    value: float | None
    confidence: float
    comment: str


@dataclass(frozen=True, slots=True)
class ObjectiveData:
    """An objective of the demonstration, in the form of a request.

    ``said`` contains the check-ins of each key result, in order. ``below`` aligns the objective to the previous one.
    """

    sent: dict[str, Any]
    said: tuple[tuple[CheckInData, ...], ...]
    below: bool = False


_YEAR: dict[str, Any] = {"start": date(2015, 1, 1), "end": date(2016, 1, 1)}
_AUTUMN: dict[str, Any] = {"start": date(2015, 10, 1), "end": date(2016, 1, 1)}


def aims() -> Iterator[ObjectiveData]:
    """Yield the objectives of the company for 2015 and of Pau for the last quarter of 2015."""
    yield ObjectiveData(
        {
            "title": "Whoever calls is answered, and needs to call once",
            "description": "Fewer repeated contacts are the cheapest capacity there is.",
            "owner": {"kind": "company"},
            **_YEAR,
            "key_results": [
                {"title": "Nine in ten get through", "metric": "qos", "baseline": 0.88, "target": 0.93},
                {"title": "A third is settled at once", "metric": "fcr", "baseline": 0.24, "target": 0.33},
                {"title": "Calls are handled in five minutes", "metric": "aht", "baseline": 345, "target": 300},
            ],
        },
        (
            (CheckInData(date(2015, 6, 30), None, 0.7, "Summer sales went well."),),
            (CheckInData(date(2015, 9, 30), None, 0.4, "The new portal sends people back to us."),),
            (),
        ),
    )
    yield ObjectiveData(
        {
            "title": "Pau catches up",
            "description": "Its handling time is half as long again as that of the other sites.",
            "owner": {"kind": "site", "code": "PAU"},
            **_AUTUMN,
            "key_results": [
                {"title": "Pau answers as the others do", "metric": "qos", "baseline": 0.86, "target": 0.92},
                {"title": "Handling time below seven minutes", "metric": "aht", "baseline": 480, "target": 420},
                {"title": "Advisers trained in the new portal", "unit": "advisers", "baseline": 0, "target": 40},
            ],
        },
        (
            (CheckInData(date(2015, 11, 20), None, 0.3, "The strike cost us a day."),),
            (),
            tuple(
                CheckInData(on, value, confidence, comment)
                for on, value, confidence, comment in (
                    (date(2015, 10, 9), 4, 0.8, "First group."),
                    (date(2015, 10, 23), 9, 0.8, ""),
                    (date(2015, 11, 6), 17, 0.8, ""),
                    (date(2015, 11, 27), 22, 0.6, "A session was lost to the strike."),
                    (date(2015, 12, 11), 29, 0.5, ""),
                    (date(2015, 12, 18), 31, 0.4, "The last sessions are in January."),
                )
            ),
        ),
        below=True,
    )


def running_aims(today: date) -> Iterator[ObjectiveData]:
    """Yield the objectives of the company and of Nantes for the quarter of a day. No check-in is later than the day."""
    start = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    end = (start + timedelta(days=95)).replace(day=1)
    quarter: dict[str, Any] = {"start": start, "end": end}
    yield ObjectiveData(
        {
            "title": "Customers feel the difference",
            "description": "What was learnt from 2015, measured quarter by quarter.",
            "owner": {"kind": "company"},
            **quarter,
            "key_results": [
                {"title": "More than nine in ten get through", "metric": "qos", "baseline": 0.91, "target": 0.94},
                {"title": "Seven of ten are satisfied", "metric": "csat", "baseline": 0.62, "target": 0.7},
                {"title": "Calls that an agent and a coach listened to", "unit": "calls", "baseline": 0, "target": 120},
            ],
        },
        (
            (CheckInData(max(start, today - timedelta(days=6)), None, 0.6, "The mornings are fully staffed again."),),
            (),
            tuple(
                CheckInData(on, round(110 * (on - start) / (end - start)), confidence, comment)
                for on, confidence, comment in _lately(start, today)
            ),
        ),
    )
    yield ObjectiveData(
        {
            "title": "Nantes settles more at once",
            "description": "Every transfer is one conversation too many.",
            "owner": {"kind": "site", "code": "NTE"},
            **quarter,
            "key_results": [
                {"title": "Fewer calls are transferred", "metric": "transfer_rate", "baseline": 0.016, "target": 0.01},
                {"title": "Handling time near four minutes", "metric": "aht", "baseline": 275, "target": 245},
            ],
        },
        ((CheckInData(today, None, 0.5, ""),), ()),
        below=True,
    )


def _lately(start: date, today: date) -> list[tuple[date, float, str]]:
    """Return days with a confidence and a comment: every two weeks up to the day before ``today``, from ``start``."""
    said = ((29, 0.7, "The first teams have begun."), (15, 0.7, ""), (1, 0.6, "Two coaches are on leave."))
    found = {max(start, today - timedelta(days=back)): (confidence, comment) for back, confidence, comment in said}
    return [(on, *rest) for on, rest in found.items()]
