"""Formatted figures in English and French."""

from decimal import Decimal

import pytest

from cadran.domain.display import display, percent


@pytest.mark.parametrize(
    ("value", "unit", "english", "french"),
    [
        (0.9234, "ratio", "92%", "92 %"),
        (148835, "count", "148,835", "148\u202f835"),
        (316.2, "seconds", "5:16", "5:16"),
        (59.6, "seconds", "1:00", "1:00"),
        (3661, "seconds", "1:01:01", "1:01:01"),
        (0, "seconds", "0:00", "0:00"),
        (-0.4, "seconds", "0:00", "0:00"),
        (1234.5, "currency", "1,234.50 €", "1\u202f234,50 €"),
        (1.718, "contacts", "1.72", "1,72"),
        (0, "count", "0", "0"),
        (None, "ratio", "–", "–"),
    ],
)
def test_display(value: float | None, unit: str, english: str, french: str):
    assert display(value, unit, "en", currency="EUR") == english  # type: ignore[arg-type]  # units of the catalogue
    assert display(value, unit, "fr", currency="EUR") == french  # type: ignore[arg-type]  # units of the catalogue


def test_other_currencies_and_precisions():
    assert display(12, "currency", currency="CHF") == "12.00 CHF"
    assert display(0.92345, "ratio", decimals=2) == "92.34%"


def test_percentages_are_spelled_alike():
    assert (percent(0.948, decimals=1), percent(0.948, "fr", decimals=1)) == ("94.8%", "94,8 %")
    assert (percent(Decimal("0.9025")), percent(Decimal("0.9025"), "fr")) == ("90.25%", "90,25 %")
    assert (percent(Decimal(12)), percent(Decimal(12), "fr")) == ("1,200%", "1\u202f200 %")
