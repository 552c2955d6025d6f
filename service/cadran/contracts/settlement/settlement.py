"""The settlement of a contract for a period: the attainment, margin, forecast and amount due of each term.

``settle`` computes the settlement of a contract and a period from the engine's figures. The same contract, period and
data give the same settlement for every caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from cadran.compiler.warnings.unknown_values import describe_waits
from cadran.contracts.model.contract import Contract, Period
from cadran.contracts.model.term import Term
from cadran.contracts.model.windows import Exclusion, Exclusions, find_force_majeure, find_volume_exclusions
from cadran.contracts.settlement.attainment import NOTHING, Attainment, Sums, compute_attainment, sum_counted
from cadran.contracts.settlement.figures import (
    AnswerListener,
    ContractFigures,
    ContractSums,
    Scope,
    find_scope,
    find_unknown_count,
)
from cadran.contracts.settlement.forecast import DAYS, Forecast, forecast_term
from cadran.contracts.settlement.margin import Margin, compute_margin
from cadran.contracts.settlement.penalty import Line, cap_line, compute_lines, sum_lines
from cadran.domain.metric import MISSED, UNKNOWN_WAITS, Label
from cadran.domain.window import load_zone


@dataclass(frozen=True, slots=True)
class SettledTerm:
    """A term settled for a period."""

    term: Term
    attainment: Attainment
    margin: Margin
    outlook: Forecast
    lines: tuple[Line, ...]

    @property
    def due(self) -> Decimal:
        """Return the amount due for the term: above 0 the partner owes it, below 0 the partner receives it."""
        return sum_lines(self.lines)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A contract settled for a period. ``lines`` concern all terms: the contract's cap. ``as_of`` is how far
    the data reach; ``version`` is the data version."""

    contract: Contract
    period: Period
    terms: tuple[SettledTerm, ...]
    excluded: tuple[Exclusion, ...]
    lines: tuple[Line, ...]
    as_of: datetime | None
    version: int
    warnings: Mapping[str, Label]

    @property
    def over(self) -> bool:
        """Return whether the data reach past the period's end."""
        return self.as_of is not None and self.as_of >= self.period.bounds[1]

    @property
    def due(self) -> Decimal:
        """Return the amount due for the period: the sum of all lines."""
        return sum((each.due for each in self.terms), sum_lines(self.lines))


async def settle(
    figures: ContractFigures,
    contract: Contract,
    period: Period,
    *,
    on_answer: AnswerListener = lambda _ask, _answer: None,
) -> Settlement:
    """Settle a contract for a period with the current data. ``on_answer`` receives each question with its answer.
    Raises the refusals of these questions."""
    found = await figures.between(contract, period.start, period.end, on_answer=on_answer)
    excluded = find_force_majeure(contract, period)
    if contract.volumes is not None:
        excluded += find_volume_exclusions(contract.volumes, period, found.counts(Scope(contract.channels)))
    exclusions = Exclusions(excluded)
    attainments = [_attain(term, contract, found, exclusions) for term in contract.terms]
    outlooks = await _outlooks(figures, contract, period, found, attainments, on_answer)
    terms = tuple(
        SettledTerm(each.term, each, compute_margin(each.term, each.sums), expected, compute_lines(each))
        for each, expected in zip(attainments, outlooks, strict=True)
    )
    every = [line for term in terms for line in term.lines]
    ordered = tuple(sorted(excluded, key=lambda each: (each.start, each.kind)))
    warnings = found.warnings | warn_of_unknown(attainments)
    return Settlement(
        contract, period, terms, ordered, cap_line(every, contract.cap), found.as_of, found.version, warnings
    )


def _attain(term: Term, contract: Contract, found: ContractSums, exclusions: Exclusions) -> Attainment:
    """Return the attainment of a term with the contacts of unknown wait."""
    scope, count = find_scope(term, contract), find_unknown_count(term.call)
    attainment = compute_attainment(term, found.rows(term.call, scope), exclusions, found.as_of)
    unknown = None if count is None else sum_counted(found.rows(count, scope), exclusions)
    return replace(attainment, unknown=unknown)


def warn_of_unknown(attainments: Iterable[Attainment]) -> dict[str, Label]:
    """Return the warning (``unknown_waits``) of the terms that concern contacts of unknown wait."""
    found = []
    for each in attainments:
        unknown = each.term.call.metric.formula(each.term.call.values()).unknown
        if each.unknown is not None and each.unknown.numerator and unknown is not None:
            missed = each.term.call.values().get(UNKNOWN_WAITS) == MISSED
            names = Label(each.term.code, each.term.code)
            count, whole = int(each.unknown.numerator), int(each.unknown.n)
            found.append(describe_waits(names, unknown, count, whole, missed=missed))
    if not found:
        return {}
    return {"unknown_waits": Label(" ".join(each.en for each in found), " ".join(each.fr for each in found))}


async def _outlooks(
    figures: ContractFigures,
    contract: Contract,
    period: Period,
    found: ContractSums,
    attainments: list[Attainment],
    on_answer: AnswerListener,
) -> list[Forecast]:
    """Forecast each term. Only a period that is not over needs the figures of the past weeks."""
    if found.as_of is None:
        return [Forecast("none") for _ in attainments]
    present = found.as_of.astimezone(load_zone(contract.zone)).date()
    if found.as_of >= period.bounds[1]:
        return [forecast_term(each.term, each.sums, NOTHING, {}, ()) for each in attainments]
    first = max(present, period.start)
    left = [first + timedelta(days=number) for number in range((period.end - first).days)]
    past = await figures.between(contract, present - timedelta(days=DAYS), present, volumes=False, on_answer=on_answer)
    outlooks = []
    for each in attainments:
        today = found.by_date(each.term, contract).get(present, NOTHING)
        days = _since_first(past.by_date(each.term, contract))
        outlooks.append(forecast_term(each.term, each.sums, today, days, left))
    return outlooks


def _since_first(days: Mapping[date, Sums]) -> dict[date, Sums]:
    """Return the days from the first day with data on. Earlier days without data may be days that were not recorded."""
    first = min((day for day, sums in days.items() if sums.denominator), default=date.max)
    return {day: sums for day, sums in days.items() if day >= first}
