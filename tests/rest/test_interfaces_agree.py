"""The same question gives the same figures over every interface: REST, CSV, GraphQL and the terminal."""

from __future__ import annotations

import asyncio
import csv
import io
import re

import pytest

from cadran.cli.main import main
from cadran.domain.display import display
from tests.sample_service import Rest

#: Metrics as REST, GraphQL and the terminal write them, from several facts and with parameters.
METRICS = {
    "contacts": "contacts",
    "qos": "qos",
    "service_level(within=45)": "serviceLevel(within: 45)",
    "aht": "aht",
    "wait(percentile=0.9)": "wait(percentile: 0.9)",
    "fcr": "fcr",
    "customers_in_contact": "customersInContact",
}
QUESTION = f"/v1/indicators?metrics={','.join(METRICS)}&by=site&grain=month&period=2015&channel=phone,chat"


async def test_pitfall_16_every_screen_shows_the_same_figures(
    rest: Rest, facts: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    told = (await rest.get(QUESTION)).json()
    names = ("start", "site", *METRICS)
    rows = [tuple(row[name] for name in names) for row in told["rows"]]
    assert len(rows) == 9
    assert {row[0][:7] for row in rows} == {"2015-10", "2015-11", "2015-12"}

    columns = (await rest.get(f"{QUESTION}&shape=columns")).json()["columns"]
    assert [*zip(*(columns[name] for name in names), strict=True)] == rows

    sheet = list(csv.reader(io.StringIO((await rest.get(QUESTION, accept="text/csv")).text)))
    # Only CSV marks each approximate value, because JSON says it of the whole answer.
    places = [place for place, name in enumerate(sheet[0]) if not name.endswith(".approximate")]
    lines = [[line[place] for place in places] for line in sheet]
    assert tuple(lines[0]) == names
    assert [tuple(line) for line in lines[1:]] == [tuple(_cell(value) for value in row) for row in rows]

    selected = " ".join(f"m{number}: {field} {{ value }}" for number, field in enumerate(METRICS.values()))
    query = f"""{{ indicators(
        period: {{named: "2015"}}, grain: MONTH, by: [SITE], where: {{channel: {{in: ["phone", "chat"]}}}}
    ) {{ rows {{ window {{ start }} site {{ code }} {selected} }} }} }}"""
    answered = (await rest.client.post("/graphql", json={"query": query})).json()["data"]["indicators"]["rows"]
    found = [
        (row["window"]["start"], row["site"]["code"], *(row[f"m{number}"]["value"] for number in range(len(METRICS))))
        for row in answered
    ]
    assert found == rows

    monkeypatch.setenv("CADRAN_DATABASE_URL", facts)
    monkeypatch.setenv("COLUMNS", "200")
    words = ["ask", *METRICS, "--by", "site", "--grain", "month", "--period", "2015", "--where", "channel=phone,chat"]
    assert await asyncio.to_thread(main, words) == 0
    printed = [re.split(r" {2,}", line.strip()) for line in capsys.readouterr().out.splitlines()]
    units = [told["metrics"][name]["unit"] for name in METRICS]
    assert tuple(printed[0]) == names
    assert [tuple(cell.removeprefix("≈ ") for cell in line) for line in printed[1 : len(rows) + 1]] == [
        (*row[:2], *(_shown(value, unit) for value, unit in zip(row[2:], units, strict=True))) for row in rows
    ]


def _cell(value: str | float | None) -> str:
    """Format a value as a CSV cell: empty when it is undefined, and escaped when a spreadsheet would run it as a
    formula.
    """
    if isinstance(value, str) and value.startswith("="):
        return f"'{value}"
    return "" if value is None else str(value)


def _shown(value: float | None, unit: str) -> str:
    """Format a value as the terminal shows it."""
    return display(value, unit, currency="EUR", decimals=1 if unit == "ratio" else None)  # type: ignore[arg-type]  # a unit of the API
