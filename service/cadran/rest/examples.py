"""Example answers for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

_STATE: Final[dict[str, Any]] = {
    "as_of": "2016-01-07T19:00:00Z",
    "generated_at": "2016-01-07T19:04:11Z",
    "stale_after": "2016-01-08T19:04:11Z",
    "data_version": "412",
    "stale": False,
    "approximate": False,
    "warnings": [],
}
_QOS: Final = {"label": "Quality of service", "unit": "ratio", "better": "higher"}

INDICATORS: Final[dict[str, Any]] = {
    "question": {
        "metrics": ["qos", "aht"],
        "start": "2015-12-01T00:00:00",
        "end": "2015-12-02T00:00:00",
        "grain": "day",
        "by": ["site"],
        "channel": ["phone"],
    },
    "start": "2015-12-01T00:00:00+01:00",
    "end": "2015-12-02T00:00:00+01:00",
    "zone": "Europe/Paris",
    "grain": "day",
    **_STATE,
    "metrics": {"qos": _QOS, "aht": {"label": "Average handle time", "unit": "seconds", "better": "lower"}},
    "labels": {"site": {"PAU": "Pau"}},
    "rows": [{"start": "2015-12-01T00:00:00+01:00", "site": "PAU", "qos": 0.913, "aht": 341.2}],
    "totals": {"qos": 0.913, "aht": 341.2},
}
INDICATORS_CSV: Final = "start,site,qos,aht\r\n2015-12-01T00:00:00+01:00,PAU,0.913,341.2\r\n"
SCORECARD: Final[dict[str, Any]] = {
    "period": {"start": "2015-01-01T00:00:00+01:00", "end": "2016-01-01T00:00:00+01:00", "zone": "Europe/Paris"},
    "question": {
        "metrics": ["qos"],
        "start": "2015-01-01T00:00:00",
        "end": "2016-01-01T00:00:00",
        "grain": "total",
        "site": ["PAU"],
    },
    **_STATE,
    "figures": [
        {
            "metric": "qos",
            **_QOS,
            "value": 0.92,
            "display": "92%",
            "numerator": 46000,
            "denominator": 50000,
            "n": 50000,
            "interval": {"low": 0.9176, "high": 0.9223},
            "target": 0.9,
            "status": "good",
            "distance": 0.02,
        }
    ],
}
SCORECARD_CSV: Final = (
    "metric,label,unit,better,value,display,numerator,denominator,n,target,status,distance,interval.low,interval.high\r\n"
    "qos,Quality of service,ratio,higher,0.92,92%,46000,50000,50000,0.9,good,0.02,0.9176,0.9223\r\n"
)
USUAL_DAY_CSV: Final = "time_of_day,qos,contacts\r\n09:00,0.91,3120\r\n10:00,0.88,3544\r\n"
CHANGE_CSV: Final = (
    "site,value,previous,numerator,denominator,previous_numerator,previous_denominator,rate,mix,contribution\r\n"
    "PAU,480,450,48000,100,45000,100,15,0,15\r\n"
)
DISTRIBUTION_CSV: Final = "low,high,count\r\n0,5,8120\r\n5,10,4033\r\n"
REPORT_CSV: Final = "start,contacts,contacts.previous,contacts.change\r\n2015-12-01T00:00:00+01:00,512,498,14\r\n"
AGENTS_CSV: Final = (
    "team,agent,aht,aht.n,aht.rank,aht.ranked,aht.team,aht.group\r\nPAU-AM,PAU-AM-1,402,911,3,23,,318\r\n"
)
CONTRACT: Final[dict[str, Any]] = {
    "contract": "ALTO-2016",
    "partner": "ALTO",
    "label_en": "Customer service by Alto Contact, 2016",
    "sites": ["LYO", "NTE"],
    "zone": "Europe/Paris",
    "valid_from": "2016-01-01",
    "valid_to": "2017-01-01",
    "terms": [
        {
            "term": "answer",
            "label_en": "80% of calls within two minutes",
            "metric": "service_level(within=120)",
            "target": 0.8,
            "window": "day",
            "channels": ["phone"],
            "rules": [{"rule": "missed_window", "amount": 40}, {"rule": "bonus", "at_least": 0.81, "amount": 800}],
        }
    ],
}
_KEY_RESULT: Final[dict[str, Any]] = {
    "title": "Nine in ten get through by phone",
    "metric": "qos",
    "where": {"channel": ["phone"]},
    "baseline": 0.85,
    "target": 0.9,
}
#: Example bodies that create and change objectives, by schema.
OBJECTIVES: Final[dict[str, dict[str, Any]]] = {
    "ObjectiveBody": {
        "title": "Nantes answers at once",
        "description": "Customers in Nantes wait longer than elsewhere.",
        "owner": {"kind": "site", "code": "NTE"},
        "start": "2015-10-01",
        "end": "2016-01-01",
        "key_results": [_KEY_RESULT],
    },
    "ObjectiveChange": {
        "description": "Fewer repeated contacts are the cheapest capacity there is, and customers agree."
    },
    "KeyResultBody": _KEY_RESULT,
    "KeyResultChange": {"title": "More than nine in ten get through"},
    "CheckInBody": {"on": "2015-12-15", "confidence": 0.6, "comment": "December is busier than planned."},
}
