"""A PostgreSQL server that asks for a password on a separate TCP port, to test every way in which it can refuse a
connection.
"""

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

#: Rules of pg_hba.conf: which user may connect in which way. The embedded server has no TLS, so that `hostssl` admits
#: nobody.
ADMITTED = """
local all all trust
hostssl all tls 127.0.0.1/32 scram-sha-256
host all tls 127.0.0.1/32 reject
host all shut 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
"""
#: Pieces of the password around a special character. They must not appear in any output.
SECRET = "Zebra", "Quagga"
PASSWORD = "".join(SECRET)


class Gate:
    """A server with a user `guest` (the password is `PASSWORD`), who owns the database `guests`."""

    def __init__(self, server: EmbeddedServer, port: int) -> None:
        self.server = server
        self.port = port
        self.place = f"127.0.0.1:{port}"

    def url(self, user: str = "guest", *, database: str = "guests", password: str = PASSWORD, query: str = "") -> str:
        """Return a URL that connects by TCP, where the server asks for a password."""
        return f"postgresql://{user}:{password}@{self.place}/{database}{query}"

    def local(self, database: str, user: str = "cadran") -> str:
        """Return a URL that connects by the Unix socket, where the server asks for no password."""
        return f"postgresql://{user}@/{database}?host={self.server.footing.socket_dir}&port={self.port}"

    async def execute(self, *statements: str, database: str = "postgres") -> None:
        """Execute statements as the server's administrator."""
        connection = await asyncpg.connect(self.local(database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def free_port() -> int:
    """Return a free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def opened_gate() -> Iterator[Gate]:
    """Run a `Gate` for the duration of the block."""
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
