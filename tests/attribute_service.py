"""A small service whose contacts have own attributes, and those contacts as plain rows."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest

from cadran.access.grant import Grant, check_grant
from cadran.access.key_store import KeyStore
from cadran.cli.database import prepare
from cadran.cli.main import main
from cadran.facts.refresh.refresh import refresh
from cadran.process import clock
from cadran.settings import Settings
from cadran.store.directory import read_directory
from tests.databases import Server
from tests.defaults import load
from tests.keys import give_key
from tests.sample_service import SITES, Rest, contacts, opened, serving

YEARS = "start=2015-01-01&end=2017-01-01"
CAMPAIGNS = ("spring", "Summer", None, "=cmd|x")

Run = Callable[..., tuple[int, str]]


def with_attributes() -> Iterator[dict[str, str]]:
    """Yield the contacts of the sample with a campaign and a product."""
    for number, row in enumerate(contacts()):
        yield row | {"campaign": CAMPAIGNS[number % 4] or "", "product": f"p{number % 5}"}


async def fill(url: str) -> None:
    await prepare(Settings(database_url=url))
    await give_key(url)
    with run_commands(url) as run:
        for words in (["campaign", "--label-fr", "Campagne"], ["product"], ["unused"]):
            assert (await asyncio.to_thread(run, "attribute", "add", *words))[0] == 0
    pool = await opened(url)
    summary = await load(pool, "contacts", with_attributes(), zone="Europe/Paris")
    assert summary.rejected == 0
    await refresh(pool)
    await pool.close()


@contextmanager
def run_commands(url: str, capsys: pytest.CaptureFixture[str] | None = None) -> Iterator[Run]:
    """Yield a function that runs a command against a database, and returns its exit code and its output."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CADRAN_DATABASE_URL", url)
        patch.setenv("COLUMNS", "200")

        def run(*words: str) -> tuple[int, str]:
            code = main(words)
            return code, "".join(capsys.readouterr()) if capsys else ""

        yield run


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """Yield the URL of a database with attributes."""
    with server.clone(server.template("attributes", fill)) as found:
        yield found


@pytest.fixture
async def service(url: str) -> AsyncIterator[Rest]:
    """Yield the service over a database with attributes."""
    async with serving(url) as found:
        yield found


@pytest.fixture
def run(url: str, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Yield a function that runs a command against the database of the test."""
    with run_commands(url, capsys) as found:
        yield found


ROWS = list(with_attributes())
BY_CAMPAIGN = Counter(row["campaign"] or None for row in ROWS)


async def make_key(service: Rest, *bounds: str) -> dict[str, str]:
    """Return the header of a new key that is bound to values of attributes."""
    pool = await opened(service.url)
    try:
        grant = Grant(name="bound", role="supervisor", sites=SITES, attributes=bounds)
        checked = check_grant(grant, await read_directory(pool, currency="EUR"))
        secret = await KeyStore(pool, clock).create(checked, who="tests")
    finally:
        await pool.close()
    for _ in range(100):
        header = {"authorization": f"Bearer {secret.text}"}
        if (await service.client.get("/v1/me", headers=header)).status_code == 200:
            return header
        await asyncio.sleep(0.05)
    raise AssertionError("the key is not known")
