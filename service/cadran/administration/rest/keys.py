"""The resources ``/v1/keys``, ``/v1/keys/{key}``, ``/v1/keys/{key}/rotate`` and ``/v1/audit``, for administrators.

Bodies are JSON of a declared form. A request that creates something may be repeated under its Idempotency-Key and gets
its first response again. A secret is shown only in the response that creates it, and never stored in plain text.
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
from cadran.access.grant import SCOPE, Grant, check_expiry, check_grant
from cadran.access.idempotency import Idempotency, StoredAnswer
from cadran.access.key_store import OVERLAP, KeyStore
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
    Words,
    encode_saved,
    make_route,
    make_uncached_response,
    read_form,
    require_right,
    run_once,
)
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.rest.respond import read_accept
from cadran.web.forms import RequestForm
from cadran.web.negotiate import JSON, choose_media_type

log = logging.getLogger(__name__)

AUDIT: Final = (
    Parameter("limit", f"The page size: 1 to {AUDIT_PAGE_MAX} entries.", "number", 100),
    Parameter("before", "The cursor of this page: `next` of the previous page.", "number"),
    Parameter(
        "subject",
        "The id of a key, contract, objective or document. Only entries about it are listed.",
        example="abcd2345",
    ),
    Parameter("action", "The name of an action. Only its entries are listed.", example="key.create"),
)
_WORD: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_AUDIT_BY_NAME: Final = index_by_name(AUDIT)
_YEARS: Final = (2000, 2200)


class KeyBody(RequestForm):
    """The request for a key: its name, role, scope and limits."""

    name: Words = Field(min_length=1, description="The name of the key, for the audit log.")
    role: RoleName = Field(description="The role of the key, which determines its rights.")
    partners: Codes | None = Field(default=None, description="Codes of the partners in the scope; null: all.")
    sites: Codes | None = Field(default=None, description="Codes of the sites in the scope; null: all.")
    segments: Codes | None = Field(default=None, description="Codes of the segments in the scope; null: all.")
    channels: Codes | None = Field(default=None, description="Codes of the channels in the scope; null: all.")
    teams: Codes | None = Field(default=None, description="Codes of the teams in the scope; null: all.")
    metrics: Codes | None = Field(default=None, description="The metrics that the key may ask for; null: all.")
    agent: Words | None = Field(default=None, description="The code of the agent who uses the key; null: no agent.")
    origins: Origins = Field(
        default_factory=list, description="The browser origins whose pages may use the key; empty: no browser page."
    )
    requests_minute: Count | None = Field(
        default=None, description="The most requests in a minute; null: the service's own limit."
    )
    concurrent: Count | None = Field(
        default=None, description="The most requests at the same time; null: the service's own limit."
    )
    cells_max: Count | None = Field(
        default=None, description="The most values that a response may show; null: the service's own limit."
    )
    documents_only: bool = Field(
        default=False, description="Whether the key may ask GraphQL only by trusted documents."
    )
    expires_at: AwareDatetime | None = Field(
        default=None, description="When the key expires, with a zone or offset; null: never."
    )

    @field_validator("expires_at")
    @classmethod
    def _check_year(cls, at: datetime | None) -> datetime | None:
        if at is not None and not _YEARS[0] <= at.year < _YEARS[1]:
            raise ValueError(f"is not between the years {_YEARS[0]} and {_YEARS[1]}")
        return at


class RotationBody(RequestForm):
    """The request for a new secret of a key."""

    overlap: int = Field(
        default=int(OVERLAP.total_seconds()),
        ge=0,
        le=30 * 86_400,
        description="The seconds for which the present secret stays valid.",
    )


@dataclass(frozen=True, slots=True)
class Administration:
    """The handlers of keys and of the audit log.

    ``follow`` loads a change into this process before the response is sent.
    """

    desk: Desk
    register: KeyStore
    follow: Callable[[], Awaitable[None]]
    idempotency: Idempotency

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            make_route("/v1/keys", GET=self.keys, POST=self.create),
            Route("/v1/keys/{key}", self.revoke, methods=["DELETE"]),
            Route("/v1/keys/{key}/rotate", self.rotate, methods=["POST"]),
            Route("/v1/audit", self.audit, methods=["GET"]),
        ]

    async def keys(self, request: Request) -> Response:
        """Return all keys, without their secrets."""
        require_right(request, "administer")
        choose_media_type(read_accept(request), (JSON,))
        params.parse_nothing(request.scope["query_string"])
        return make_uncached_response(200, {"keys": [_key(each) for each in await self.register.all()]})

    async def create(self, request: Request) -> Response:
        """Create a key. Only this response shows its secret."""
        caller = require_right(request, "administer")
        sent, body = await read_form(request, KeyBody)
        grant = check_grant(_grant(sent.model_dump()), self.desk.directory())
        check_expiry(grant, now=self.desk.clock())

        async def work() -> StoredAnswer:
            secret = await self.register.create(grant, who=caller.who)
            await self.follow()
            return encode_saved(
                201, {"key": secret.key_id, "secret": secret.text, "name": grant.name, "role": grant.role}
            )

        return await run_once(self.idempotency, request, caller, body, work)

    async def rotate(self, request: Request) -> Response:
        """Create a new secret for a key."""
        caller = require_right(request, "administer")
        sent, body = await read_form(request, RotationBody)
        number = request.path_params["key"]

        async def work() -> StoredAnswer:
            overlap = timedelta(seconds=sent.overlap)
            secret = await self.register.rotate(number, who=caller.who, overlap=overlap)
            await self.follow()
            return encode_saved(200, {"key": secret.key_id, "secret": secret.text, "overlap": sent.overlap})

        return await run_once(self.idempotency, request, caller, body, work)

    async def revoke(self, request: Request) -> Response:
        """Revoke a key."""
        caller = require_right(request, "administer")
        await self.register.revoke(request.path_params["key"], who=caller.who)
        await self.follow()
        return Response(status_code=204, headers=NO_STORE)

    async def audit(self, request: Request) -> Response:
        """Return a page of the audit log, newest first."""
        require_right(request, "administer")
        choose_media_type(read_accept(request), (JSON,))
        asked = _read_audit_query(request.scope["query_string"])
        entries = await self.register.audit(**asked)
        lines = [
            {"number": each.number, "at": each.at.isoformat(), "who": each.who, "action": each.action}
            | {"subject": each.subject, "detail": each.detail}
            for each in entries
        ]
        return make_uncached_response(
            200, {"entries": lines, "next": entries[-1].number if len(entries) == asked["limit"] else None}
        )


def _read_audit_query(query_string: bytes) -> dict[str, Any]:
    """Read the query string of ``/v1/audit``. Refuse invalid values (``bad_parameter``)."""
    given = {"limit": 100} | read_parameters(query_string, _AUDIT_BY_NAME)
    if not 1 <= given["limit"] <= AUDIT_PAGE_MAX:
        raise _bad("limit", f"limit has to be a number from 1 to {AUDIT_PAGE_MAX}.")
    if given.get("before") == 0:
        raise _bad("before", "before has to be a number of at least 1.")
    for name in ("subject", "action"):
        if name in given and not _WORD.fullmatch(given[name]):
            raise _bad(name, f"{name} has to be one line of 1 to 200 characters.")
    return given


def _bad(name: str, detail: str) -> QuestionRefused:
    return QuestionRefused(detail, code="bad_parameter", parameter=name)


def _grant(values: dict[str, Any]) -> Grant:
    frozen: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}
    return Grant(**frozen)


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
