"""The port that a command will serve on: taken before anything else is done, as a taken one is better known at once
than after two minutes of loading."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from cadran.errors import StartFailed
from cadran.settings import Settings

#: The host resolves, to an address or a kind of address that this machine does not have.
_ABSENT: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


@contextmanager
def bound(settings: Settings) -> Iterator[list[socket.socket]]:
    """Hold sockets that are bound to the host's addresses and the port, not yet listening. Raises StartFailed."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise _no_address(settings) from error
    port = settings.port
    with ExitStack() as stack:
        sockets = []
        for family, kind, protocol, _, address in dict.fromkeys(found):
            each = stack.enter_context(socket.socket(family, kind, protocol))
            # A server that has just ended leaves connections that close; one that listens keeps the port all the same.
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                each.bind((address[0], port, *address[2:]))
            except OSError as error:
                raise _refused(settings, error) from error
            # Where the system chose it, the same for every address.
            port = each.getsockname()[1]
            sockets.append(each)
        yield sockets


def listen(sockets: list[socket.socket], settings: Settings, *, backlog: int) -> None:
    """Let the system take connections from now on. Raises StartFailed where another process was quicker."""
    for each in sockets:
        try:
            each.listen(backlog)
        except OSError as error:
            raise _refused(settings, error) from error


def port_of(sockets: list[socket.socket]) -> int:
    """Return the port, which the system chose where the setting is 0."""
    return int(sockets[0].getsockname()[1])


def _refused(settings: Settings, error: OSError) -> StartFailed:
    place = f"{settings.host} port {settings.port}"
    if isinstance(error, PermissionError):
        return StartFailed(f"This user may not listen on {place}: name a port from 1024 on in CADRAN_PORT.")
    if error.errno in _ABSENT:
        return _no_address(settings)
    return StartFailed(
        f"Something listens on {place} already, perhaps another cadran: stop it (`ss -ltnp` names it), or name another"
        " port in CADRAN_PORT (0 takes a free one).",
        internal=str(error),
    )


def _no_address(settings: Settings) -> StartFailed:
    return StartFailed(f"CADRAN_HOST={settings.host} is no address of this machine: name one, 127.0.0.1 or 0.0.0.0.")
