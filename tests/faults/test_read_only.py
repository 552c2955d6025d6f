"""A read-only database: reading goes on, and a request that changes something is refused with a separate error code."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from cadran.access.key_store import KeyStore
from cadran.access.keyring import Keyring
from cadran.app import open_service
from cadran.cli.main import main
from cadran.embedded.programs import Programs, stop_server
from cadran.embedded.server import EmbeddedServer
from cadran.engine.reloader import note_used
from cadran.process import clock
from cadran.settings import Settings
from cadran.store.reach import UnusableDatabase, reach
from tests.databases import Server
from tests.faults.commands import command
from tests.faults.password_server import free_port
from tests.keys import AUTHORIZATION, KEY, client_of
from tests.polling import until
from tests.sample_service import fill, opened, serving

QUESTION = "/v1/indicators?metrics=contacts&by=site&period=2015-12"
OTHER = "/v1/indicators?metrics=contacts&by=channel&period=2015-11"
WALL = {"name": "wall", "role": "analyst"}
MUTATION = """mutation {
  createObjective(
    input: {title: "t", owner: {kind: COMPANY}, start: "2015-11-01", end: "2015-12-01",
      keyResults: [{title: "k", unit: "teams", baseline: 0, target: 10}]}
  ) { id }
}"""


@pytest.fixture
def facts(server: Server) -> Iterator[str]:
    """Yield the URL of a database with facts. It was served once before, because the first start stores the secret of
    embed tokens.
    """
    with server.clone(server.template("rest", fill)) as url:
        asyncio.run(_serve_once(url))
        yield url


async def test_reading_goes_on_and_changes_are_refused(facts: str):
    async with serving(facts) as rest:
        kept = (await rest.get(QUESTION)).json()["rows"]
        await _execute(facts, "ALTER DATABASE {} SET default_transaction_read_only = on", renew=True)
        await until(lambda: rest.service.versions.connected)
        await _assert_reads(rest.client, kept)
        await _assert_refused(rest.client)


async def test_a_service_starts_on_it(facts: str):
    await _execute(facts, "ALTER DATABASE {} SET default_transaction_read_only = on")
    async with open_service(Settings(database_url=facts)) as service, client_of(service.app) as client:
        await _assert_reads(client)
        await _assert_refused(client)
        assert (await client.get("/ready")).status_code == 200


async def test_the_use_of_keys_is_recorded_when_it_can_be(facts: str, caplog: pytest.LogCaptureFixture):
    await _execute(facts, "ALTER DATABASE {} SET default_transaction_read_only = on")
    pool = await opened(facts)
    keyring, register = Keyring(clock), KeyStore(pool, clock)
    keyring.load(await register.all())
    assert keyring.grant(KEY) is not None
    task = asyncio.create_task(note_used(keyring, register, pause_seconds=0.05))
    await until(lambda: "could not be recorded yet" in caplog.text)
    assert not task.done()
    await _execute(facts, "ALTER DATABASE {} RESET default_transaction_read_only", renew=True)
    await until(lambda: not keyring.used)
    task.cancel()
    await pool.close()
    assert "Traceback" not in caplog.text


def test_the_terminal_says_so(
    facts: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", facts)
    (tmp_path / "contacts.csv").write_text("contact,site,channel,offered_at,outcome\n")
    asyncio.run(_execute(facts, "ALTER DATABASE {} SET default_transaction_read_only = on"))
    assert main(["ask", "contacts", "--by", "site", "--period", "2015-12"]) == 0
    assert "PAU" in capsys.readouterr().out
    assert main(["key", "list"]) == 0
    for words in (
        ["load", "contacts.csv"],
        ["migrate"],
        ["worker", "--once"],
        ["key", "create", "wall", "--role", "analyst"],
        ["document", "remove", "sha256:" + "0" * 64],
    ):
        assert main(words) == 3, words
        said = capsys.readouterr().err
        assert said.startswith("cadran: The database is read-only"), said
        assert re.search(r"\((host|socket folder) \S+, port \d+, database \w+, ", said), said
        assert "at the primary" in said
        assert "Traceback" not in said


def test_the_processes_go_on(facts: str, tmp_path: Path):
    asyncio.run(_execute(facts, "ALTER DATABASE {} SET default_transaction_read_only = on"))
    port = free_port()
    with (
        command(tmp_path, "worker", CADRAN_DATABASE_URL=facts) as worker,
        command(tmp_path, "serve", CADRAN_DATABASE_URL=facts, CADRAN_PORT=str(port)) as served,
    ):
        served.until_ready(f"http://127.0.0.1:{port}")
        answer = httpx.get(f"http://127.0.0.1:{port}{QUESTION}", headers=AUTHORIZATION)
        assert answer.status_code == 200
        worker.until(lambda: "trying again: The database is read-only" in worker.written)
        assert worker.process.poll() is None
    assert "Traceback" not in worker.written + served.written


async def test_a_standby_is_refused(open_place: Path):
    chosen = os.environ.get("CADRAN_TEST_PG_BINDIR")
    with EmbeddedServer(open_place, bindir=Path(chosen) if chosen else None) as primary:
        footing = primary.footing
    (footing.pgdata / "standby.signal").touch()
    if footing.uid >= 0:
        os.chown(footing.pgdata / "standby.signal", footing.uid, footing.gid)
    standby = Programs(footing).spawn(
        "postgres", "-D", str(footing.pgdata), f"-cunix_socket_directories={footing.socket_dir}",
        "-clisten_addresses=", "-cport=5432", "-cmax_connections=100",
    )  # fmt: skip
    try:
        with pytest.raises(UnusableDatabase) as raised:
            await reach(primary.url, wait_seconds=60)
        assert raised.value.cause == "standby"
        assert "Name the primary" in raised.value.detail
    finally:
        stop_server(standby)


async def _assert_reads(client: httpx.AsyncClient, kept: object = None) -> None:
    """Check that cached and uncached questions are answered, over REST and over GraphQL."""
    first = await client.get(QUESTION)
    assert first.status_code == 200
    assert kept is None or first.json()["rows"] == kept
    assert (await client.get(OTHER)).status_code == 200
    for path in ("/v1/keys", "/v1/audit", "/v1/objectives", "/v1/contracts", "/v1/catalogue"):
        assert (await client.get(path)).status_code == 200, path
    asked = {"query": '{ indicators(period: {named: "2015-12"}, by: [SITE]) { rows { contacts { value } } } }'}
    told = (await client.post("/graphql", json=asked)).json()
    assert "errors" not in told, told


async def _assert_refused(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"idempotency-key": "k"}):
        refused = await client.post("/v1/keys", json=WALL, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (503, "database_read_only"), refused.text
        assert int(refused.headers["retry-after"]) >= 30
        told = (await client.post("/graphql", json={"query": MUTATION}, headers=headers)).json()
        assert _codes(told) == ["database_read_only"], told
    # Minting an embed token goes on. It is recorded in the process log instead of the audit log.
    minted = await client.post("/v1/embed-tokens", json={"metrics": ["contacts"]})
    assert minted.status_code == 201, minted.text


def _codes(told: dict[str, object]) -> list[str]:
    errors = told.get("errors")
    if isinstance(errors, list):
        return [each["extensions"]["code"] for each in errors]
    return [str(told.get("code"))]


async def _serve_once(url: str) -> None:
    async with open_service(Settings(database_url=url)):
        pass


async def _execute(url: str, statement: str, *, renew: bool = False) -> None:
    """Execute a statement as administrator. ``renew``: also end existing sessions, as those keep their old settings."""
    connection = await asyncpg.connect(url, server_settings={"default_transaction_read_only": "off"})
    try:
        name = await connection.fetchval("SELECT current_database()")
        await connection.execute(statement.format(name))
        if renew:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> $2"
            await connection.execute(others.replace("$1", f"'{name}'").replace("$2", "pg_backend_pid()"))
    finally:
        await connection.close()
