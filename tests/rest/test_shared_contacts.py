"""Totals over several agents of one contact are the same over REST, CSV, GraphQL and the terminal."""

from __future__ import annotations

import asyncio
import csv
import io

import pytest

from cadran.cli.main import main
from cadran.facts.refresh.refresh import refresh
from tests.defaults import load
from tests.sample_service import opened, serving

LEGS = [
    {"contact": "12", "leg": "1", "agent": "ana", "team": "T", "talk": "60"},
    {"contact": "12", "leg": "2", "agent": "cid", "team": "U", "talk": "120"},
]


@pytest.mark.parametrize(("teams", "handled", "aht"), [("T,U", 1, 180), ("T", 1, 60), ("U", 1, 120)])
async def test_every_interface_counts_the_contact_once(
    own_facts: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    teams: str,
    handled: int,
    aht: int,
):
    pool = await opened(own_facts)
    assert (await load(pool, "legs", LEGS)).rejected == 0
    await refresh(pool)
    await pool.close()
    async with serving(own_facts) as rest:
        ask = f"/v1/indicators?metrics=handled,aht&period=2015&team={teams}"
        split = (await rest.get(f"{ask}&by=team&parts=true")).json()
        assert [each["value"] for each in split["totals"].values()] == [handled, aht]
        assert [each["n"] for each in split["totals"].values()] == [handled, handled]
        assert {row["team"]: row["aht"]["value"] for row in split["rows"]} == {
            name: seconds for name, seconds in (("T", 60), ("U", 120)) if name in teams.split(",")
        }
        lines = list(csv.reader(io.StringIO((await rest.get(ask, accept="text/csv")).text)))
        assert [float(each) for each in lines[1]] == [handled, aht]
        named = ", ".join(f'"{team}"' for team in teams.split(","))
        query = f"""{{ indicators(period: {{named: "2015"}}, by: [AGENT], where: {{team: {{in: [{named}]}}}}) {{
            totals {{ handled {{ value }} aht {{ value n }} }} }} }}"""
        totals = (await rest.client.post("/graphql", json={"query": query})).json()["data"]["indicators"]["totals"]
        assert totals == {"handled": {"value": handled}, "aht": {"value": aht, "n": handled}}
    monkeypatch.setenv("CADRAN_DATABASE_URL", own_facts)
    words = ["ask", "handled", "aht", "--period", "2015", "--where", f"team={teams}"]
    assert await asyncio.to_thread(main, words) == 0
    assert f"{aht // 60}:{aht % 60:02d}" in capsys.readouterr().out
