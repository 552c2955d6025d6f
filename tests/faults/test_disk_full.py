"""A full disk of the database or of the embedded server: the error has a code and a sentence but no traceback, and
reading goes on.

The disks are small memory disks, which only root may mount. Without root these tests are skipped.
"""

from __future__ import annotations

import asyncio
import os
import random
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from cadran.app import open_service
from cadran.cli.main import main
from cadran.embedded.server import EmbeddedServer
from cadran.settings import Settings
from tests.faults.conftest import Victim
from tests.keys import client_of, give_key
from tests.sample_service import fill

QUESTION = "/v1/indicators?metrics=contacts&by=site&period=2015-12"
OTHER = "/v1/indicators?metrics=contacts&by=channel&period=2015-11"
MUTATION = """mutation ($text: String!) {
  createObjective(
    input: {title: "t", description: $text, owner: {kind: COMPANY}, start: "2015-11-01", end: "2015-12-01",
      keyResults: [{title: "k", unit: "teams", baseline: 0, target: 10}]}
  ) { id }
}"""
HEAD = "contact,site,channel,offered_at,outcome\n"
#: Enough writes to use up the free room of a table's last pages.
ATTEMPTS = 300


@pytest.fixture
def small_disk(open_place: Path) -> Iterator[Path]:
    """Create a memory disk of 64 MB and yield its path. Skip the test when it cannot be mounted."""
    place = open_place / "disk"
    place.mkdir()
    if os.getuid() != 0:
        pytest.skip("no full disk was tried: only root may mount a small one")
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=755", "tmpfs", str(place)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no full disk was tried: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


async def test_the_databases_disk_is_full(
    victim: Victim, small_disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    url = await _database_on(victim, small_disk)
    async with open_service(Settings(database_url=url)) as service, client_of(service.app) as client:
        before = (await client.get(QUESTION)).json()["rows"]
        _fill_up(small_disk)
        refused = await _refused_by_rest(client)
        assert refused.json()["code"] == "disk_full"
        assert int(refused.headers["retry-after"]) >= 30
        assert await _refused_by_graphql(client) == ["disk_full"]
        assert (await client.get(QUESTION)).json()["rows"] == before
        assert (await client.get(OTHER)).status_code == 200
        assert (await client.get("/ready")).status_code == 200
    rows = small_disk.parent / "contacts.csv"
    rows.write_text(HEAD + "".join(f"{n},PAU,phone,2015-12-01T10:00:00+01:00,abandoned\n" for n in range(50_000)))
    monkeypatch.chdir(small_disk.parent)
    monkeypatch.setenv("CADRAN_DATABASE_URL", url)
    assert await asyncio.to_thread(main, ["load", rows.name, "--zone", "Europe/Paris"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("cadran: A disk of the database is full"), said
    assert "Traceback" not in said
    assert await asyncio.to_thread(main, ["ask", "contacts", "--period", "2015-12"]) == 0


@pytest.mark.parametrize("when", ["first", "later"])
def test_the_embedded_servers_disk_is_full(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], when: str
):
    if when == "later":
        with EmbeddedServer(small_disk / "data", options={"max_wal_size": "32MB"}):
            pass
    _fill_up(small_disk)
    monkeypatch.setenv("CADRAN_DATA_DIR", str(small_disk / "data"))
    assert main(["key", "list"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("cadran: "), said
    assert "CADRAN_DATA_DIR" in said
    assert "full" in said or "No space left" in said
    assert "Traceback" not in said


async def _database_on(victim: Victim, disk: Path) -> str:
    """Create a database with facts whose tables are on the small disk, and return its URL. The server's write-ahead log
    is elsewhere.
    """
    place = disk / "tables"
    place.mkdir()
    os.chown(place, victim.server.footing.uid, victim.server.footing.gid)
    connection = await asyncpg.connect(victim.url)
    try:
        await connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        await connection.execute("CREATE DATABASE facts TABLESPACE small")
    finally:
        await connection.close()
    url = victim.url.replace("/cadran?", "/facts?")
    await fill(url)
    await give_key(url)
    return url


def _fill_up(disk: Path) -> None:
    """Fill the disk until not a single byte is free."""
    with (disk / "filler").open("wb", buffering=0) as filler:
        for size in (1_000_000, 4096, 1):
            try:
                while filler.write(b"\0" * size):
                    pass
            except OSError:
                continue


async def _refused_by_rest(client: httpx.AsyncClient) -> httpx.Response:
    for _ in range(ATTEMPTS):
        sent = {"document": f"# {_noise(30_000)}\n{{ __typename }}"}
        answer = await client.post("/v1/documents", json=sent)
        if answer.status_code != 201:
            assert answer.status_code == 503, answer.text
            return answer
    raise AssertionError("the disk is not full")


async def _refused_by_graphql(client: httpx.AsyncClient) -> list[str]:
    for _ in range(ATTEMPTS):
        sent = {"query": MUTATION, "variables": {"text": _noise(1_500)}}
        told = (await client.post("/graphql", json=sent)).json()
        if "errors" in told:
            return [each["extensions"]["code"] for each in told["errors"]]
    raise AssertionError("the disk is not full")


def _noise(length: int) -> str:
    """Return random text, which does not compress well."""
    return "".join(random.choices(string.ascii_letters + string.digits, k=length))
