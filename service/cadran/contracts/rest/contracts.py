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

from cadran.access.idempotency import Idempotency, StoredAnswer
from cadran.contracts.changes import EFFECTIVE, change, find_effective_day, make_tag
from cadran.contracts.documents.contract import encode_contract
from cadran.contracts.model.form import read_form
from cadran.contracts.reader import ContractReader
from cadran.contracts.store import StoredContract
from cadran.errors import QuestionRefused
from cadran.rest import encode, params
from cadran.rest.changes import NO_STORE, make_route, read_json, require_right, run_once
from cadran.rest.respond import read_accept
from cadran.web.authentication import get_principal
from cadran.web.negotiate import JSON, choose_media_type


@dataclass(frozen=True, slots=True)
class ContractResources:
    """The handlers of contracts, with the services that they use."""

    contracts: ContractReader
    idempotency: Idempotency

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            make_route("/v1/contracts", GET=self.all, POST=self.create),
            make_route("/v1/contracts/{contract}", GET=self.one, PATCH=self.amend),
        ]

    async def all(self, request: Request) -> Response:
        """Return the contracts that the caller may see."""
        choose_media_type(read_accept(request), (JSON,))
        params.parse_nothing(request.scope["query_string"])
        known = await self.contracts.known(get_principal(request.scope))
        return _response({"contracts": [encode_contract(stored) for stored in known]})

    async def one(self, request: Request) -> Response:
        """Return a contract: its latest version, all versions and the sealed periods."""
        choose_media_type(read_accept(request), (JSON,))
        params.parse_nothing(request.scope["query_string"])
        stored = await self.contracts.one(request.path_params["contract"], get_principal(request.scope))
        return _response(encode_contract(stored), stored)

    async def create(self, request: Request) -> Response:
        """Create a contract."""
        caller = require_right(request, "administer")
        body = await read_json(request)
        form = read_form(body or b"{}")

        async def work() -> StoredAnswer:
            return _change_response(201, await self.contracts.create(form, who=caller.who), made=True)

        return await run_once(self.idempotency, request, caller, body, work)

    async def amend(self, request: Request) -> Response:
        """Add a version to a contract: replace members from a day on; null removes a member."""
        caller = require_right(request, "administer")
        body = await read_json(request)
        changes = orjson.loads(body or b"{}")
        if not isinstance(changes, dict):
            raise QuestionRefused("body: send a JSON object with the members to change.", code="bad_parameter")
        effective = find_effective_day(changes.pop(EFFECTIVE, None))
        code, tags = request.path_params["contract"], request.headers.get("if-match")
        principal = caller.principal

        async def work() -> StoredAnswer:
            stored = await change(
                self.contracts, code, changes, tags=tags, effective=effective, principal=principal, who=caller.who
            )
            return _change_response(200, stored)

        return await run_once(self.idempotency, request, caller, body, work)


def _change_response(status: int, stored: StoredContract, *, made: bool = False) -> StoredAnswer:
    """Return the response to a change: the contract with its ETag, and its location if it was created."""
    contract = stored.latest.contract
    headers = {"etag": make_tag(contract.version)}
    if made:
        headers["location"] = f"/v1/contracts/{contract.code}"
    return StoredAnswer(status, orjson.dumps(encode_contract(stored)), headers)


def _response(document: dict[str, Any], stored: StoredContract | None = None) -> Response:
    headers = {**NO_STORE} if stored is None else {**NO_STORE, "etag": make_tag(stored.latest.contract.version)}
    return Response(encode.encode_document(document).body, 200, headers, JSON)
