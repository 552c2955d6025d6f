"""Questions that nobody has asked before: another window and other filters in each request, so that no cache answers.

The service runs as in production, with its caches, its access log and a key. It is measured against an application
written by hand that reads the same rollup and returns the same content, and over GraphQL against itself over REST.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from itertools import combinations, islice
from math import isclose
from random import Random
from statistics import median
from typing import Any, Final, NamedTuple

import orjson

from tests.bench import serving
from tests.bench.by_hand import LEVEL
from tests.bench.fill import SITES, YEAR
from tests.bench.result_line import Line, measure_in_turns
from tests.bench.serving import Load, Request, Worker
from tests.keys import give_key

#: More questions than are answered in one slice.
QUESTIONS_A_SLICE: Final = 1_500
#: Months begin on each day from January to November: no contact of the benchmark is still open then.
_FIRST_DAYS: Final = 300
DOCUMENT: Final = """query Month($start: String!, $end: String!, $where: IndicatorFilter) {
  indicators(period: {start: $start, end: $end}, grain: DAY, by: [SITE], where: $where) {
    rows { window { start } site { code } qos { value } aht { value } serviceLevel(within: 20) { value } }
    totals { qos { value } aht { value } serviceLevel(within: 20) { value } }
  }
}"""
#: The members that describe the moment or the state of the database, and not the figures.
_OF_THE_MOMENT: Final = ("generated_at", "stale_after", "data_version")


class Month(NamedTuple):
    """A window of about a month, and the sites that a filter leaves out."""

    first: date
    end: date
    left_out: tuple[str, ...]

    def over_rest(self, *, parts: bool = False) -> Request:
        """Return the question over REST."""
        query = f"metrics=qos,aht,{LEVEL}&by=site&grain=day&start={self.first}&end={self.end}"
        query += f"&site.not={','.join(self.left_out)}" if self.left_out else ""
        return Request("GET", f"/v1/indicators?{query}{'&parts=true' if parts else ''}")

    def over_graphql(self) -> Request:
        """Return the question over GraphQL. All questions have the same document."""
        where = {"site": {"notIn": list(self.left_out)}} if self.left_out else None
        variables = {"start": str(self.first), "end": str(self.end), "where": where}
        return Request("POST", "/graphql", orjson.dumps({"query": DOCUMENT, "variables": variables}))


def list_months() -> Iterator[Month]:
    """Yield different questions in a random order, always the same one."""
    sites = [f"S{number}" for number in range(1, SITES + 1)]
    left_out = [chosen for size in range(4) for chosen in combinations(sites, size)]
    every = [(day, days, chosen) for day in range(_FIRST_DAYS) for days in range(28, 32) for chosen in left_out]
    Random(1).shuffle(every)
    for day, days, chosen in every:
        first = date(YEAR, 1, 1) + timedelta(days=day)
        # Filters are written in the order in which an answer repeats them.
        yield Month(first, first + timedelta(days=days), tuple(sorted(chosen)))


async def measure(url: str, *, rounds: int) -> list[Line]:
    """Return the lines about new questions."""
    await give_key(url)
    environment = {"CADRAN_DATABASE_URL": url, "CADRAN_ADDRESS_REQUESTS_PER_MINUTE": "1000000000"}
    months = list_months()
    with ExitStack() as stack:
        ours = stack.enter_context(serving.cadran(environment))
        hand = stack.enter_context(serving.factory("by_hand:make_app", environment))
        for month in islice(months, 20):
            for parts in (False, True):
                _check_same(*(worker.once(month.over_rest(parts=parts))[0] for worker in (ours, hand)))
        lines = []
        for parts, what in ((False, "values"), (True, "parts and intervals")):
            write = partial(Month.over_rest, parts=parts)
            loads = await measure_in_turns(*_load(months, write, ours, hand), rounds=rounds)
            lines += _compare(f"new question, a month by site and day, {what}: service / by hand", *loads)
        both = (_ask(ours, months, Month.over_graphql), _ask(ours, months, Month.over_rest))
        rates = [median(each.rate for each in found) for found in await measure_in_turns(*both, rounds=rounds)]
        medians = f"{rates[0]:,.0f} / {rates[1]:,.0f} requests/s"
        lines.append(Line("new question: GraphQL / REST", rates[0] / rates[1], 0.85, medians))
    return lines


def _ask(worker: Worker, months: Iterator[Month], write: Callable[[Month], Request]) -> Callable[[], Awaitable[Load]]:
    """Return the measurement of a slice of new questions."""
    return lambda: serving.measure(worker, list(map(write, islice(months, QUESTIONS_A_SLICE))))


def _load(
    months: Iterator[Month], write: Callable[[Month], Request], *workers: Worker
) -> list[Callable[[], Awaitable[Load]]]:
    return [_ask(worker, months, write) for worker in workers]


def _compare(what: str, ours: list[Load], by_hand: list[Load]) -> list[Line]:
    """Return the lines of the rates and of the slowest requests."""
    rates = [median(each.rate for each in found) for found in (ours, by_hand)]
    slowest = [median(each.p99 for each in found) for found in (ours, by_hand)]
    return [
        Line(what, rates[0] / rates[1], 0.6, f"{rates[0]:,.0f} / {rates[1]:,.0f} requests/s"),
        Line(
            f"{what}, 99th percentile",
            slowest[0] / slowest[1],
            2,
            f"{slowest[0]:,.0f} / {slowest[1]:,.0f} ms",
            limit=True,
        ),
    ]


def _check_same(ours: bytes, by_hand: bytes) -> None:
    """Check that both responses have the same content, to the last member. Raise AssertionError otherwise."""
    found, wanted = (orjson.loads(body) for body in (ours, by_hand))
    for name in _OF_THE_MOMENT:
        assert type(found.pop(name)) is type(wanted.pop(name)), name
    _check_equal(found, wanted, "")


def _check_equal(found: Any, wanted: Any, where: str) -> None:
    if isinstance(found, dict) and isinstance(wanted, dict):
        assert list(found) == list(wanted), (where, list(found), list(wanted))
        for name, value in found.items():
            _check_equal(value, wanted[name], f"{where}.{name}")
    elif isinstance(found, list) and isinstance(wanted, list):
        assert len(found) == len(wanted), (where, len(found), len(wanted))
        for number, (value, other) in enumerate(zip(found, wanted, strict=True)):
            _check_equal(value, other, f"{where}.{number}")
    elif isinstance(found, float) or isinstance(wanted, float):
        assert isclose(found, wanted, rel_tol=1e-9), (where, found, wanted)
    else:
        assert found == wanted, (where, found, wanted)
