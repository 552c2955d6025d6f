"""A failing start prints one sentence with host, port, database, setting and remedy, but no password. The exit code is
3.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import re
import socket
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import asyncpg
import pytest

from cadran.cli.main import main
from cadran.errors import CadranError
from cadran.store.reach import UnusableDatabase, reach
from tests.faults.password_server import PASSWORD, SECRET, Gate, free_port, opened_gate
from tests.store.proxies import deaf, relayed

Seen = TypeVar("Seen")
#: Every command that needs the database, with its required arguments.
COMMANDS = [
    ["serve"],
    ["worker"],
    ["worker", "--once"],
    ["ask", "contacts", "--period", "2015"],
    ["sla", "ARC-2015", "--period", "2015-12"],
    ["okr", "list"],
    ["load", "none.csv"],
    ["key", "list"],
    ["contract", "list"],
    ["document", "list"],
    ["check"],
    ["migrate"],
    ["demo", "--no-serve"],
]
MIGRATING = ("load", "migrate", "demo")


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with opened_gate() as found:
        asyncio.run(
            found.execute(
                f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'",
                f"CREATE ROLE shut LOGIN PASSWORD '{PASSWORD}'",
                f"CREATE ROLE tls LOGIN PASSWORD '{PASSWORD}'",
                f"CREATE ROLE asleep NOLOGIN PASSWORD '{PASSWORD}'",
                f"CREATE ROLE crowd LOGIN PASSWORD '{PASSWORD}' CONNECTION LIMIT 0",
                "CREATE DATABASE guests OWNER guest",
                "CREATE DATABASE closed ALLOW_CONNECTIONS false",
                "CREATE DATABASE members",
                "REVOKE CONNECT ON DATABASE members FROM PUBLIC",
            )
        )
        yield found


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_PORT", "0")
    return Terminal(monkeypatch, capsys, caplog)


class Terminal:
    """Runs commands in this process and captures their output and log."""

    def __init__(
        self, environment: pytest.MonkeyPatch, seen: pytest.CaptureFixture[str], log: pytest.LogCaptureFixture
    ) -> None:
        self._environment = environment
        self._seen = seen
        self._log = log
        log.set_level(logging.DEBUG)

    def set(self, **variables: str) -> None:
        """Set environment variables."""
        for name, value in variables.items():
            self._environment.setenv(name, value)

    def refused(self, *words: str, url: str | None = None) -> str:
        """Run a command and return its error message. Check that the exit code is 3 and that no output contains a
        traceback or the password.
        """
        if url is not None:
            self.set(CADRAN_DATABASE_URL=url)
        code = main(words)
        seen = self._seen.readouterr()
        assert code == 3, seen.out + seen.err
        everything = seen.out + seen.err + self._log.text
        assert "Traceback" not in everything
        assert not [piece for piece in SECRET if piece in everything], everything
        assert seen.err.startswith("cadran: "), seen.err
        return seen.err


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_that_the_password_is_wrong(terminal: Terminal, gate: Gate, words: list[str]):
    # If `serve` and `worker` waited at all, they would wait for an hour, and the test would not end.
    terminal.set(CADRAN_START_WAIT_SECONDS="3600")
    said = terminal.refused(*words, url=gate.url(password="Zebra"))
    assert f"host 127.0.0.1, port {gate.port}, database guests, user guest (CADRAN_DATABASE_URL)" in said
    assert "PGPASSWORD" in said


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_that_the_database_is_missing(terminal: Terminal, gate: Gate, words: list[str]):
    terminal.set(CADRAN_START_WAIT_SECONDS="3600")
    said = terminal.refused(*words, url=gate.url(database="none"))
    assert "does not exist" in said
    assert "database none" in said
    assert "CREATE DATABASE" in said


@pytest.mark.parametrize("words", [each for each in COMMANDS if each[0] not in MIGRATING], ids=" ".join)
def test_every_command_says_that_the_schema_is_missing(terminal: Terminal, gate: Gate, words: list[str]):
    terminal.set(CADRAN_START_WAIT_SECONDS="3600")
    said = terminal.refused(*words, url=gate.url())
    assert "run cadran migrate" in said
    assert f"port {gate.port}, database " in said


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_that_nobody_answers(terminal: Terminal, words: list[str]):
    terminal.set(CADRAN_START_WAIT_SECONDS="0.1")
    port = free_port()
    said = terminal.refused(*words, url=f"postgresql://guest:{PASSWORD}@127.0.0.1:{port}/guests")
    assert f"No database answers: host 127.0.0.1, port {port}, database guests, user guest" in said


CAUSES: list[tuple[str, Callable[[Gate], str], str]] = [
    ("refused", lambda _: f"postgresql://guest:{PASSWORD}@127.0.0.1:{free_port()}/guests", "Start PostgreSQL"),
    ("refused", lambda _: "postgresql://guest@/guests?host=/nowhere&port=1", "socket folder /nowhere, port 1"),
    ("refused", lambda _: f"postgresql://guest:{PASSWORD}@[::1]:{free_port()}/guests", "host ::1, port"),
    (
        "refused",
        lambda _: f"postgresql://guest:{PASSWORD}@127.0.0.1:{free_port()},127.0.0.1:{free_port()}/guests",
        " or host 127.0.0.1, port",
    ),
    ("unresolved", lambda _: f"postgresql://guest:{PASSWORD}@no.such.host.invalid/guests", "does not resolve"),
    ("bad_host", lambda _: f"postgresql://guest:{PASSWORD}@{'a' * 70}/guests", "no host name"),
    ("wrong_password", lambda gate: gate.url(password="Quagga"), "refuses this user and password"),
    ("wrong_password", lambda gate: gate.url("nobody"), "may also be missing"),
    ("no_user", lambda gate: gate.local("guests", "nobody"), "no such user"),
    ("no_user", lambda gate: gate.url("asleep"), "may not log in"),
    ("not_admitted", lambda gate: gate.url("shut"), "pg_hba.conf"),
    ("tls_required", lambda gate: gate.url("tls", query="?sslmode=disable"), "sslmode=require"),
    ("tls_unsupported", lambda gate: gate.url(query="?sslmode=require"), "offers no TLS"),
    ("no_database", lambda gate: gate.url(database="none"), "does not exist"),
    ("closed_database", lambda gate: gate.url(database="closed"), "takes no connections"),
    ("no_privilege", lambda gate: gate.url(database="members"), "GRANT CONNECT"),
    ("too_many_connections", lambda gate: gate.url("crowd"), "max_connections"),
    ("no_such_server", lambda gate: gate.url(query="?target_session_attrs=standby"), "target_session_attrs"),
    ("bad_parameter", lambda gate: gate.url(query="?no_such_parameter=1"), "parameters cannot be used"),
    ("bad_parameter", lambda gate: gate.url(query="?sslmode=verify-full&sslrootcert=/none"), "files that they name"),
]


@pytest.mark.parametrize(
    ("cause", "url", "words"), CAUSES, ids=[f"{number} {cause}" for number, (cause, *_) in enumerate(CAUSES)]
)
async def test_causes_are_told_apart(gate: Gate, cause: str, url: Callable[[Gate], str], words: str):
    with pytest.raises(UnusableDatabase) as raised:
        await reach(url(gate))
    assert raised.value.cause == cause
    assert words in raised.value.detail
    _assert_silent(raised.value)


#: How a server that is not PostgreSQL reacts to the first message.
STRANGERS = [
    ("not_postgresql", b"HTTP/1.1 400 Bad Request\r\n\r\n", "prefer"),
    ("not_postgresql", b"HTTP/1.1 400 Bad Request\r\n\r\n", "require"),
    ("closed", b"HTTP/1.1 400 Bad Request\r\n\r\n", "disable"),
    ("closed", b"", "prefer"),
    ("closed", b"", "disable"),
]


@pytest.mark.parametrize(("cause", "answer", "mode"), STRANGERS)
async def test_a_stranger_on_the_port_is_named(cause: str, answer: bytes, mode: str):
    async with _stranger(answer) as port:
        with pytest.raises(UnusableDatabase) as raised:
            await reach(f"postgresql://guest:{PASSWORD}@127.0.0.1:{port}/guests?sslmode={mode}")
    assert raised.value.cause == cause
    assert f"port {port}" in raised.value.detail
    _assert_silent(raised.value)


async def test_an_older_server_is_named(gate: Gate):
    connection = await _version(gate)
    older = b"13" + connection[2:]
    async with relayed(gate.local("guests", "guest"), lambda data: data.replace(connection, older)) as url:
        with pytest.raises(UnusableDatabase, match="older than PostgreSQL 15") as raised:
            await reach(url)
    assert raised.value.internal == "it is PostgreSQL 13"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM schema_migration WHERE name = (SELECT max(name) FROM schema_migration)", "older version"),
        ("INSERT INTO schema_migration VALUES ('9999_future.sql', 'x')", "newer version"),
        ("UPDATE data_state SET declarations = ''", "has no rollups yet: run cadran migrate"),
    ],
)
def test_a_schema_of_another_version_is_named(terminal: Terminal, database: str, statement: str, words: str):
    asyncio.run(_execute(database, statement))
    for command in (["serve"], ["worker"], ["ask", "contacts", "--period", "2015"], ["key", "list"]):
        terminal.set(CADRAN_START_WAIT_SECONDS="3600")
        assert words in terminal.refused(*command, url=database)


def test_only_the_worker_of_the_version_that_migrated_last_begins(terminal: Terminal, database: str):
    asyncio.run(_execute(database, "UPDATE data_state SET declarations = 'those of another version'"))
    assert "belong to another version" in terminal.refused("worker", url=database)
    terminal.set(CADRAN_DATABASE_URL=database)
    assert main(["ask", "contacts", "--period", "2015"]) == 0
    assert main(["check"]) == 0
    assert main(["migrate"]) == 0
    assert main(["worker", "--once"]) == 0


def test_who_may_not_make_the_walls_is_told_what_to_run(terminal: Terminal, gate: Gate):
    said = terminal.refused("migrate", url=gate.url())
    assert "CREATE ROLE cadran_reader NOLOGIN; GRANT cadran_reader TO guest;" in said


def test_who_does_not_own_the_tables_is_told_so(terminal: Terminal, gate: Gate):
    asyncio.run(gate.execute("CREATE DATABASE owned OWNER cadran"))
    terminal.set(CADRAN_DATABASE_URL=gate.local("owned"))
    assert main(["migrate"]) == 0
    for words in (["key", "list"], ["serve"], ["migrate"], ["check"]):
        assert "log in as the user who ran cadran migrate" in terminal.refused(*words, url=gate.url(database="owned"))


def test_a_transaction_pooler_is_named(terminal: Terminal, database: str):
    terminal.set(CADRAN_STATEMENT_TIMEOUT_SECONDS="2")
    with _in_thread(deaf(database)) as url:
        said = terminal.refused("ask", "contacts", "--period", "2015", url=url)
    assert "through a pooler that lends connections for a whole session" in said


def test_a_pooler_that_refuses_parameters_is_named(terminal: Terminal, gate: Gate):
    refusal = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: jit\0\0"
    message = b"E" + (len(refusal) + 4).to_bytes(4, "big") + refusal
    with _in_thread(_stranger(message)) as port:
        url = f"postgresql://guest:{PASSWORD}@127.0.0.1:{port}/guests?sslmode=disable"
        assert "A pooler in between refuses" in terminal.refused("key", "list", url=url)


#: A password as it may appear in a URL: unencoded, and percent-encoded.
CHARACTERS = "#@%:/?[]&=+ \\\"'é℀"


@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("encoded", [False, True])
def test_no_password_is_ever_shown(terminal: Terminal, gate: Gate, character: str, encoded: bool):
    password = character.join(SECRET)
    url = gate.url(password=quote(password, safe="") if encoded else password)
    said = terminal.refused("key", "list", url=url)
    if encoded:
        assert "refuses this user and password" in said
    else:
        assert "percent-encoded" in said


def test_a_password_with_special_characters_opens_the_gate(gate: Gate):
    password = CHARACTERS.join(SECRET)
    asyncio.run(gate.execute("CREATE ROLE odd LOGIN PASSWORD '" + password.replace("'", "''") + "'"))
    asyncio.run(reach(gate.url("odd", database="postgres", password=quote(password, safe=""))))


@pytest.mark.parametrize(
    "query", [f"password={PASSWORD}", f"password={PASSWORD}&port=x", f"{PASSWORD}", "sslmode=Zebra"]
)
def test_no_password_among_the_parameters_is_shown(terminal: Terminal, gate: Gate, query: str):
    terminal.refused("key", "list", url=f"postgresql://nobody@{gate.place}/guests?{query}")


def test_no_password_of_the_environment_is_shown(terminal: Terminal, gate: Gate):
    terminal.set(PGPASSWORD="Zebra", PGPORT="Quagga")
    terminal.refused("key", "list", url="postgresql://guest@127.0.0.1/guests")
    terminal.set(PGPORT=str(gate.port))
    said = terminal.refused("key", "list", url="postgresql://guest@127.0.0.1/guests")
    assert f"port {gate.port}" in said


def test_a_taken_port_is_known_before_anything_is_loaded(terminal: Terminal, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        terminal.set(CADRAN_PORT=str(port), CADRAN_DATA_DIR=str(tmp_path / "data"))
        for words in (["demo"], ["serve"]):
            said = terminal.refused(*words)
            assert re.search(rf"127\.0\.0\.1 port {port} already.*CADRAN_PORT", said)
    assert not (tmp_path / "data").exists()


def test_a_second_demonstration_does_not_load_beside_the_first(terminal: Terminal, database: str, tmp_path: Path):
    terminal.set(CADRAN_DATA_DIR=str(tmp_path))
    with (tmp_path / "loading").open("ab") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        said = terminal.refused("demo", "--no-serve", url=database)
    assert f"Another `cadran demo` loads into {tmp_path} (CADRAN_DATA_DIR)" in said


def test_an_address_that_is_not_ours_is_named(terminal: Terminal):
    for host in ("192.0.2.1", "no.such.host.invalid"):
        terminal.set(CADRAN_HOST=host)
        assert f"CADRAN_HOST={host} is not an address of this machine" in terminal.refused("serve")


def _assert_silent(error: CadranError) -> None:
    """Check that the password is neither in the error nor in any error that caused it."""
    chain = "".join(traceback.format_exception(error))
    found: BaseException | None = error
    while found is not None:
        chain += repr(found) + repr(found.__context__)
        found = found.__cause__ or found.__context__
    assert not [piece for piece in SECRET if piece in chain], chain


async def _version(gate: Gate) -> bytes:
    connection = await asyncpg.connect(gate.local("guests"))
    try:
        return str(await connection.fetchval("SHOW server_version_num")).encode()
    finally:
        await connection.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def _stranger(answer: bytes) -> AsyncIterator[int]:
    """Run a server that is not PostgreSQL, and yield its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(answer)
        with contextlib.suppress(OSError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@contextmanager
def _in_thread(block: AbstractAsyncContextManager[Seen]) -> Iterator[Seen]:
    """Enter an asynchronous context manager on an event loop in a separate thread, for the duration of this block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(block.__aenter__(), loop).result(30)
    finally:
        asyncio.run_coroutine_threadsafe(block.__aexit__(None, None, None), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()
