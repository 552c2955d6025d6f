"""The company's dimensions as canonical rows: organisation, opening hours, norms, tariffs and budgets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from cadran.demo.days import holidays
from cadran.demo.staff import people
from cadran.demo.world import (
    CHANNELS,
    HOURS,
    LYO,
    MOMENTS,
    PARTNERS,
    SATURDAY,
    SEGMENTS,
    SITES,
    SUNDAY,
    WORKDAY,
    ZONE,
    Row,
    team_code,
)

_HALVES = (("morning", "matin"), ("afternoon", "après-midi"))


def partners() -> Iterator[Row]:
    for partner in PARTNERS:
        yield {"partner": partner.code, "label_en": partner.en, "label_fr": partner.fr}


def sites() -> Iterator[Row]:
    for site in SITES:
        yield {"site": site.code, "partner": site.partner, "zone": ZONE, "label_en": site.en, "label_fr": site.fr}


def openings() -> Iterator[Row]:
    kinds = [WORKDAY] * 5 + [SATURDAY, SUNDAY]
    for position, site in enumerate(SITES):
        for weekday, kind in enumerate(kinds, 1):
            if kind != SUNDAY or position == LYO:
                opens, closes = HOURS[kind]
                times = {"opens": f"{opens // 3600:02d}:00", "closes": f"{closes // 3600:02d}:00"}
                yield {"site": site.code, "weekday": str(weekday), **times}


def closings(years: Iterable[int]) -> Iterator[Row]:
    """Yield the public holidays. All sites are closed except Lyon, which has its Sunday hours."""
    opens, closes = HOURS[SUNDAY]
    for day in sorted(day for year in years for day in holidays(year)):
        for position, site in enumerate(SITES):
            row: Row = {"site": site.code, "day": day.isoformat(), "opens": None, "closes": None}
            if position == LYO:
                row |= {"opens": f"{opens // 3600:02d}:00", "closes": f"{closes // 3600:02d}:00"}
            yield row


def teams() -> Iterator[Row]:
    for position, site in enumerate(SITES):
        if site.one_team:
            yield {"team": team_code(position, 0), "site": site.code, "label_en": site.en, "label_fr": site.fr}
            continue
        for half, (english, french) in enumerate(_HALVES):
            yield {
                "team": team_code(position, half),
                "site": site.code,
                "label_en": f"{site.en}, {english}",
                "label_fr": f"{site.fr}, {french}",
            }


def agents() -> Iterator[Row]:
    for person in people():
        yield {
            "agent": person.code,
            "team": person.team,
            "joined_on": person.joined.isoformat(),
            "left_on": person.left.isoformat() if person.left else None,
            "label_en": person.label,
            "label_fr": person.label,
        }


def segments() -> Iterator[Row]:
    for segment in SEGMENTS:
        yield {"segment": segment.code, "label_en": segment.en, "label_fr": segment.fr}


def channels() -> Iterator[Row]:
    for channel in CHANNELS:
        yield {
            "channel": channel.code,
            "kind": channel.kind,
            "asynchronous": _flag(channel.asynchronous),
            "label_en": channel.en,
            "label_fr": channel.fr,
        }


def answer_norms() -> Iterator[Row]:
    for channel in CHANNELS:
        good, bad = channel.norm
        yield {"channel": channel.code, "good_seconds": str(good), "bad_seconds": str(bad)}


def moments() -> Iterator[Row]:
    for moment in MOMENTS:
        yield {
            "moment": moment.code,
            "complaint": _flag(moment.complaint),
            "label_en": moment.en,
            "label_fr": moment.fr,
        }


def reasons() -> Iterator[Row]:
    for moment in MOMENTS:
        for reason in moment.reasons:
            yield {
                "reason": f"{moment.code}.{reason.code}",
                "moment": moment.code,
                "label_en": reason.en,
                "label_fr": reason.fr,
            }


def tariffs() -> Iterator[Row]:
    """Yield the tariffs by channel, in euros per minute, for contacts without a recorded cost."""
    for channel in CHANNELS:
        yield {"channel": channel.code, "valid_from": "2014-01-01", "per_minute": f"{channel.per_minute:.2f}"}


def budgets(year_amount: float, years: Sequence[int], shares: Mapping[int, float]) -> Iterator[Row]:
    """Yield budgets by site and month in whole euros: for 2015, January 2016 and ``years``.

    Budgets grow by two per cent a year. ``shares`` gives each month's share of the year. The months of 2015 add up to
    ``year_amount``, except for rounding.
    """
    for year in (2015, 2016, *years):
        amount = year_amount * 1.02 ** (year - 2015)
        for month, share in shares.items():
            if year == 2016 and month > 1 and 2016 not in years:
                continue
            for site in SITES:
                part = amount * share * site.budget
                yield {"site": site.code, "month": date(year, month, 1).isoformat(), "amount": f"{part:.0f}"}


def _flag(value: bool) -> str:
    return "true" if value else "false"
