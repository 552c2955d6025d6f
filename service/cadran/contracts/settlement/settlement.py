"""A contract settled for a period: each term attained, what is left of it, what to expect, what is due.

Takes a contract, a period and the figures that the engine answers; gives the settlement. The same contract, period and
data give the same settlement, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from cadran.contracts.model.contract import Contract, Period
from cadran.contracts.model.term import Term
from cadran.contracts.model.windows import Excluded, Taken, above, force_majeure
from cadran.contracts.settlement.attainment import NOTHING, Attainment, Sums, attained
from cadran.contracts.settlement.figures import ContractFigures, Found, Told, channels_of
from cadran.contracts.settlement.forecast import DAYS, Outlook, outlook
from cadran.contracts.settlement.margin import Margin, margin
from cadran.contracts.settlement.penalty import Line, capped, due, lines
from cadran.domain.metric import Label
from cadran.domain.window import zone_info


@dataclass(frozen=True, slots=True)
class Settled:
    """A term over a period."""

    term: Term
    attainment: Attainment
    margin: Margin
    outlook: Outlook
    lines: tuple[Line, ...]

    @property
    def due(self) -> Decimal:
        """Above 0 owed by the partner, below 0 to it."""
        return due(self.lines)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A contract over a period. ``over``: the data reach past the period's end. ``lines``: what concerns all terms."""

    contract: Contract
    period: Period
    terms: tuple[Settled, ...]
    excluded: tuple[Excluded, ...]
    lines: tuple[Line, ...]
    as_of: datetime | None
    version: int
    warnings: Mapping[str, Label]

    @property
    def over(self) -> bool:
        """Whether no data of the period are to come any more."""
        return self.as_of is not None and self.as_of >= self.period.bounds[1]

    @property
    def due(self) -> Decimal:
        """The sum of all lines."""
        return sum((each.due for each in self.terms), due(self.lines))


async def settle(
    figures: ContractFigures, contract: Contract, period: Period, *, told: Told = lambda _ask, _answer: None
) -> Settlement:
    """The settlement as the data are now. Raises what the questions behind it are refused for."""
    found = await figures.between(contract, period.start, period.end, told=told)
    excluded = force_majeure(contract, period)
    if contract.volumes is not None:
        excluded += above(contract.volumes, period, found.counts(contract.channels))
    taken = Taken(excluded)
    attainments = [
        attained(term, found.rows(term.call, channels_of(term, contract)), taken, found.as_of)
        for term in contract.terms
    ]
    outlooks = await _outlooks(figures, contract, period, found, attainments, told)
    terms = tuple(
        Settled(each.term, each, margin(each.term, each.sums), expected, lines(each))
        for each, expected in zip(attainments, outlooks, strict=True)
    )
    every = [line for term in terms for line in term.lines]
    told_first = tuple(sorted(excluded, key=lambda each: (each.start, each.kind)))
    return Settlement(
        contract, period, terms, told_first, capped(every, contract.cap), found.as_of, found.version, found.warnings
    )


async def _outlooks(
    figures: ContractFigures,
    contract: Contract,
    period: Period,
    found: Found,
    attainments: list[Attainment],
    told: Told,
) -> list[Outlook]:
    """What to expect of each term; only a period that is under way needs a look at the past."""
    if found.as_of is None:
        return [Outlook("none") for _ in attainments]
    present = found.as_of.astimezone(zone_info(contract.zone)).date()
    if found.as_of >= period.bounds[1]:
        return [outlook(each.term, each.sums, NOTHING, {}, ()) for each in attainments]
    first = max(present, period.start)
    left = [first + timedelta(days=number) for number in range((period.end - first).days)]
    past = await figures.between(contract, present - timedelta(days=DAYS), present, volumes=False, told=told)
    told_outlooks = []
    for each in attainments:
        today = found.by_date(each.term, contract).get(present, NOTHING)
        days = _since_first(past.by_date(each.term, contract))
        told_outlooks.append(outlook(each.term, each.sums, today, days, left))
    return told_outlooks


def _since_first(days: Mapping[date, Sums]) -> dict[date, Sums]:
    """The days from the first one with data on: what was before is not known to have been closed."""
    first = min((day for day, sums in days.items() if sums.denominator), default=date.max)
    return {day: sums for day, sums in days.items() if day >= first}
