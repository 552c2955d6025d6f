"""A PostgreSQL that asks for a password, on a port of its own: to be refused by it in every way there is."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from cadran.embedded.server import EmbeddedServer

#: Who may come in by which way. The embedded programs have no TLS, so that nobody comes in by `hostssl`.
ADMITTED = """
local all all trust
hostssl all tls 127.0.0.1/32 scram-sha-256
host all tls 127.0.0.1/32 reject
host all shut 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
"""
#: Pieces that must never be seen, around a place for a special character.
SECRET = "Zebra", "Quagga"
PASSWORD = "".join(SECRET)


class Gate:
    """A server with a user `guest` (the password is `PASSWORD`), who owns the database `guests`."""

    def __init__(self, server: EmbeddedServer, port: int) -> None:
        self.server = server
        self.port = port
        self.place = f"127.0.0.1:{port}"

    def url(self, user: str = "guest", *, database: str = "guests", password: str = PASSWORD, query: str = "") -> str:
        """A URL that leads through the gate."""
        return f"postgresql://{user}:{password}@{self.place}/{database}{query}"

    def local(self, database: str, user: str = "cadran") -> str:
        """A URL by the socket, where nobody is asked for a password."""
        return f"postgresql://{user}@/{database}?host={self.server.footing.socket_dir}&port={self.port}"

    async def execute(self, *statements: str, database: str = "postgres") -> None:
        """Do as the server's administrator."""
        connection = await asyncpg.connect(self.local(database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def opened_gate() -> Iterator[Gate]:
    """A gate for the time of a block."""
    chosen = os.environ.get("CADRAN_TEST_PG_BINDIR")
    bindir = Path(chosen) if chosen else None
    home = Path(tempfile.mkdtemp(prefix="cadran-gate-"))
    home.chmod(0o755)
    try:
        with EmbeddedServer(home, bindir=bindir, durable=False) as first:
            rules = first.footing.pgdata / "gate.conf"
            rules.write_text(ADMITTED, "utf-8")
            rules.chmod(0o644)
        port = free_port()
        options = {"listen_addresses": "127.0.0.1", "port": str(port), "hba_file": str(rules), "max_connections": "20"}
        with EmbeddedServer(home, bindir=bindir, durable=False, options=options) as server:
            yield Gate(server, port)
    finally:
        shutil.rmtree(home)
