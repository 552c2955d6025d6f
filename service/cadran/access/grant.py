"""What a key grants: a role, a scope and limits, as stored; and the principal that it makes of its bearer."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from cadran.domain.access.principal import Principal
from cadran.domain.access.role import ROLES, RoleName
from cadran.domain.bounds import CODES_MAX, ORIGINS_MAX, WORD_MAX, check_list
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import Directory
from cadran.domain.question import Filter
from cadran.errors import QuestionRefused, unknown

#: The parts of a scope, by the dimension whose codes they hold.
SCOPE: Final = {
    "partners": "partner",
    "sites": "site",
    "segments": "segment",
    "channels": "channel",
    "teams": "team",
}
#: The limits of a key, which hold for the tokens made with it.
LIMITS: Final = ("requests_minute", "concurrent", "cells_max")
#: What a grant takes without its words, and what each word takes: a string, and its places in a list and a set.
_GRANT_BYTES: Final = 2_500
_WORD_BYTES: Final = 120
#: As browsers write one; hosts of other letters come as xn--….
_ORIGIN: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://([a-z0-9._~-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?")
_USUAL_PORTS: Final = {("https", "443"), ("http", "80")}
_NEEDED: Final = {"sites": "sites or partners", "agent": "an agent", "metrics": "a list of metrics"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """``None`` means no bound, an empty list nothing. ``requests_minute``, ``concurrent`` and ``cells_max`` replace the
    service's own limits; ``origins`` are the browser origins that may use it; with ``documents_only`` it asks GraphQL
    by trusted documents alone. ``objectives``, ``contracts``, ``annotations`` and ``minter`` are an embed token's: what
    it names, whether it shows annotations, and the role that minted it; a key is not bound by them."""

    name: str
    role: RoleName
    partners: tuple[str, ...] | None = None
    sites: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    metrics: tuple[str, ...] | None = None
    agent: str | None = None
    origins: tuple[str, ...] = ()
    requests_minute: int | None = None
    concurrent: int | None = None
    cells_max: int | None = None
    documents_only: bool = False
    objectives: tuple[int, ...] | None = None
    contracts: tuple[str, ...] | None = None
    annotations: bool = True
    minter: RoleName | None = None
    expires_at: datetime | None = None


def weight(grant: Grant) -> int:
    """Return about how many bytes a grant takes in memory, with the principal that it makes."""
    words = (word for name in (*SCOPE, "metrics", "origins") for word in getattr(grant, name) or ())
    return _GRANT_BYTES + sum(_WORD_BYTES + len(word) for word in words)


def checked(grant: Grant, directory: Directory) -> Grant:
    """The grant with codes as the directory writes them. Refuses unknown words, roles without what they need,
    administrators with a scope, and bounds that would let nothing through."""
    if grant.role not in ROLES:
        raise unknown("role", grant.role, list(ROLES), parameter="role")
    for need in ROLES[grant.role].needs:
        given = (grant.sites or grant.partners) if need == "sites" else getattr(grant, need)
        if not given:
            raise _refused(need, f"A key of the role {grant.role} needs {_NEEDED[need]}.")
    if not 0 < len(grant.name) <= WORD_MAX:
        raise _refused("name", f"A name has 1 to {WORD_MAX} characters.")
    _check_bounds(grant)
    check_list("origins", grant.origins, ORIGINS_MAX)
    for origin in grant.origins:
        _check_origin(origin)
    for slug in grant.metrics or ():
        if slug not in METRICS:
            raise unknown("metric", slug, list(METRICS), parameter="metrics")
    found = {name: _codes(getattr(grant, name), dimension, directory) for name, dimension in SCOPE.items()}
    agent = _codes((grant.agent,), "agent", directory) if grant.agent else None
    values = {each.name: getattr(grant, each.name) for each in fields(Grant)}
    return Grant(**{**values, **found, "agent": agent[0] if agent else None})


def check_expiry(grant: Grant, *, now: datetime) -> None:
    """Refuse a key that has ended before it is made."""
    if grant.expires_at is not None and grant.expires_at <= now:
        raise _refused("expires_at", "The key would have ended already: name a time to come, or none.")


def principal_of(grant: Grant, directory: Directory) -> Principal:
    """Who bears it, as the directory is now. A code that is no more narrows to nothing."""
    scope = tuple(
        Filter(dimension, tuple(sorted(codes)))
        for name, dimension in sorted(SCOPE.items())
        if (codes := getattr(grant, name)) is not None
    )
    team = None
    if grant.agent is not None:
        number = directory.codes.get("agent", {}).get(grant.agent.lower())
        team = directory.member("team", directory.member("agent", number).parent).code
    return Principal(
        name=grant.name,
        scope=scope,
        role=grant.role,
        metrics=None if grant.metrics is None else frozenset(grant.metrics),
        agent=grant.agent,
        team=team,
        cells_max=grant.cells_max,
        documents_only=grant.documents_only,
        objectives=None if grant.objectives is None else frozenset(grant.objectives),
        contracts=None if grant.contracts is None else frozenset(grant.contracts),
        annotations=grant.annotations,
        minter=grant.minter,
    )


def _codes(codes: tuple[str, ...] | None, dimension: str, directory: Directory) -> tuple[str, ...] | None:
    if codes is None:
        return None
    known = directory.codes.get(dimension, {})
    for code in codes:
        if code.lower() not in known:
            raise unknown(dimension, code, directory.known(dimension), parameter=dimension)
    return tuple(sorted({directory.member(dimension, known[code.lower()]).code or "" for code in codes}))


def _check_bounds(grant: Grant) -> None:
    bounds = {name: codes for name in (*SCOPE, "metrics") if (codes := getattr(grant, name)) is not None}
    if grant.role == "administrator" and bounds:
        raise _refused(
            next(iter(bounds)),
            "An administrator makes keys, so no scope would hold it; leave the scope out, or give another role.",
        )
    for name, codes in bounds.items():
        check_list(name, codes, CODES_MAX)
        if not codes:
            raise _refused(name, f"{name} is empty, which lets nothing through: name some, or leave it out.")
    for name in LIMITS:
        if (limit := getattr(grant, name)) is not None and limit < 1:
            raise _refused(name, f"{name} is 1 at least; without one, the service's own limit holds.")


def _check_origin(origin: str) -> None:
    found = _ORIGIN.fullmatch(origin)
    if len(origin) > WORD_MAX or found is None or (found["scheme"], found["port"]) in _USUAL_PORTS:
        raise _refused(
            "origins",
            f"'{origin[:60]}' is no origin as browsers send it: write scheme, host and any unusual port in lower case,"
            " and nothing else, such as https://wall.example or http://127.0.0.1:8080.",
        )


def _refused(parameter: str, detail: str) -> QuestionRefused:
    return QuestionRefused(detail, code="bad_parameter", parameter=parameter)
