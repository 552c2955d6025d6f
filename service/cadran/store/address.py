"""Descriptions of a database URL that reveal no password: of its server, and of its defects.

The functions take a URL as asyncpg reads it, and return hosts, ports, database and user. They refuse URLs that asyncpg
would misread: a password with an unescaped `@` or `#` turns its rest into another host, and an error message about that
host would show the password.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

PORT: Final = 5432
_ENCODE: Final = (
    "special characters of user and password must be percent-encoded (# as %23, / as %2F, ? as %3F, @ as %40, % as %25)"
)
_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SESSIONS: Final = ("any", "primary", "standby", "prefer-standby", "read-write", "read-only")
_HOST: Final = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<name>[^\[\]:]+))(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Address:
    """Hosts (or folders of sockets) with ports, database and user. A value is empty if neither the URL nor a PG*
    variable gives it."""

    hosts: tuple[tuple[str, int], ...]
    database: str
    user: str
    sslmode: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Read a URL that `check_url` has accepted. Values that the URL omits come from the variables that asyncpg
        reads."""
        parts = urlsplit(url)
        auth, _, place = parts.netloc.rpartition("@")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        # asyncpg ignores the parameter `port` if the host is given before the path.
        port = (not place and query.get("port")) or os.environ.get("PGPORT", "")
        hosts = place or query.get("host") or os.environ.get("PGHOST", "")
        named = (unquote(parts.path.removeprefix("/")), query.get("dbname"), query.get("database"))
        user = unquote(auth.partition(":")[0]) or query.get("user") or os.environ.get("PGUSER", "")
        database = next((each for each in named if each), "") or os.environ.get("PGDATABASE", "") or user
        return cls(_pairs(hosts, port), database, user, query.get("sslmode") or os.environ.get("PGSSLMODE", ""))

    @property
    def is_local(self) -> bool:
        """Return whether all hosts are sockets of this machine."""
        return bool(self.hosts) and all(host.startswith("/") for host, _ in self.hosts)

    def __str__(self) -> str:
        places = [
            f"{'socket folder' if host.startswith('/') else 'host'} {host}, port {port}" for host, port in self.hosts
        ]
        said = [" or ".join(places) or "the default host"]
        said += [f"database {self.database}"] if self.database else []
        said += [f"user {self.user}"] if self.user else []
        return ", ".join(said)


def check_url(url: str) -> None:
    """Refuse a URL that asyncpg would misread. Raises ValueError. Its message follows the name of the setting, and
    quotes nothing of the URL."""
    scheme, sign, rest = url.partition("://")
    if not sign or scheme not in ("postgresql", "postgres"):
        raise ValueError("must begin with postgresql://")
    if "#" in rest:
        raise ValueError(f"contains '#', which would end it there: {_ENCODE}")
    if not url.isprintable() or " " in url or "\0" in unquote(url):
        raise ValueError(f"contains a blank or a control character: {_ENCODE}")
    if re.search(r"%(?![0-9A-Fa-f]{2})", url):
        raise ValueError(f"contains '%' without two hexadecimal digits after it: {_ENCODE}")
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    if rest.count("@") > 1 or ("@" in rest and "@" not in authority):
        raise ValueError(f"contains '@' in more places than before the host: {_ENCODE}")
    auth, _, place = authority.rpartition("@")
    if "[" in auth or "]" in auth or not _is_split(url):
        raise ValueError(f"cannot be split into user, password and host: {_ENCODE}")
    _check_query(rest, place)


def _check_query(rest: str, place: str) -> None:
    query = _query(rest.partition("?")[2])
    if query is None:
        raise ValueError(f"has parameters that are not name=value&…: {_ENCODE}")
    for name, known in (("sslmode", _MODES), ("target_session_attrs", _SESSIONS)):
        if name in query and query[name] not in known:
            raise ValueError(f"has a parameter {name} that is not one of {', '.join(known)}")
    ports = query["port"].split(",") if query.get("port") else []
    if not all(_is_port(port) for port in ports):
        raise ValueError("has a parameter port that is not a number from 1 to 65535")
    for hosts in (place, query.get("host", "")):
        if hosts and not all(_is_host(host) for host in hosts.split(",")):
            raise ValueError(
                "names a host that cannot be read, or a port that is not a number from 1 to 65535 (an IPv6 address is"
                f" written in brackets, as in [::1]:5432): {_ENCODE}"
            )
    if len(ports) > 1 and not place and len(ports) != len(query.get("host", "").split(",")):
        raise ValueError("has different numbers of ports and hosts")


def _query(text: str) -> dict[str, str] | None:
    """Return the parameters, or None if they cannot be parsed. The parser's error is dropped, because it would quote
    them."""
    try:
        return {name: values[-1] for name, values in parse_qs(text, strict_parsing=True).items()} if text else {}
    except ValueError:
        return None


def _is_split(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:  # The error's message would quote the password, so it must not become another error's context.
        return False
    return True


def _is_host(host: str) -> bool:
    if host.startswith("/"):
        return True
    found = _HOST.fullmatch(host)
    return found is not None and (found["port"] is None or _is_port(found["port"]))


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535


def _pairs(hosts: str, ports: str) -> tuple[tuple[str, int], ...]:
    """Return the hosts with their ports: the port written with the host, else the parameter's, else PostgreSQL's
    default."""
    given = [int(port) if _is_port(port) else PORT for port in ports.split(",")] if ports else [PORT]
    found = []
    for number, host in enumerate(hosts.split(",")) if hosts else ():
        port = given[number] if number < len(given) else given[0]
        if host.startswith("/"):
            found.append((unquote(host), port))
        elif match := _HOST.fullmatch(host):
            found.append((unquote(match["six"] or match["name"]), int(match["port"] or port)))
    return tuple(found)
