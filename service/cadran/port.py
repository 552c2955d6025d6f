"""The port of a serving command, bound first, so that a port in use is reported before data are loaded."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from cadran.errors import StartFailed
from cadran.settings import Settings

#: Errors of a host that resolves to an address, or a kind of address, that this machine does not have.
_ABSENT: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


@contextmanager
def bind_port(settings: Settings) -> Iterator[list[socket.socket]]:
    """Yield sockets bound to the host's addresses and the port, not yet listening. Raises StartFailed."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise _no_address(settings) from error
    port = settings.port
    with ExitStack() as stack:
        sockets = []
        for family, kind, protocol, _, address in dict.fromkeys(found):
            each = stack.enter_context(socket.socket(family, kind, protocol))
            # A server that has just ended leaves closing connections. A server that listens still blocks the port.
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                each.bind((address[0], port, *address[2:]))
            except OSError as error:
                raise _refused(settings, error) from error
            # If the system chose the port, every address gets the same one.
            port = each.getsockname()[1]
            sockets.append(each)
        yield sockets


def listen(sockets: list[socket.socket], settings: Settings, *, backlog: int) -> None:
    """Start to accept connections. Raises StartFailed if another process took the port first."""
    for each in sockets:
        try:
            each.listen(backlog)
        except OSError as error:
            raise _refused(settings, error) from error


def find_port(sockets: list[socket.socket]) -> int:
    """Return the port. The system chose it if the setting is 0."""
    return int(sockets[0].getsockname()[1])


def _refused(settings: Settings, error: OSError) -> StartFailed:
    place = f"{settings.host} port {settings.port}"
    if isinstance(error, PermissionError):
        return StartFailed(f"This user may not listen on {place}. Set CADRAN_PORT to 1024 or higher.")
    if error.errno in _ABSENT:
        return _no_address(settings)
    return StartFailed(
        f"Another process listens on {place} already, perhaps another cadran. Stop it (`ss -ltnp` shows it), or set"
        " another port in CADRAN_PORT (0 takes a free one).",
        internal=str(error),
    )


def _no_address(settings: Settings) -> StartFailed:
    return StartFailed(
        f"CADRAN_HOST={settings.host} is not an address of this machine. Use one, such as 127.0.0.1 or 0.0.0.0."
    )
