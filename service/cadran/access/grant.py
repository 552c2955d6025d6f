"""Grants of keys and tokens: role, scope and limits as stored, and the principal made from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from cadran.domain.access.principal import Principal
from cadran.domain.access.role import ROLES, RoleName
from cadran.domain.bounds import CODES_MAX, ORIGINS_MAX, WORD_MAX, check_list
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import find_unknown_code
from cadran.domain.directory import Directory
from cadran.domain.question import Filter
from cadran.errors import QuestionRefused, unknown

#: Part of a scope → the dimension of its codes.
SCOPE: Final = {
    "partners": "partner",
    "sites": "site",
    "segments": "segment",
    "channels": "channel",
    "queues": "queue",
    "teams": "team",
}
#: All parts of a scope. The values of attributes are each written as ``campaign=spring``.
SCOPE_PARTS: Final = (*SCOPE, "attributes")
#: The limits of a key, which also apply to embed tokens minted with the key.
LIMITS: Final = ("requests_minute", "concurrent", "cells_max")
#: The estimated bytes of a grant without its words, and of each word without its characters: a string, and its slots in
#: a list and a set.
_GRANT_BYTES: Final = 2_500
_WORD_BYTES: Final = 120
#: The form of an origin as browsers send it. Hosts with other letters come as xn--….
_ORIGIN: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://([a-z0-9._~-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?")
_USUAL_PORTS: Final = {("https", "443"), ("http", "80")}
_NEEDED: Final = {"sites": "sites or partners", "agent": "an agent", "metrics": "a list of metrics"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a key or a token allows.

    For lists, ``None`` means no limit and an empty list means nothing. ``requests_minute``, ``concurrent`` and
    ``cells_max`` replace the limits of the service. ``origins`` are the allowed browser origins. With
    ``documents_only``, GraphQL accepts trusted documents only. ``objectives``, ``contracts``, ``annotations`` and
    ``minter`` belong to embed tokens: the objectives and contracts that the token shows, whether it shows annotations,
    and the role of its minter. They do not limit keys.
    """

    name: str
    role: RoleName
    partners: tuple[str, ...] | None = None
    sites: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    queues: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    attributes: tuple[str, ...] | None = None
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


def estimate_bytes(grant: Grant) -> int:
    """Return the approximate bytes of a grant in memory, with its principal."""
    words = (word for name in (*SCOPE_PARTS, "metrics", "origins") for word in getattr(grant, name) or ())
    return _GRANT_BYTES + sum(_WORD_BYTES + len(word) for word in words)


def check_grant(grant: Grant, directory: Directory) -> Grant:
    """Return the grant with codes in the spelling of the directory.

    Raises QuestionRefused for unknown words, roles without the scope they need, administrators with a scope, and limits
    that allow nothing.
    """
    if grant.role not in ROLES:
        raise unknown("role", grant.role, list(ROLES), parameter="role")
    for need in ROLES[grant.role].needs:
        given = (grant.sites or grant.partners) if need == "sites" else getattr(grant, need)
        if not given:
            raise _refused(need, f"A key of the role {grant.role} needs {_NEEDED[need]}.")
    if not 0 < len(grant.name) <= WORD_MAX:
        raise _refused("name", f"The name must have 1 to {WORD_MAX} characters.")
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
    found["attributes"] = _check_attributes(grant.attributes, directory)
    return Grant(**{**values, **found, "agent": agent[0] if agent else None})


def check_expiry(grant: Grant, *, now: datetime) -> None:
    """Refuse a new key that has already expired. Raises QuestionRefused."""
    if grant.expires_at is not None and grant.expires_at <= now:
        raise _refused("expires_at", "The key would have expired already. Give a future time, or none.")


def make_principal(grant: Grant, directory: Directory) -> Principal:
    """Return the principal of a grant, for the present directory. A deleted code matches nothing."""
    scope = tuple(
        Filter(dimension, tuple(sorted(codes)))
        for name, dimension in sorted(SCOPE.items())
        if (codes := getattr(grant, name)) is not None
    )
    scope += tuple(Filter(name, codes) for name, codes in split_attributes(grant.attributes).items())
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


def split_attributes(bounds: Iterable[str] | None) -> dict[str, tuple[str, ...]]:
    """Return the codes of each attribute that a grant is bound to, sorted."""
    found: dict[str, set[str]] = {}
    for each in bounds or ():
        name, _, code = each.partition("=")
        found.setdefault(name, set()).add(code)
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def _check_attributes(bounds: tuple[str, ...] | None, directory: Directory) -> tuple[str, ...] | None:
    if bounds is None:
        return None
    for each in bounds:
        name, equals, _ = each.partition("=")
        if not equals:
            raise _refused("attributes", f"'{each[:60]}' is no value of an attribute. Write campaign=spring.")
        if name not in directory.attributes:
            raise unknown("attribute", name[:60], list(directory.attributes), parameter="attributes")
    found = {name: _codes(codes, name, directory) or () for name, codes in split_attributes(bounds).items()}
    return tuple(f"{name}={code}" for name, codes in found.items() for code in codes)


def _codes(codes: tuple[str, ...] | None, dimension: str, directory: Directory) -> tuple[str, ...] | None:
    if codes is None:
        return None
    known = directory.codes.get(dimension, {})
    for code in codes:
        if code.lower() not in known:
            refusal = find_unknown_code(dimension)
            raise unknown(dimension, code, directory.known(dimension), parameter=dimension, code=refusal)
    return tuple(sorted({directory.member(dimension, known[code.lower()]).code or "" for code in codes}))


def _check_bounds(grant: Grant) -> None:
    bounds = {name: codes for name in (*SCOPE_PARTS, "metrics") if (codes := getattr(grant, name)) is not None}
    if grant.role == "administrator" and bounds:
        raise _refused(
            next(iter(bounds)),
            "An administrator can create keys, so a scope would not limit it. Leave the scope out or use another role.",
        )
    for name, codes in bounds.items():
        check_list(name, codes, CODES_MAX)
        if not codes:
            raise _refused(name, f"{name} is empty, which would allow nothing. Name some, or leave it out.")
    for name in LIMITS:
        if (limit := getattr(grant, name)) is not None and limit < 1:
            raise _refused(name, f"{name} must be at least 1. Without it, the limit of the service applies.")


def _check_origin(origin: str) -> None:
    found = _ORIGIN.fullmatch(origin)
    if len(origin) > WORD_MAX or found is None or (found["scheme"], found["port"]) in _USUAL_PORTS:
        raise _refused(
            "origins",
            f"'{origin[:60]}' is not an origin as browsers send it. Write scheme, host and any unusual port in lower"
            " case, and nothing else, such as https://wall.example or http://127.0.0.1:8080.",
        )


def _refused(parameter: str, detail: str) -> QuestionRefused:
    return QuestionRefused(detail, code="bad_parameter", parameter=parameter)
