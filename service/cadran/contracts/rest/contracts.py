"""The resources ``/v1/contracts`` and ``/v1/contracts/{contract}``. Administrators create and amend contracts.

An amendment names the version that it changes (If-Match) and the day from which it holds. Earlier versions stay
unchanged. Both requests may be repeated under an Idempotency-Key.
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
    """The handlers of contracts, with the services that they use."""

    contracts: Contracts
    idempotency: Idempotency

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            route("/v1/contracts", GET=self.all, POST=self.create),
            route("/v1/contracts/{contract}", GET=self.one, PATCH=self.amend),
        ]

    async def all(self, request: Request) -> Response:
        """Return the contracts that the caller may see."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        known = await self.contracts.known(principal_of(request.scope))
        return _response({"contracts": [contract_document(stored) for stored in known]})

    async def one(self, request: Request) -> Response:
        """Return a contract: its latest version, all versions and the sealed periods."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        stored = await self.contracts.one(request.path_params["contract"], principal_of(request.scope))
        return _response(contract_document(stored), stored)

    async def create(self, request: Request) -> Response:
        """Create a contract."""
        caller = allowed(request, "administer")
        body = await sent_json(request)
        form = read(body or b"{}")

        async def work() -> Saved:
            return _change_response(201, await self.contracts.create(form, who=caller.who), made=True)

        return await once(self.idempotency, request, caller, body, work)

    async def amend(self, request: Request) -> Response:
        """Add a version to a contract: replace members from a day on; null removes a member."""
        caller = allowed(request, "administer")
        body = await sent_json(request)
        changes = orjson.loads(body or b"{}")
        if not isinstance(changes, dict):
            raise QuestionRefused("body: send a JSON object with the members to change.", code="bad_parameter")
        effective = effective_day(changes.pop(EFFECTIVE, None))
        code, tags = request.path_params["contract"], request.headers.get("if-match")
        principal = caller.principal

        async def work() -> Saved:
            stored = await change(
                self.contracts, code, changes, tags=tags, effective=effective, principal=principal, who=caller.who
            )
            return _change_response(200, stored)

        return await once(self.idempotency, request, caller, body, work)


def _change_response(status: int, stored: Kept, *, made: bool = False) -> Saved:
    """Return the response to a change: the contract with its ETag, and its location if it was created."""
    contract = stored.latest.contract
    headers = {"etag": tag(contract.version)}
    if made:
        headers["location"] = f"/v1/contracts/{contract.code}"
    return Saved(status, orjson.dumps(contract_document(stored)), headers)


def _response(document: dict[str, Any], stored: Kept | None = None) -> Response:
    headers = {**NO_STORE} if stored is None else {**NO_STORE, "etag": tag(stored.latest.contract.version)}
    return Response(encode.document(document).body, 200, headers, JSON)
