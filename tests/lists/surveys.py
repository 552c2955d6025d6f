"""Surveys for the contacts of the REST tests, and the database that holds them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from cadran.facts.refresh.refresh import refresh
from tests.defaults import load
from tests.sample_service import Rest, contacts, fill, opened

INSTRUMENTS = (
    ("csat", "csat", 1, 5, 4, 2),
    ("nps", "nps", 0, 10, 9, 6),
    *((name, "cxi", 1, 5, 4, 2) for name in ("needs", "easy", "enjoyed")),
    ("solved", "fcr", 0, 1, 1, 0),
    ("COS", "cos", 0, 20, 15, 8),
    ("staff", "employee", 0, 10, 9, 6),
)
PERIOD = "period=2015-12"
AT = "at=2016-01-01T00:00:00Z"


def surveys() -> Iterator[dict[str, str]]:
    """Yield one survey after every eleventh contact of December, with each instrument in turn. Two in three are
    answered. Six surveys of staff follow.
    """
    rows = [row for row in contacts() if "2015-12-02" < row["offered_at"] < "2015-12-31"][::11]
    for number, row in enumerate(rows):
        name, _, low, high, _, _ = INSTRUMENTS[number % 7]
        sent = datetime.fromisoformat(row["offered_at"]) + timedelta(hours=1)
        told = {"survey": str(number), "contact": row["contact"], "instrument": name, "sent_at": sent.isoformat()}
        if number % 3:
            answered = sent + timedelta(minutes=number)
            told |= {"answered_at": answered.isoformat(), "score": str(low + number % (high - low + 1))}
            if number % 2:
                told["called_back_at"] = (answered + timedelta(hours=2)).isoformat()
        yield told
    asked = {"team": "T1", "site": "PAU", "instrument": "staff", "sent_at": "2015-12-10T09:00:00Z"}
    for number in range(6):
        yield {**asked, "survey": f"e{number}", "answered_at": "2015-12-11T09:00:00Z", "score": str(5 + number)}


async def build(url: str) -> None:
    """Fill a database with the contacts of the REST tests, and with surveys after them."""
    await fill(url)
    pool = await opened(url)
    names = ("instrument", "kind", "low", "high", "satisfied_from", "dissatisfied_to")
    await load(pool, "instruments", [dict(zip(names, map(str, each), strict=True)) for each in INSTRUMENTS])
    await load(pool, "surveys", surveys())
    await refresh(pool)
    await pool.close()


async def graphql(rest: Rest, query: str) -> Any:
    """Send a query and return its data. Check that there are no errors."""
    found = (await rest.client.post("/graphql", json={"query": query})).json()
    assert "errors" not in found, found["errors"]
    return found["data"]
