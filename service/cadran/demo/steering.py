"""The targets and objectives of the demonstration company, and the events of 2015 as annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
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
