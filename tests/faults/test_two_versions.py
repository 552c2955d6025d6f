"""Two versions of cadran, one of them newer, serve one database during an upgrade, and after the way back."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cadran.app import Service, open_service
from cadran.cli.database import prepare
from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask
from cadran.facts.check import check_figures
from cadran.facts.refresh.fill import fill_columns
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.defaults import load
from tests.faults.commands import command
from tests.newer_version import make_newer_version
from tests.refs import refs
from tests.sample_service import contacts

Row = dict[str, str]
#: The newer version computes the metrics of the first question as this one does, and those of the second otherwise.
SAME, OTHERWISE = refs("contacts", "handled"), refs("escalation_rate", "acw")
ROLLUP = "rollup.contact_month"


def rows() -> Iterator[Row]:
    """Yield the sample's contacts. Some were escalated."""
    for number, row in enumerate(contacts()):
        if row["outcome"] == "handled":
            row |= {"escalated": str(number % 3 == 0).lower()}
        yield row


@dataclass
class Versions:
    """The database of both versions, the rows that it holds, and the newer version's environment."""

    url: str
    pool: Pool
    rows: list[Row]
    newer: dict[str, str]
    folder: Path

    def run(self, *words: str, newer: bool = True) -> tuple[int, str]:
        """Run a command of the newer version, or of this one. Return its exit code and its output."""
        with command(self.folder, *words, CADRAN_DATABASE_URL=self.url, **(self.newer if newer else {})) as started:
            return started.ended(), started.written

    def ask(self, metric: str, period: str = "2015-11") -> tuple[str, str]:
        """Ask the newer version. Return the figure as shown, and the table that it was read from."""
        code, written = self.run("ask", metric, "--period", period, "--explain")
        assert code == 0, written
        shown, _, source = written.partition("\n-- ")
        return shown.split()[-1], source.partition(":")[0]

    def handled(self) -> list[Row]:
        """Return the handled contacts of November."""
        return [row for row in self.rows if row["outcome"] == "handled" and row["offered_at"].startswith("2015-11")]

    async def assert_older_is_right(self, service: Service) -> list[str]:
        """Compare the figures of this version with the rows. Return the tables that they were read from."""
        same, otherwise = [
            await service.desk.ask(Ask(metrics=metrics, period="2015-11"), OPERATOR) for metrics in (SAME, OTHERWISE)
        ]
        month = [row for row in self.rows if row["offered_at"].startswith("2015-11")]
        handled = self.handled()
        escalated = sum(row["escalated"] == "true" for row in handled) / len(handled)
        figures = [each.values[0] for each in (*same.totals, *otherwise.totals)]
        assert figures == pytest.approx([len(month), len(handled), escalated, 20])
        return [source.name for source in (*same.sources, *otherwise.sources)]

    def long_talks(self) -> str:
        return str(sum(float(row["talk"]) > 250 for row in self.handled()))


@pytest.fixture
async def versions(pool: Pool, database: str, tmp_path: Path) -> Versions:
    """Return a database that this version has filled, and a newer version that has not seen it yet."""
    given = list(rows())
    # All sites have the same zone, in which the test counts too.
    assert (await load(pool, "contacts", given, zone="UTC")).rejected == 0
    await refresh(pool)
    return Versions(database, pool, given, make_newer_version(tmp_path / "newer"), tmp_path)


async def test_an_upgrade_and_the_way_back(versions: Versions, database: str):
    run, ask = versions.run, versions.ask
    async with open_service(Settings(database_url=database)) as older:
        assert await versions.assert_older_is_right(older) == [ROLLUP, ROLLUP]

        code, written = await asyncio.to_thread(run, "migrate")
        assert code == 0, written
        assert "rollup contact_day_moment\n" in written
        assert "rollup contact_month: " in written
        assert (await versions.assert_older_is_right(older))[0] == ROLLUP
        # The newer version answers too: it reads the facts for what is new.
        assert await asyncio.to_thread(ask, "long_talks") == (versions.long_talks(), "contact_fact")
        assert await asyncio.to_thread(ask, "acw") == ("0:40", "contact_fact")
        assert (await asyncio.to_thread(ask, "contacts"))[1] == ROLLUP

        # Loads of the older version go on. Its workers do not.
        added = [{**row, "contact": f"more-{row['contact']}"} for row in versions.rows[::7]]
        write(versions.folder / "more.csv", added)
        code, written = await asyncio.to_thread(run, "load", "more.csv", newer=False)
        assert code == 0, written
        assert "belong to another version" in written
        code, written = await asyncio.to_thread(run, "worker", newer=False)
        assert code == 3
        assert "belong to another version" in written

        code, written = await asyncio.to_thread(run, "worker", "--once")
        assert code == 0, written
        assert "filled" in written
        versions.rows.extend(added)
        await caught_up(older, versions.pool)
        assert await versions.assert_older_is_right(older) == [ROLLUP, "contact_fact"]
        assert await asyncio.to_thread(ask, "long_talks") == (versions.long_talks(), ROLLUP)
        assert await asyncio.to_thread(ask, "acw") == ("0:40", ROLLUP)
        assert (await asyncio.to_thread(run, "check"))[0] == 0
        # The older version compares what it may read.
        assert await check_figures(versions.pool) == ([], 0)
        async with open_service(Settings(database_url=database)) as restarted:
            await versions.assert_older_is_right(restarted)

        # The way back is the same way.
        assert await prepare(Settings(database_url=database))
        await versions.assert_older_is_right(older)
        while await fill_columns(versions.pool):
            pass
        await caught_up(older, versions.pool)
        assert await versions.assert_older_is_right(older) == [ROLLUP, ROLLUP]
        assert await check_figures(versions.pool) == ([], 0)
        dropped = await prepare(Settings(database_url=database), drop=True)
        assert "dropped contact_month.long_talks" in dropped
        assert await check_figures(versions.pool) == ([], 0)


async def caught_up(service: Service, pool: Pool) -> None:
    """Wait until the process has received what was changed."""
    [state] = await pool.fetch("SELECT directory_version FROM data_state")
    async with asyncio.timeout(15):
        while service.desk.directory().version < state["directory_version"]:  # noqa: ASYNC110 - no event says it
            await asyncio.sleep(0.01)


def write(path: Path, found: list[Row]) -> None:
    """Write rows as a CSV file."""
    names = list({name: None for row in found for name in row})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(found)
