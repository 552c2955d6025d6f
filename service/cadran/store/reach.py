"""The connection check of a command: whether the database can be used, and if not, the reason in one sentence.

`reach` takes a URL and checks, and returns nothing if the database can be used. Otherwise it raises `UnusableDatabase`.
The message names host, port, database, user, the setting and the remedy, and never a password. `reach` may wait for
causes that can pass by themselves (a server that is starting, a name that does not resolve yet)."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeAlias

import asyncpg

from cadran.errors import DatabaseUnavailable, DiskFull
from cadran.store.address import Address
from cadran.store.server_errors import is_disk_full

log = logging.getLogger(__name__)

Direct: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Check: TypeAlias = Callable[[Direct], Awaitable[None]]

#: Long enough to connect over a slow network.
CONNECT_SECONDS: Final = 10.0
PAUSE_SECONDS: Final = 0.25
PAUSE_SECONDS_MAX: Final = 2.0
VERSION_MIN: Final = 150_000
URL_SETTING: Final = "CADRAN_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Cause:
    """The reason why a database cannot be used: the problem, the remedy, whether the problem may pass by itself, and
    the code of the error."""

    name: str
    what: str
    remedy: str
    passes: bool = False
    code: str = DatabaseUnavailable.code


class UnusableDatabase(DatabaseUnavailable):
    """The error for a database that cannot be used. ``cause`` is the name of the reason; ``passes`` says whether
    waiting may help."""

    def __init__(self, cause: Cause, address: Address, setting: str, *, internal: str = "") -> None:
        super().__init__(f"{cause.what}: {address} ({setting}). {cause.remedy}", code=cause.code, internal=internal)
        self.cause = cause.name
        self.passes = cause.passes


_REFUSED: Final = Cause(
    "refused", "No database answers", "Start PostgreSQL, or correct host and port in the setting.", passes=True
)
_CLOSED_SOCKET: Final = Cause(
    "forbidden_socket", "The folder of the database's socket may not be entered", "Give this user access to it."
)
_UNRESOLVED: Final = Cause(
    "unresolved", "The database's host name does not resolve", "Correct the host in the setting, or the DNS.", True
)
_UNNAMEABLE: Final = Cause("bad_host", "The database's host is no host name", "Correct the host in the setting.")
_SILENT: Final = Cause(
    "timeout",
    f"The database did not answer within {CONNECT_SECONDS:g} s",
    "Look for a firewall in between or a server that hangs, or correct host and port in the setting.",
    passes=True,
)
_CUT: Final = Cause(
    "closed",
    "The connection was closed before the database answered",
    "Check that this port is PostgreSQL's, and that a proxy in between reaches the server.",
    passes=True,
)
_FOREIGN: Final = Cause("not_postgresql", "What answers is not PostgreSQL", "Correct host and port in the setting.")
_NO_TLS: Final = Cause(
    "tls_unsupported",
    "The database offers no TLS, and the URL demands it by sslmode",
    "Turn TLS on in the server, or use sslmode=prefer if the network in between is trusted.",
)
_TLS_FAILED: Final = Cause(
    "tls_failed",
    "No TLS connection to the database can be made",
    "Check the server's certificate, and sslmode, sslrootcert, sslcert and sslkey in the URL.",
)
_STARTING: Final = Cause(
    "starting", "The database is starting up, recovering or shutting down", "Wait until it is up.", passes=True
)
_PASSWORD: Final = Cause(
    "wrong_password",
    "The database refuses this user and password",
    "Correct them in the setting (special characters percent-encoded), in PGPASSWORD or in the password file; the user"
    " may also be missing.",
)
_NO_USER: Final = Cause(
    "no_user",
    "The database has no such user, or the user may not log in",
    "Correct the user in the setting, or CREATE ROLE … LOGIN.",
)
_NOT_ADMITTED: Final = Cause(
    "not_admitted",
    "The server admits no such connection",
    "Add this user, database and client address to its pg_hba.conf.",
)
_TLS_REQUIRED: Final = Cause(
    "tls_required",
    "The server admits no such connection, perhaps because it lacks TLS",
    "Add sslmode=require (or verify-full) to the URL, or add the connection to the server's pg_hba.conf.",
)
_NO_DATABASE: Final = Cause(
    "no_database",
    "The database does not exist",
    "Create it (CREATE DATABASE, then cadran migrate), or correct its name in the setting.",
)
_CLOSED_DATABASE: Final = Cause(
    "closed_database", "The database takes no connections", "ALTER DATABASE … ALLOW_CONNECTIONS true."
)
_NO_CONNECT: Final = Cause(
    "no_privilege", "The user may not use the database", "GRANT CONNECT ON DATABASE …, and log in as who migrated it."
)
_FULL: Final = Cause(
    "too_many_connections",
    "The database has no connection left",
    "Raise max_connections or the role's limit, or lower CADRAN_POOL_MAX.",
    passes=True,
)
_POOLER: Final = Cause(
    "pooler",
    "A pooler in between refuses the connection",
    "Connect to PostgreSQL directly, or through a pooler in session mode that ignores the startup parameters jit,"
    " statement_timeout and lock_timeout.",
)
_PARAMETER: Final = Cause(
    "bad_parameter",
    "The connection's parameters cannot be used",
    "Correct those after ? in the setting, PG* variables and the files that they name.",
)
_OLD: Final = Cause(
    "old_server", f"The server is older than PostgreSQL {VERSION_MIN // 10_000}", "Upgrade it, or name a newer one."
)
_STANDBY: Final = Cause("standby", "The server is a standby, which does not support LISTEN", "Name the primary.")
_NO_SUCH_SERVER: Final = Cause(
    "no_such_server",
    "No server is of the kind that target_session_attrs demands",
    "Name a server of that kind, or remove the parameter from the setting.",
    passes=True,
)
_DISK_FULL: Final = Cause(
    "disk_full", "A disk of the database is full, so no connection can be made", "Free space on it.", code=DiskFull.code
)
_OTHER: Final = Cause("other", "The database cannot be used", "See the server's message and its log.")

#: Causes by the class of the error. The first class that matches decides.
_CAUSES: Final[tuple[tuple[type[BaseException], Cause], ...]] = (
    (ssl.SSLError, _TLS_FAILED),
    (asyncpg.InvalidPasswordError, _PASSWORD),
    (asyncpg.InvalidCatalogNameError, _NO_DATABASE),
    (asyncpg.TooManyConnectionsError, _FULL),
    (asyncpg.CannotConnectNowError, _STARTING),
    (asyncpg.AdminShutdownError, _STARTING),
    (asyncpg.CrashShutdownError, _STARTING),
    (asyncpg.ObjectNotInPrerequisiteStateError, _CLOSED_DATABASE),
    (asyncpg.InsufficientPrivilegeError, _NO_CONNECT),
    (asyncpg.ProtocolViolationError, _POOLER),
    (asyncpg.DuplicatePreparedStatementError, _POOLER),
    (asyncpg.InvalidSQLStatementNameError, _POOLER),
    (asyncpg.PostgresConnectionError, _CUT),
    (asyncpg.UndefinedObjectError, _PARAMETER),
    (asyncpg.InvalidParameterValueError, _PARAMETER),
    (asyncpg.ClientConfigurationError, _PARAMETER),
    (asyncpg.TargetServerAttributeNotMatched, _NO_SUCH_SERVER),
    (asyncpg.InternalClientError, _FOREIGN),
    (asyncpg.ProtocolError, _FOREIGN),
    (TimeoutError, _SILENT),
    (socket.gaierror, _UNRESOLVED),
    (ConnectionRefusedError, _REFUSED),
    (ConnectionResetError, _CUT),
    (BrokenPipeError, _CUT),
    (UnicodeError, _UNNAMEABLE),
    (ValueError, _PARAMETER),
)


async def reach(
    url: str, *, checks: Sequence[Check] = (), wait_seconds: float = 0.0, setting: str = URL_SETTING
) -> None:
    """Connect once, run the checks and disconnect. Wait up to ``wait_seconds`` for causes that may pass by themselves.
    Raise `UnusableDatabase`, or the error of a check."""
    address = Address.of(url)
    end = monotonic() + wait_seconds
    pause, said = PAUSE_SECONDS, False
    while True:
        try:
            return await _try(url, address, checks, setting)
        except UnusableDatabase as unusable:
            left = end - monotonic()
            if not unusable.passes or left <= 0:
                raise
            if not said:
                log.warning("waiting up to %g s (CADRAN_START_WAIT_SECONDS): %s", wait_seconds, unusable.detail)
                said = True
        await asyncio.sleep(min(pause, left))
        pause = min(2 * pause, PAUSE_SECONDS_MAX)


async def _try(url: str, address: Address, checks: Sequence[Check], setting: str) -> None:
    connection = None
    try:
        connection = await asyncpg.connect(
            url,
            timeout=CONNECT_SECONDS,
            # No prepared statements: behind a pooler, their names would collide with those of the next connection.
            statement_cache_size=0,
            command_timeout=CONNECT_SECONDS,
            # The pool's settings, which a pooler may refuse.
            server_settings={"application_name": "cadran", "timezone": "UTC", "jit": "off"},
        )
        await require_version(connection, address, setting)
        if await connection.fetchval("SELECT pg_is_in_recovery()"):
            raise UnusableDatabase(_STANDBY, address, setting)
        for check in checks:
            await check(connection)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        # asyncpg raises ValueError for a URL, variable or file that it cannot read, and the message may quote a
        # password.
        raise await explain_failure(error, address, setting) from (None if isinstance(error, ValueError) else error)
    except ValueError as error:
        raise await explain_failure(error, address, setting) from None
    finally:
        if connection is not None:
            connection.terminate()


async def require_version(connection: Direct, address: Address, setting: str = URL_SETTING) -> None:
    """Refuse a server that is too old. Raises `UnusableDatabase`."""
    number = int(await connection.fetchval("SHOW server_version_num"))
    if number < VERSION_MIN:
        raise UnusableDatabase(_OLD, address, setting, internal=f"it is PostgreSQL {number // 10_000}")


async def explain_failure(error: BaseException, address: Address, setting: str = URL_SETTING) -> UnusableDatabase:
    """Return the error that says why the database cannot be used."""
    cause = await _cause(error, address)
    words = str(error) if isinstance(error, asyncpg.PostgresError | ConnectionError) else ""
    return UnusableDatabase(cause, address, setting, internal=words)


async def _cause(error: BaseException, address: Address) -> Cause:
    if is_disk_full(error):
        return _DISK_FULL
    if type(error) is asyncpg.InvalidAuthorizationSpecificationError:
        return _authorization(error, address)
    if isinstance(error, FileNotFoundError):
        return _REFUSED if address.is_local else _PARAMETER
    if isinstance(error, PermissionError):
        return _CLOSED_SOCKET if address.is_local else _PARAMETER
    for kind, cause in _CAUSES:
        if isinstance(error, kind):
            return cause
    if type(error) is ConnectionError:
        # asyncpg raises this after its offer of TLS.
        return await _negotiation(address) if "SSL" in str(error) else _CUT
    return _REFUSED if isinstance(error, OSError) else _OTHER


def _authorization(error: asyncpg.PostgresError, address: Address) -> Cause:
    """Return the cause of an authorization error. Several causes share one code. The server's function distinguishes
    them, as the message may be in any language."""
    if getattr(error, "server_source_function", None) != "ClientAuthentication":
        return _NO_USER
    # With any other sslmode, asyncpg offered TLS, and used it if the server supports it.
    return _TLS_REQUIRED if address.sslmode == "disable" else _NOT_ADMITTED


async def _negotiation(address: Address) -> Cause:
    """Return the cause when a server does not accept an offer of TLS. PostgreSQL answers N, a server of another kind
    anything else.

    asyncpg reads the answer and does not report it, so this function asks again.
    """
    for host, port in address.hosts:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(host, port)
                try:
                    writer.write(bytes((0, 0, 0, 8, 4, 210, 22, 47)))
                    answer = await reader.read(1)
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            continue
        return {b"N": _NO_TLS, b"E": _CUT, b"": _CUT}.get(answer, _FOREIGN)
    return _FOREIGN
