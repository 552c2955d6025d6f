"""How much faster column-based rows are than stock strawberry: 31 days × 8 sites × 5 metrics, from Answer to bytes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

import orjson
import strawberry
from graphql import execute
from strawberry.extensions import ParserCache, ValidationCache

from cadran.api.schema import core_schema
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.question import Question
from cadran.engine.desk import Desk
from cadran.graphql.context import Context
from cadran.graphql.execution.documents import Documents
from cadran.graphql.execution.executor import CadranExecutor
from tests.defaults import make_desk
from tests.graphql.sample_answers import NOW, SampleAnswers, directory

METRICS = ("qos", "aht", "contacts", "fcr", "asa")
QUERY = """{ indicators(period: {named: "2015-12"}, grain: DAY, by: [SITE]) { rows {
  window { start } site { code } qos { value } aht { value } contacts { value } fcr { value } asa { value } } } }"""


@strawberry.type
class StockWindow:
    """A window, as a stock strawberry schema has it."""

    start: str


@strawberry.type
class StockSite:
    """A member of the dimension site."""

    code: str | None


@strawberry.type
class StockFigure:
    """A figure with its value."""

    value: float | None


@strawberry.type
class StockRow:
    """A row of one day and site."""

    window: StockWindow
    site: StockSite
    qos: StockFigure
    aht: StockFigure
    contacts: StockFigure
    fcr: StockFigure
    asa: StockFigure


@strawberry.type
class StockIndicators:
    """All rows of the answer."""

    rows: list[StockRow]


@strawberry.type
class StockQuery:
    """The root type."""

    @strawberry.field
    async def indicators(self, info: strawberry.Info[Any, None]) -> StockIndicators:
        """Build strawberry objects from the columns of the answer."""
        answer: Answer = info.context
        starts, sites = (key.values for key in answer.keys)
        columns = [figures.values for figures in answer.figures]
        return StockIndicators(
            rows=[
                StockRow(
                    window=StockWindow(start=str(start)),
                    site=StockSite(code=str(site)),
                    **{name: StockFigure(value=value) for name, value in zip(METRICS, values, strict=True)},
                )
                for start, site, *values in zip(starts, sites, *columns, strict=True)
            ]
        )


class FixedAnswer:
    """A core that returns one prepared answer without delay."""

    def __init__(self, answer: Answer) -> None:
        self.found = answer

    async def answer(self, question: Question, principal: Principal) -> Answer:  # noqa: ARG002  # the protocol's names
        """Return the prepared answer to every question."""
        return self.found


def _desk(answer: Answer) -> Desk:
    return make_desk(FixedAnswer(answer), directory, lambda: NOW, "Europe/Paris")


async def _answer() -> Answer:
    made = make_desk(SampleAnswers(days=31), directory, lambda: NOW, "Europe/Paris")
    ask = Ask(METRICS, period="2015-12", grain="day", by=("site",))
    return await made.ask(ask, OPERATOR)


async def compare(rounds: int = 15) -> dict[str, float]:
    """Return the median milliseconds of each way, and ``ratio``: how many times faster than stock strawberry we are.

    "tuned" is stock strawberry with its own caches of parsed and validated documents. All ways must return equal data.
    """
    answer = await _answer()
    desk, documents, schema = _desk(answer), Documents(core_schema(), introspections_max=0), core_schema()
    stock = strawberry.Schema(StockQuery)
    tuned = strawberry.Schema(StockQuery, extensions=[ParserCache, ValidationCache])
    bare = QUERY.replace('(period: {named: "2015-12"}, grain: DAY, by: [SITE])', "")

    async def ours() -> bytes:
        context = Context(desk, OPERATOR, "en")
        found: Any = execute(schema, documents.ready(QUERY), context_value=context, executor_class=CadranExecutor)
        return orjson.dumps({"data": (await found).data})

    async def theirs(by: strawberry.Schema) -> bytes:
        found = await by.execute(bare, context_value=answer)
        return json.dumps({"data": found.data}, separators=(",", ":")).encode()

    ways: dict[str, Callable[[], Awaitable[bytes]]] = {
        "ours": ours,
        "stock": partial(theirs, stock),
        "tuned": partial(theirs, tuned),
    }
    first, *others = [orjson.loads(await way()) for way in ways.values()]
    assert all(other == first for other in others)
    timings: dict[str, list[float]] = {name: [] for name in ways}
    # Measure all ways in each round, so that a busy machine slows all of them.
    for _ in range(rounds):
        for name, way in ways.items():
            started = perf_counter()
            await way()
            timings[name].append((perf_counter() - started) * 1000)
    found = {name: median(taken) for name, taken in timings.items()}
    return {
        "rows": answer.rows,
        "ours_ms": found["ours"],
        "stock_ms": found["stock"],
        "tuned_ms": found["tuned"],
        "ratio": found["stock"] / found["ours"],
        "ratio_tuned": found["tuned"] / found["ours"],
    }


def main() -> None:
    """Print the comparison."""
    for name, value in asyncio.run(compare()).items():
        print(f"{name:12}{value:10.3f}")


if __name__ == "__main__":
    main()
