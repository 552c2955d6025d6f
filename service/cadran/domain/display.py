"""Figures as text: "92%", "5:16", "148,835", in English and French."""

from __future__ import annotations

from decimal import Decimal

from cadran.domain.metric import Unit

_NARROW = "\u202f"


def percent(share: float | Decimal, language: str = "en", *, decimals: int = 0) -> str:
    """Format a share as a percentage: "94.8%", in French "94,8 %". A decimal is exact, so all its digits are shown."""
    sign = " %" if language == "fr" else "%"
    if isinstance(share, Decimal):
        return _spelled(f"{(share * 100).normalize():,f}", language) + sign
    return _grouped(share * 100, decimals, language) + sign


def _grouped(number: float, decimals: int, language: str) -> str:
    return _spelled(f"{number:,.{decimals}f}", language)


def _spelled(text: str, language: str) -> str:
    if language == "fr":
        return text.replace(",", _NARROW).replace(".", ",")
    return text


def _duration(seconds: float) -> str:
    whole = round(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02d}:{second:02d}" if hours else f"{sign}{minutes}:{second:02d}"


def display(
    value: float | None, unit: Unit, language: str = "en", *, currency: str | None = None, decimals: int | None = None
) -> str:
    """Format a value for a screen; a dash if it is undefined. An amount needs its ``currency``; ``decimals``
    overrides the unit's usual precision. A mean of counts has one decimal unless it is whole."""
    if value is None:
        return "–"
    if unit == "seconds":
        return _duration(value)
    if unit == "ratio":
        return percent(value, language, decimals=decimals or 0)
    if unit == "currency":
        assert currency is not None
        symbol = "€" if currency == "EUR" else currency
        return f"{_grouped(value, 2 if decimals is None else decimals, language)} {symbol}"
    if unit == "days":
        return _grouped(value, 1 if decimals is None else decimals, language)
    if unit in ("contacts", "channels", "score", "per_hour"):
        return _grouped(value, 2 if decimals is None else decimals, language)
    if decimals is None and unit == "count" and value % 1:
        decimals = 1
    return _grouped(value, decimals or 0, language)
