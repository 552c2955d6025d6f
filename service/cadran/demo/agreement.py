"""The contracts of the demonstration: what the partner that runs two of the sites promises for 2015, and at present."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from cadran.demo.recent import WEEKS

PARTNER: Final = "ALTO"
CONTRACT: Final[dict[str, Any]] = {
    "contract": "ALTO-2015",
    "partner": PARTNER,
    "label_en": "Customer service by Alto Contact, 2015",
    "label_fr": "Service client par Alto Contact, 2015",
    "sites": ["LYO", "NTE"],
    "zone": "Europe/Paris",
    "valid_from": "2015-01-01",
    "valid_to": "2016-01-01",
    "settled_by": "month",
    "seal_after_days": 10,
    "hours": "calendar",
    "force_majeure": [
        {
            "start": "2015-12-09T14:00",
            "end": "2015-12-09T17:30",
            "reason_en": "Power cut in the region",
            "reason_fr": "Coupure d'électricité régionale",
        }
    ],
    "terms": [
        {
            "term": "answer",
            "label_en": "80% of calls within two minutes",
            "label_fr": "80 % des appels en deux minutes",
            "metric": "service_level(within=120)",
            "target": 0.8,
            "window": "day",
            "channels": ["phone"],
            "rules": [
                {"rule": "missed_window", "amount": 40},
                {"rule": "point", "amount": 300, "counted": "started"},
                {"rule": "step", "worse_than": 0.75, "amount": 1000},
                {"rule": "bonus", "at_least": 0.81, "amount": 800},
            ],
            "cap": 2500,
        },
        {
            "term": "abandoned",
            "label_en": "At most 9% of calls abandoned",
            "label_fr": "Au plus 9 % d'appels abandonnés",
            "metric": "abandonment_rate",
            "target": 0.09,
            "window": "week",
            "channels": ["phone"],
            "rules": [{"rule": "point", "amount": 250, "counted": "started"}],
        },
        {
            "term": "handling",
            "label_en": "Handled in 6 minutes on average",
            "label_fr": "Traitement en 6 minutes en moyenne",
            "metric": "aht",
            "target": 360,
            "window": "month",
            "rules": [{"rule": "point", "amount": 5, "counted": "whole"}],
        },
    ],
    "cap": 4000,
}


def running_contract(today: date) -> dict[str, Any]:
    """Return the contract that runs on a day: for a year, from the first of the month in which the recent weeks begin.

    Its first period has the data of these weeks only. It never overlaps the contract of 2015.
    """
    start = max((today - timedelta(weeks=WEEKS)).replace(day=1), date.fromisoformat(CONTRACT["valid_to"]))
    return {
        "contract": f"ALTO-{start:%Y-%m}",
        "partner": PARTNER,
        "label_en": f"Customer service by Alto Contact, from {start:%Y-%m}",
        "label_fr": f"Service client par Alto Contact, à partir de {start:%Y-%m}",
        "sites": ["LYO", "NTE"],
        "zone": "Europe/Paris",
        "valid_from": start.isoformat(),
        "valid_to": start.replace(year=start.year + 1).isoformat(),
        "settled_by": "month",
        "seal_after_days": 10,
        "hours": "calendar",
        "terms": [
            {
                "term": "answer",
                "label_en": "80% of calls within two minutes",
                "label_fr": "80 % des appels en deux minutes",
                "metric": "service_level(within=120)",
                "target": 0.8,
                "window": "month",
                "channels": ["phone"],
                "rules": [
                    {"rule": "point", "amount": 400, "counted": "started"},
                    {"rule": "bonus", "at_least": 0.85, "amount": 1000},
                ],
                "cap": 3000,
            },
            {
                "term": "abandoned",
                "label_en": "At most 9% of calls abandoned",
                "label_fr": "Au plus 9 % d'appels abandonnés",
                "metric": "abandonment_rate",
                "target": 0.09,
                "window": "week",
                "channels": ["phone"],
                "rules": [{"rule": "missed_window", "amount": 200}],
            },
            {
                "term": "handling",
                "label_en": "Handled in 5 minutes on average",
                "label_fr": "Traitement en 5 minutes en moyenne",
                "metric": "aht",
                "target": 300,
                "window": "month",
                "rules": [{"rule": "point", "amount": 20, "counted": "whole"}],
            },
        ],
        "cap": 5000,
    }
