"""What the company of the demonstration aims at, and what went on there in 2015."""

from __future__ import annotations

from collections.abc import Iterator

from cadran.demo.world import Row

#: Metric, scope, target, the bound of bad.
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
#: Id, kind, start, end, scope, labels.
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
