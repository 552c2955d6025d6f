"""Contracts over HTTP: read by whom they concern, made and amended by administrators.

An amendment names the version that it changes (If-Match) and the day from which it holds; what was before stays as it
was. Both may be repeated under an Idempotency-Key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.idempotency import Idempotency, Saved
from cadran.contracts.changes import EFFECTIVE, change, effective_day, tag
from cadran.contracts.documents import contract_document
from cadran.contracts.model.form import read
from cadran.contracts.reader import Contracts
from cadran.contracts.store import Kept
from cadran.errors import QuestionRefused
from cadran.rest import encode, params
from cadran.rest.changes import NO_STORE, allowed, once, route, sent_json
from cadran.rest.respond import accepted
from cadran.web.authentication import principal_of
from cadran.web.negotiate import JSON, media_type


@dataclass(frozen=True, slots=True)
class ContractResources:
    """The handlers, with what they need."""

    contracts: Contracts
    idempotency: Idempotency

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            route("/v1/contracts", GET=self.all, POST=self.create),
            route("/v1/contracts/{contract}", GET=self.one, PATCH=self.amend),
        ]

    async def all(self, request: Request) -> Response:
        """The contracts that the caller knows of."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        known = await self.contracts.known(principal_of(request.scope))
        return _response({"contracts": [contract_document(kept) for kept in known]})

    async def one(self, request: Request) -> Response:
        """A contract as it is now, with its versions and sealed periods."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        kept = await self.contracts.one(request.path_params["contract"], principal_of(request.scope))
        return _response(contract_document(kept), kept)

    async def create(self, request: Request) -> Response:
        """A new contract."""
        caller = allowed(request, "administer")
        body = await sent_json(request)
        form = read(body or b"{}")

        async def work() -> Saved:
            return _saved(201, await self.contracts.create(form, who=caller.who), made=True)

        return await once(self.idempotency, request, caller, body, work)

    async def amend(self, request: Request) -> Response:
        """Another version of a contract: members replaced (null: left out) from a day on."""
        caller = allowed(request, "administer")
        body = await sent_json(request)
        changes = orjson.loads(body or b"{}")
        if not isinstance(changes, dict):
            raise QuestionRefused("body: send an object of the members to change.", code="bad_parameter")
        effective = effective_day(changes.pop(EFFECTIVE, None))
        code, tags = request.path_params["contract"], request.headers.get("if-match")
        principal = caller.principal

        async def work() -> Saved:
            kept = await change(
                self.contracts, code, changes, tags=tags, effective=effective, principal=principal, who=caller.who
            )
            return _saved(200, kept)

        return await once(self.idempotency, request, caller, body, work)


def _saved(status: int, kept: Kept, *, made: bool = False) -> Saved:
    """A contract as it was changed; where it is, if it was made."""
    contract = kept.latest.contract
    headers = {"etag": tag(contract.version)}
    if made:
        headers["location"] = f"/v1/contracts/{contract.code}"
    return Saved(status, orjson.dumps(contract_document(kept)), headers)


def _response(told: dict[str, Any], kept: Kept | None = None) -> Response:
    headers = {**NO_STORE} if kept is None else {**NO_STORE, "etag": tag(kept.latest.contract.version)}
    return Response(encode.document(told).body, 200, headers, JSON)
