"""The innermost ring: it plans a question, runs the statements concurrently and shapes the answer.

The engine does not depend on the cache, the scope or an edge.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from cachetools import LRUCache

from cadran import sqlfiles, telemetry
from cadran.compiler.bundle import bundle, group_fragments, join_statements, split_bundle, split_row
from cadran.compiler.columns import Rows
from cadran.compiler.cost import count_values, make_sheet
from cadran.compiler.plan import Plan
from cadran.compiler.select import Fragment, read_by_rows
from cadran.compiler.shape import shape_answer
from cadran.compiler.special.open_days import splits_days
from cadran.compiler.statement import Statement
from cadran.compiler.supported_dimensions import counts_people
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Freshness
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.engine.batch import AnswerOrRefusal
from cadran.engine.offload import run_aside
from cadran.engine.planner import Planner
from cadran.engine.reading import read_rows
from cadran.engine.secured_reader import SecuredReader
from cadran.engine.ttl import Lifetimes
from cadran.engine.values_under_way import ValueLimit
from cadran.engine.versions import Reach, Versions, reach_of
from cadran.errors import QuestionRefused, RollupsChanged

log = logging.getLogger(__name__)
_Computed = TypeVar("_Computed")

#: Entries of the cache of data versions, about 500 bytes each.
_VERSIONS_MAX = 1_024
#: The most arguments of a statement. PostgreSQL's protocol counts them in 16 bits, of which asyncpg uses 15.
_ARGUMENTS_MAX = 30_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a question.

    ``values_max`` bounds an answer. Up to ``exact_contacts_max`` contacts, distinct customers are counted exactly.
    ``connections`` is how many connections one question may use at once. Its other statements wait for them, so that
    other questions get the rest and no question fills the queue by itself.
    """

    values_max: int
    exact_contacts_max: int
    connections: int


class Engine:
    """The ring that computes answers from PostgreSQL."""

    def __init__(
        self,
        reads: SecuredReader,
        *,
        versions: Versions,
        directory: Callable[[], Directory],
        clock: Callable[[], datetime],
        limits: Limits,
        lifetimes: Lifetimes,
        reload: Callable[[], Awaitable[None]],
        room: ValueLimit,
    ) -> None:
        self._reads = reads
        self._reload = reload
        # Separate from the room of requests, because a computation can outlive the request that began it.
        self._room = room
        self._versions = versions
        self._directory = directory
        self._clock = clock
        self._limits = limits
        self._lifetimes = lifetimes
        self._planner = Planner(values_max=limits.values_max)
        self._read_versions: LRUCache[tuple[int, Reach], int] = LRUCache(_VERSIONS_MAX)

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Compute the answer, under the principal's row-level security. The ring `scoped` has applied the scope.

        Raises QuestionRefused, DatabaseUnavailable, DatabaseTimeout.
        """
        return await self._compute(partial(self._answer, question, principal))

    async def _compute(self, attempt: Callable[[], Awaitable[_Computed]]) -> _Computed:
        """Return the result of the attempt. If the rollups have changed since the directory was read, read it again and
        try once more."""
        try:
            return await attempt()
        except RollupsChanged as change:
            log.info("planning again: %s", change.internal)
            await self._reload()
            return await attempt()

    async def _answer(self, question: Question, principal: Principal) -> Answer:
        directory = self._directory()
        with telemetry.stage("plan"):
            # This comes first, so that an impossible question is refused before anything is read.
            planned = self._planner.plan(question, directory, sampled=False)
        if counts_people(question) and await self._is_large(question, directory, principal):
            planned = self._planner.plan(question, directory, sampled=True)
        freshness = self._freshness(question, directory)
        async with self._room.take(_values([question], directory)):
            results = await self._run(planned.fragments, principal)
            with telemetry.stage("shape"):
                return await run_aside(
                    _figures([planned], results), partial(shape_answer, planned, results, directory, freshness)
                )

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        """Compute the answers with as few statements as possible (nearly always one), under row-level security.

        If distinct people are counted, another statement runs first. A refused question has its refusal in place of an
        answer. Raises DatabaseUnavailable, DatabaseTimeout.
        """
        return await self._compute(partial(self._together, questions, principal))

    async def _together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        directory = self._directory()
        found: list[AnswerOrRefusal | Plan] = []
        with telemetry.stage("plan"):
            for question in questions:
                try:
                    found.append(self._planner.plan(question, directory, sampled=False))
                except QuestionRefused as refusal:
                    found.append(refusal)
        possible = [each.question for each in found if isinstance(each, Plan)]
        large = await self._find_large_questions(possible, directory, principal)
        plans = [_by_rows(self._planner.plan(each, directory, sampled=each in large)) for each in possible]
        freshness = [self._freshness(each.question, directory) for each in plans]
        fragments = [fragment for each in plans for fragment in each.fragments]
        async with self._room.take(_values([each.question for each in plans], directory)):
            results = await self._run_together(fragments, principal)
            with telemetry.stage("shape"):
                answers = await run_aside(
                    _figures(plans, results), partial(_shaped, plans, results, directory, freshness)
                )
        in_order = iter(answers)
        return [next(in_order) if isinstance(each, Plan) else each for each in found]

    async def _is_large(self, question: Question, directory: Directory, principal: Principal) -> bool:
        """Return whether the window has more than ``exact_contacts_max`` contacts, so that distinct customers are
        estimated."""
        rows = await self._reads.fetch(_volume(question, directory), principal)
        return self._exceeds(rows[0]["contacts"])

    async def _find_large_questions(
        self, questions: Sequence[Question], directory: Directory, principal: Principal
    ) -> set[Question]:
        """Return the questions whose windows have so many contacts that distinct customers are estimated."""
        counting = [each for each in questions if counts_people(each)]
        if not counting:
            return set()
        asked = bundle([_volume(each, directory) for each in counting])
        rows = split_bundle(await self._reads.fetch(asked, principal), [0] * len(counting))
        return {each for each, volume in zip(counting, rows, strict=True) if self._exceeds(volume[0][0])}

    def _exceeds(self, contacts: object) -> bool:
        return int(contacts or 0) > self._limits.exact_contacts_max  # type: ignore[call-overload, no-any-return]  # a bigint

    async def _run_together(self, fragments: Sequence[Fragment], principal: Principal) -> list[Rows]:
        found: list[Rows] = []
        for few in bundles(fragments):
            asked = bundle([each.statement for each in few])
            rows = await read_rows(self._reads, asked, principal)
            found.extend(split_bundle(rows, [len(each.keys) for each in few]))
        return found

    async def _run(self, fragments: tuple[Fragment, ...], principal: Principal) -> list[Rows]:
        groups = group_fragments(fragments)
        together = [[fragments[number] for number in group] for group in groups]
        if len(groups) == 1:
            return await self._fetch(together[0], principal)
        free = asyncio.Semaphore(self._limits.connections)

        async def fetched(few: Sequence[Fragment]) -> list[Rows]:
            async with free:
                return await self._fetch(few, principal)

        found: dict[int, Rows] = {}
        for group, results in zip(groups, await asyncio.gather(*map(fetched, together)), strict=True):
            found.update(zip(group, results, strict=True))
        return [found[number] for number in range(len(fragments))]

    async def _fetch(self, few: Sequence[Fragment], principal: Principal) -> list[Rows]:
        """Return the rows of fragments that one statement reads."""
        asked = few[0].statement if len(few) == 1 else join_statements(few)
        with telemetry.statement(asked.sql) as execution:
            rows: Rows = await self._reads.fetch(asked, principal)  # type: ignore[assignment]  # a record is a sequence in all but name
            results = [rows] if len(few) == 1 else split_row(few, rows[0])
            returned = sum(_count(each, found) for each, found in zip(few, results, strict=True))
            execution.set({"db.response.returned_rows": returned})
            return results

    def _freshness(self, question: Question, directory: Directory) -> Freshness:
        """Return how far the data reach and how long the answer is fresh, as known before the first statement runs."""
        now = self._clock()
        reach = reach_of(question, directory)
        horizon = self._versions.horizon
        version = max(self._version(reach), self._versions.directory_version)
        live = any(call.metric.family == "live" for call in question.metrics)
        as_of = self._versions.seen if live else horizon
        stale_after = now + timedelta(seconds=self._lifetimes.seconds(reach, horizon))
        begins = self._versions.find_first_days() if splits_days(question) else {}
        since = self._versions.first_day(reach[0])
        return Freshness(as_of, now, stale_after, version, since=since, begins=begins)

    def _version(self, reach: Reach) -> int:
        """Return the data version of the sites and days of ``reach``. It is cached until the next notified change."""
        key = (self._versions.epoch, reach)
        found = self._read_versions.get(key)
        if found is None:
            found = self._read_versions[key] = self._versions.version_of(*reach)
        return found


def _by_rows(planned: Plan) -> Plan:
    """Return the plan with statements that return plain rows, because a bundle of statements needs them."""
    return replace(planned, fragments=tuple(map(read_by_rows, planned.fragments)))


def _shaped(
    plans: Sequence[Plan], results: Sequence[Rows], directory: Directory, freshness: Sequence[Freshness]
) -> list[AnswerOrRefusal]:
    found: list[AnswerOrRefusal] = []
    for each, fresh in zip(plans, freshness, strict=True):
        found.append(shape_answer(each, results[: len(each.fragments)], directory, fresh))
        results = results[len(each.fragments) :]
    return found


def _figures(plans: Sequence[Plan], results: Sequence[Rows]) -> int:
    """Return how many figures the rows yield at most."""
    fragments = [fragment for each in plans for fragment in each.fragments]
    rows = max((_count(fragment, found) for fragment, found in zip(fragments, results, strict=True)), default=0)
    return rows * sum(len(each.recipes) for each in plans)


def _values(questions: Sequence[Question], directory: Directory) -> int:
    """Return how many values the answers may have."""
    return sum(count_values(make_sheet(each), directory) for each in questions)


def _count(fragment: Fragment, rows: Rows) -> int:
    """Return how many rows a statement returned, either as one row of arrays or as single rows."""
    return len(rows[0][0] or ()) if fragment.arrays else len(rows)  # type: ignore[arg-type]  # an array, as the fragment says


def bundles(fragments: Sequence[Fragment], *, arguments_max: int = _ARGUMENTS_MAX) -> Iterator[Sequence[Fragment]]:
    """Split the fragments into as few runs as the limit of arguments allows: nearly always one."""
    first = arguments = 0
    for number, each in enumerate(fragments):
        arguments += len(each.statement.arguments)
        if arguments > arguments_max and number > first:
            yield fragments[first:number]
            first, arguments = number, len(each.statement.arguments)
    if first < len(fragments):
        yield fragments[first:]


def _volume(question: Question, directory: Directory) -> Statement:
    """Return the statement that estimates the contacts of a window by counting those of the months that it touches."""
    first, end = question.window.days(directory.zones.values())
    sites = sites_in(question.where, directory)
    wanted = list(directory.zones) if sites is None else list(sites)
    return Statement(sqlfiles.read("engine/volume.sql").rstrip(), (first.replace(day=1), end, wanted))
