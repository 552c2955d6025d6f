"""The contract of the demonstration: what the partner that runs two of the sites promises for 2015."""

from __future__ import annotations

from typing import Any, Final

CONTRACT: Final[dict[str, Any]] = {
    "contract": "ALTO-2015",
    "partner": "ALTO",
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
