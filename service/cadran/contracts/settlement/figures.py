"""The figures behind a contract: the engine's answers about its metrics, by cell and place.

The reader takes a contract and local days. It asks the engine one question for each set of channels and queues, place
and month, at the grain of the contract's cells, and returns sums by cell. The engine does all counting. It counts a
threshold exactly, because the stored contract names it. A place is a site if each site has separate hours; otherwise it
is all sites together (""). The questions are asked as the principal ``contract``, whose scope is the contract's sites.
All callers who may see the contract therefore see the same figures, and no caller sees figures of other sites.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from cadran import sqlfiles
from cadran.contracts.model.contract import Contract
from cadran.contracts.model.term import Term
from cadran.contracts.model.windows import Cell, Open, can_count_by_day, make_cells, make_hours_test, to_utc
from cadran.contracts.settlement.attainment import NOTHING, Sums, to_fraction
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Figures
from cadran.domain.ask import Ask, Condition
from cadran.domain.metric import WAIT_FROM, Label
from cadran.domain.metric_ref import parse_metric_ref
from cadran.domain.question import Filter, MetricRef
from cadran.domain.window import Grain
from cadran.engine.desk import Desk
from cadran.store.pool import Pool

EVERYWHERE: Final = ""
#: The metrics that count contacts, or visits, of unknown wait.
UNKNOWN_COUNTS: Final = frozenset({"unknown_waits", "queue_unknown_waits"})
CONTACTS: Final = parse_metric_ref("contacts")
#: The most questions of a contract that run at the same time.
AT_ONCE: Final = 2
Codes = tuple[str, ...] | None
AnswerListener = Callable[[Ask, Answer], None]
Row = tuple[Cell, Mapping[str, Sums], frozenset[str]]


class Scope(NamedTuple):
    """The channels and the queues of which contacts or visits count; None means all."""

    channels: Codes
    queues: Codes = None


@dataclass(slots=True)
class ContractSums:
    """The sums of a contract by metric and what it counts, then by cell, then by place; and the hours of each place."""

    cells: Sequence[Cell]
    places: tuple[str, ...]
    hours: Mapping[str, Open]
    sums: dict[tuple[MetricRef, Scope], dict[datetime, dict[str, Sums]]] = field(default_factory=dict)
    as_of: datetime | None = None
    version: int = 0
    warnings: dict[str, Label] = field(default_factory=dict)

    def rows(self, call: MetricRef, scope: Scope) -> Iterator[Row]:
        """Yield each cell with its sums by place, and the places that are open in it."""
        known = self.sums.get((call, scope), {})
        for cell in self.cells:
            yield cell, known.get(cell.start, {}), self.open(cell)

    def counts(self, scope: Scope) -> Iterator[tuple[Cell, int]]:
        """Yield each cell with the number of contacts that came to open places."""
        for cell, found, places in self.rows(CONTACTS, scope):
            yield cell, int(sum((found.get(place, NOTHING).numerator for place in places), NOTHING.numerator))

    def open(self, cell: Cell) -> frozenset[str]:
        """Return the places that are open in a cell."""
        return frozenset(place for place in self.places if self.hours[place](cell.start, cell.wall))

    def by_date(self, term: Term, contract: Contract) -> dict[date, Sums]:
        """Return a term's sums by local day, within the hours."""
        found: dict[date, Sums] = {}
        for cell, sums, places in self.rows(term.call, find_scope(term, contract)):
            day = cell.wall.date()
            for place in places:
                found[day] = found.get(day, NOTHING) + sums.get(place, NOTHING)
            found.setdefault(day, NOTHING)
        return found


def find_unknown_count(call: MetricRef) -> MetricRef | None:
    """Return the metric that counts the contacts, or visits, of unknown wait that a figure concerns; None if it
    reads no wait."""
    unknown = call.metric.formula(call.values()).unknown
    if unknown is None or unknown.value not in ("wait", "visit_wait"):
        return None
    if unknown.value == "visit_wait":
        return parse_metric_ref(f"queue_unknown_waits(of={unknown.of})")
    begun = call.values().get(WAIT_FROM, "offer")
    return parse_metric_ref(f"unknown_waits(of={unknown.of},{WAIT_FROM}={begun})")


def find_scope(term: Term, contract: Contract) -> Scope:
    """Return what a term counts."""
    return Scope(term.channels if term.channels is not None else contract.channels, term.queues)


@dataclass(frozen=True, slots=True)
class ContractFigures:
    """The reader of a contract's figures: asks the desk, and reads opening calendars from ``pool``."""

    desk: Desk
    pool: Pool

    async def between(
        self,
        contract: Contract,
        first: date,
        end: date,
        *,
        volumes: bool = True,
        on_answer: AnswerListener = lambda _ask, _answer: None,
    ) -> ContractSums:
        """Read the figures of a contract between two local days. Without ``volumes``, the contacts that came and those
        of unknown wait are not read. ``on_answer`` receives each question with its answer. Raises the refusals of the
        questions."""
        days = can_count_by_day(contract)
        places = contract.sites if contract.hours == "calendar" else (EVERYWHERE,)
        spans = await self._spans(contract, first, end) if contract.hours == "calendar" else {}
        hours = {place: make_hours_test(contract, spans.get(place, ())) for place in places}
        found = ContractSums(make_cells(first, end, contract.zone, days=days), places, hours)
        grain = Grain.DAY if days else Grain.QUARTER_HOUR
        # Rollups hold days on the sites' own clock. The question names a zone only if the contract's clock differs.
        directory = self.desk.directory()
        known = directory.codes.get("site", {})
        own = directory.zone_of(known.get(site.lower(), 0) for site in contract.sites) == contract.zone
        zone = None if own else contract.zone
        asked = list(_asks(contract, places, _months(first, end), zone, grain=grain, volumes=volumes))
        room = asyncio.Semaphore(AT_ONCE)
        asker = Principal("contract", scope=(Filter("site", contract.sites),))

        async def answered(ask: Ask) -> Answer:
            async with room:
                return await self.desk.ask(ask, asker)

        for (place, scope, ask), answer in zip(
            asked, await _in_order(answered(ask) for _, _, ask in asked), strict=True
        ):
            on_answer(ask, answer)
            _add(found, place, scope, answer, {each.call.slug for each in contract.terms})
        return found

    async def _spans(
        self, contract: Contract, first: date, end: date
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]]]:
        """Read the opening times of each site from its calendar."""
        margin = timedelta(days=2)
        low, high = (datetime.combine(day, datetime.min.time(), UTC) for day in (first - margin, end + margin))
        found: dict[str, list[tuple[datetime, datetime]]] = {}
        for row in await self.pool.fetch(
            sqlfiles.read("contracts/contracts.sql:open_spans"), [[*contract.sites], low, high]
        ):
            found.setdefault(row["code"], []).append((row["starts_at"], row["ends_at"]))
        return found


async def _in_order(works: Iterable[Awaitable[Answer]]) -> list[Answer]:
    return list(await asyncio.gather(*works))


def _asks(
    contract: Contract,
    places: Sequence[str],
    spans: Sequence[tuple[date, date]],
    zone: str | None,
    *,
    grain: Grain,
    volumes: bool,
) -> Iterator[tuple[str, Scope, Ask]]:
    metrics: dict[Scope, dict[MetricRef, None]] = {}
    for term in contract.terms:
        metrics.setdefault(find_scope(term, contract), {})[term.call] = None
        count = find_unknown_count(term.call) if volumes else None
        if count is not None:
            metrics[find_scope(term, contract)][count] = None
    if volumes and contract.volumes is not None:
        metrics.setdefault(Scope(contract.channels), {})[CONTACTS] = None
    for start, until in spans:
        for place in places:
            for scope, calls in metrics.items():
                where = [Condition("site", [place] if place else contract.sites)]
                named = (("channel", scope.channels), ("queue", scope.queues))
                where += [Condition(name, codes) for name, codes in named if codes is not None]
                ask = Ask(
                    tuple(calls), start=start.isoformat(), end=until.isoformat(), zone=zone,
                    grain=grain.value, where=where,
                )  # fmt: skip
                yield place, scope, ask


def _months(first: date, end: date) -> list[tuple[date, date]]:
    """Return the months between two days. The engine counts any threshold exactly in a question of a month."""
    found = []
    while first < end:
        following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        found.append((first, min(end, following)))
        first = following
    return found


def _add(found: ContractSums, place: str, scope: Scope, answer: Answer, terms: AbstractSet[str]) -> None:
    starts = next(key for key in answer.keys if key.name == "start")
    instants = [to_utc(str(start)) for start in starts.values]
    for figures in answer.figures:
        by_cell = found.sums.setdefault((figures.call, scope), {})
        for row, start in enumerate(instants):
            by_place = by_cell.setdefault(start, {})
            by_place[place] = by_place.get(place, NOTHING) + _sums(figures, row)
    as_of = answer.freshness.as_of
    found.as_of = as_of if found.as_of is None or as_of is None else min(found.as_of, as_of)
    found.version = max(found.version, answer.freshness.version)
    for notice in answer.warnings:
        # A statement counts the unknown waits of its terms itself, over the whole period. Intervals have none to count.
        of_counts = bool(notice.about) and UNKNOWN_COUNTS - terms >= {*notice.about}
        if notice.code != "unknown_waits" and not of_counts:
            found.warnings[notice.code] = notice.detail


def _sums(figures: Figures, row: int) -> Sums:
    return Sums(
        to_fraction(figures.numerators[row]), to_fraction(figures.denominators[row]), to_fraction(figures.n[row])
    )
