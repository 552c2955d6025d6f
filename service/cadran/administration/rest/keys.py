"""Keys and the audit log over HTTP, for administrators.

What is sent is JSON of a declared form; whatever creates something may be repeated under its Idempotency-Key and is
answered the same. A secret is told once and kept nowhere in the clear.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import AwareDatetime, Field, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.audit import AUDIT_PAGE_MAX
from cadran.access.grant import SCOPE, Grant, check_expiry, checked
from cadran.access.idempotency import Idempotency, Saved
from cadran.access.key_store import OVERLAP, Register
from cadran.access.keyring import StoredKey
from cadran.domain.access.role import RoleName
from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused
from cadran.rest import params
from cadran.rest.changes import (
    NO_STORE,
    Codes,
    Count,
    Origins,
    Sent,
    Words,
    allowed,
    once,
    route,
    saved,
    sent_as,
    unkept,
)
from cadran.rest.parameter import Parameter, by_name, read
from cadran.rest.respond import accepted
from cadran.web.negotiate import JSON, media_type

log = logging.getLogger(__name__)

AUDIT: Final = (
    Parameter("limit", f"How many entries, 1 to {AUDIT_PAGE_MAX}.", "number", 100),
    Parameter("before", "What the page before told as next.", "number"),
    Parameter("subject", "Entries about this key, contract, objective or document only.", example="abcd2345"),
    Parameter("action", "Entries of this action only.", example="key.create"),
)
_WORD: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_AUDIT_BY_NAME: Final = by_name(AUDIT)
_YEARS: Final = (2000, 2200)


class KeySent(Sent):
    """A key to be made."""

    name: Words = Field(min_length=1)
    role: RoleName
    partners: Codes | None = None
    sites: Codes | None = None
    segments: Codes | None = None
    channels: Codes | None = None
    teams: Codes | None = None
    metrics: Codes | None = None
    agent: Words | None = None
    origins: Origins = Field(default_factory=list)
    requests_minute: Count | None = None
    concurrent: Count | None = None
    cells_max: Count | None = None
    documents_only: bool = False
    expires_at: AwareDatetime | None = None

    @field_validator("expires_at")
    @classmethod
    def _is_of_our_time(cls, at: datetime | None) -> datetime | None:
        if at is not None and not _YEARS[0] <= at.year < _YEARS[1]:
            raise ValueError(f"lies outside of the years {_YEARS[0]} to {_YEARS[1]}")
        return at


class RotationSent(Sent):
    """How long the present secret stays good, in seconds."""

    overlap: int = Field(default=int(OVERLAP.total_seconds()), ge=0, le=30 * 86_400)


@dataclass(frozen=True, slots=True)
class Administration:
    """The handlers, with what they need; ``follow`` lets this process know of a change before it is answered."""

    desk: Desk
    register: Register
    follow: Callable[[], Awaitable[None]]
    idempotency: Idempotency

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            route("/v1/keys", GET=self.keys, POST=self.create),
            Route("/v1/keys/{key}", self.revoke, methods=["DELETE"]),
            Route("/v1/keys/{key}/rotate", self.rotate, methods=["POST"]),
            Route("/v1/audit", self.audit, methods=["GET"]),
        ]

    async def keys(self, request: Request) -> Response:
        """Every key, without its secret."""
        allowed(request, "administer")
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        return unkept(200, {"keys": [_key(each) for each in await self.register.all()]})

    async def create(self, request: Request) -> Response:
        """A new key; its text is told once."""
        caller = allowed(request, "administer")
        sent, body = await sent_as(request, KeySent)
        grant = checked(_grant(sent.model_dump()), self.desk.directory())
        check_expiry(grant, now=self.desk.clock())

        async def work() -> Saved:
            secret = await self.register.create(grant, who=caller.who)
            await self.follow()
            return saved(201, {"key": secret.key_id, "secret": secret.text, "name": grant.name, "role": grant.role})

        return await once(self.idempotency, request, caller, body, work)

    async def rotate(self, request: Request) -> Response:
        """Another secret for a key."""
        caller = allowed(request, "administer")
        sent, body = await sent_as(request, RotationSent)
        number = request.path_params["key"]

        async def work() -> Saved:
            overlap = timedelta(seconds=sent.overlap)
            secret = await self.register.rotate(number, who=caller.who, overlap=overlap)
            await self.follow()
            return saved(200, {"key": secret.key_id, "secret": secret.text, "overlap": sent.overlap})

        return await once(self.idempotency, request, caller, body, work)

    async def revoke(self, request: Request) -> Response:
        """The key holds no more."""
        caller = allowed(request, "administer")
        await self.register.revoke(request.path_params["key"], who=caller.who)
        await self.follow()
        return Response(status_code=204, headers=NO_STORE)

    async def audit(self, request: Request) -> Response:
        """Who changed what, the latest first."""
        allowed(request, "administer")
        media_type(accepted(request), (JSON,))
        asked = _audited(request.scope["query_string"])
        entries = await self.register.audit(**asked)
        lines = [
            {"number": each.number, "at": each.at.isoformat(), "who": each.who, "action": each.action}
            | {"subject": each.subject, "detail": each.detail}
            for each in entries
        ]
        return unkept(200, {"entries": lines, "next": entries[-1].number if len(entries) == asked["limit"] else None})


def _audited(query_string: bytes) -> dict[str, Any]:
    """Which page of the log is asked for, of which entries."""
    given = {"limit": 100} | read(query_string, _AUDIT_BY_NAME)
    if not 1 <= given["limit"] <= AUDIT_PAGE_MAX:
        raise _bad("limit", f"limit is a number from 1 to {AUDIT_PAGE_MAX}.")
    if given.get("before") == 0:
        raise _bad("before", "before is a number from 1.")
    for name in ("subject", "action"):
        if name in given and not _WORD.fullmatch(given[name]):
            raise _bad(name, f"{name} is one line of 1 to 200 characters.")
    return given


def _bad(name: str, detail: str) -> QuestionRefused:
    return QuestionRefused(detail, code="bad_parameter", parameter=name)


def _grant(values: dict[str, Any]) -> Grant:
    told: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}
    return Grant(**told)


def _key(stored: StoredKey) -> dict[str, Any]:
    grant = stored.grant
    return {
        "key": stored.key_id,
        "name": grant.name,
        "role": grant.role,
        **{name: getattr(grant, name) for name in (*SCOPE, "metrics", "agent", "origins")},
        **{name: getattr(grant, name) for name in ("requests_minute", "concurrent", "cells_max", "documents_only")},
        "created_at": stored.created_at,
        "created_by": stored.created_by,
        "expires_at": grant.expires_at,
        "revoked_at": stored.revoked_at,
        "last_used_at": stored.last_used_at,
    }
