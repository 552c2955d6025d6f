"""The expected settlement of a contract, recomputed in plain Python from the contacts and the contract's text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.contracts.contact_centre import PARIS, Contact, is_open

QUARTER = timedelta(minutes=15)


@dataclass
class Window:
    """A measurement window and the sums of its contacts."""

    start: datetime
    end: datetime
    left: bool = False
    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    state: str = ""


@dataclass
class Outcome:
    """The expected outcome of a term."""

    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    windows: list[Window] = field(default_factory=list)
    amount: Decimal = Decimal(0)


def parts(metric: str, contact: Contact) -> tuple[Fraction, Fraction]:
    """Return what a contact adds to the numerator and to the denominator of a metric."""
    handled, abandoned = contact.outcome == "handled", contact.outcome == "abandoned"
    if metric.startswith("service_level"):
        within = Fraction(metric.partition("=")[2].rstrip(")"))
        return Fraction(handled and Fraction(contact.wait) <= within), Fraction(handled or abandoned)
    if metric == "abandonment_rate":
        return Fraction(abandoned), Fraction(1)
    assert metric == "aht"
    return (Fraction(sum(contact.times)), Fraction(1)) if handled else (Fraction(0), Fraction(0))


def quarters(first: date, end: date, zone: ZoneInfo) -> Iterable[tuple[datetime, datetime]]:
    """Yield every quarter-hour between two local days, as an instant and as wall-clock time."""
    at = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
    until = datetime(end.year, end.month, end.day, tzinfo=zone).astimezone(UTC)
    while at < until:
        yield at, at.astimezone(zone)
        at += QUARTER


def window_key(wall: datetime, unit: str) -> tuple[object, ...]:
    """Return a key that is equal for all quarter-hours of one window."""
    if unit in ("quarter_hour", "half_hour", "hour"):
        minutes = {"quarter_hour": 15, "half_hour": 30, "hour": 60}[unit]
        return wall.date(), wall.hour, wall.minute // minutes, wall.utcoffset()
    if unit == "day":
        return (wall.date(),)
    return wall.isocalendar()[:2] if unit == "week" else (wall.year, wall.month)


def covered(contract: dict[str, Any]) -> Callable[[str, datetime], bool]:
    """Return a function that says whether a site's quarter-hour lies within the contract's hours."""
    hours = contract.get("hours", "always")
    if hours == "always":
        return lambda _site, _wall: True
    if hours == "calendar":
        return lambda site, wall: is_open(site, wall.astimezone(PARIS))

    def stated(_site: str, wall: datetime) -> bool:
        text = wall.strftime("%H:%M")
        return any(
            wall.isoweekday() in shift["weekdays"]
            and shift["opens"] <= text
            and (text < shift["closes"] or shift["closes"] == "00:00")
            for shift in hours
        )

    return stated


def taken(contract: dict[str, Any], contacts: list[Contact], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return the excluded time spans (start, end): force majeure, and windows with more contacts than agreed."""
    spans = []
    for each in contract.get("force_majeure", []):
        bounds = [datetime.fromisoformat(each[name]).replace(tzinfo=zone).astimezone(UTC) for name in ("start", "end")]
        spans.append((bounds[0], bounds[1]))
    volumes = contract.get("volumes")
    if volumes is None:
        return spans
    within = covered(contract)
    length = {"half_hour": timedelta(minutes=30), "hour": timedelta(hours=1), "day": timedelta(days=1)}[
        volumes["window"]
    ]
    for text, expected in volumes["expected"].items():
        wall = datetime.fromisoformat(text)
        start, end = (each.replace(tzinfo=zone).astimezone(UTC) for each in (wall, wall + length))
        came = sum(
            start <= each.offered < end
            and each.site in contract["sites"]
            and within(each.site, floored(each.offered.astimezone(zone)))
            and chosen(each, contract.get("channels"))
            for each in contacts
        )
        if came > Fraction(expected) * (1 + Fraction(str(volumes["above_percent"])) / 100):
            spans.append((start, end))
    return spans


def floored(wall: datetime) -> datetime:
    """Return the start of the quarter-hour that contains a wall-clock time."""
    return wall.replace(minute=wall.minute // 15 * 15, second=0, microsecond=0)


def chosen(contact: Contact, channels: list[str] | None) -> bool:
    """Return whether a contact came by one of these channels. None means all channels."""
    return channels is None or contact.channel in channels


def settled(
    contract: dict[str, Any], contacts: list[Contact], first: date, end: date, as_of: datetime
) -> dict[str, Outcome]:
    """Compute the outcome of each term."""
    zone = ZoneInfo(contract["zone"])
    within, spans = covered(contract), taken(contract, contacts, zone)
    found = {}
    for term in contract["terms"]:
        outcome = Outcome()
        windows: dict[tuple[object, ...], Window] = {}
        for at, wall in quarters(first, end, zone):
            if not any(within(site, wall) for site in contract["sites"]):
                continue
            window = windows.setdefault(window_key(wall, term["window"]), Window(at, at + QUARTER))
            window.end = at + QUARTER
            window.left = window.left or not any(start <= at < until for start, until in spans)
        for contact in contacts:
            wall = floored(contact.offered.astimezone(zone))
            channels = term.get("channels", contract.get("channels"))
            if not (first <= wall.date() < end and chosen(contact, channels) and within(contact.site, wall)):
                continue
            at = contact.offered.replace(minute=contact.offered.minute // 15 * 15, second=0, microsecond=0)
            if contact.site not in contract["sites"] or any(start <= at < until for start, until in spans):
                continue
            numerator, denominator = parts(term["metric"], contact)
            window = windows[window_key(wall, term["window"])]
            window.numerator, window.denominator = window.numerator + numerator, window.denominator + denominator
            outcome.numerator, outcome.denominator = outcome.numerator + numerator, outcome.denominator + denominator
        outcome.windows = sorted(windows.values(), key=lambda each: each.start)
        for window in outcome.windows:
            window.state = state(term, window, as_of)
        outcome.amount = due(term, outcome)
        found[term["term"]] = outcome
    return found


def state(term: dict[str, Any], window: Window, as_of: datetime) -> str:
    """Return the state of a window."""
    if not window.left:
        return "excluded"
    if as_of < window.end:
        return "pending"
    if not window.denominator:
        return "empty"
    return "met" if reaches(term, window.numerator / window.denominator, term["target"]) else "missed"


def reaches(term: dict[str, Any], value: Fraction, bound: float) -> bool:
    """Return whether a value is at least as good as a bound."""
    exact = Fraction(str(bound))
    return value >= exact if term["metric"].startswith("service_level") else value <= exact


def due(term: dict[str, Any], outcome: Outcome) -> Decimal:
    """Compute the amount that is due for a term. Each part is rounded to the cent."""
    value = outcome.numerator / outcome.denominator if outcome.denominator else None
    penalties, bonus = Decimal(0), Decimal(0)
    missed = sum(window.state == "missed" for window in outcome.windows)
    steps = []
    bonuses = []
    for rule in term.get("rules", []):
        amount = Decimal(str(rule["amount"]))
        if rule["rule"] == "missed_window":
            penalties += amount * missed
        elif rule["rule"] == "point" and value is not None and not reaches(term, value, term["target"]):
            off = abs(value - Fraction(str(term["target"]))) * (1 if term["metric"] == "aht" else 100)
            counts: dict[str, Fraction | int] = {"started": math.ceil(off), "whole": math.floor(off), "exact": off}
            counted = counts[rule.get("counted", "started")]
            penalties += rounded(Fraction(amount) * counted)
        elif rule["rule"] == "step" and value is not None and not reaches(term, value, rule["worse_than"]):
            steps.append((abs(Fraction(str(rule["worse_than"])) - Fraction(str(term["target"]))), amount))
        elif rule["rule"] == "bonus" and value is not None and reaches(term, value, rule["at_least"]):
            bonuses.append((abs(Fraction(str(rule["at_least"])) - Fraction(str(term["target"]))), amount))
    penalties += max(steps, default=(0, Decimal(0)))[1]
    bonus = max(bonuses, default=(0, Decimal(0)))[1]
    if "cap" in term:
        penalties = min(penalties, Decimal(str(term["cap"])))
    return penalties - bonus


def rounded(amount: Fraction) -> Decimal:
    """Round an amount to the cent, half up."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
