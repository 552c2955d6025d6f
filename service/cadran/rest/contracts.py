"""Contracts over HTTP: read by whom they concern, made and amended by administrators.

An amendment names the version that it changes (If-Match) and the day from which it holds; what was before stays as it
was. Both may be repeated under an Idempotency-Key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.idempotency import Idempotency, Saved
from cadran.errors import QuestionRefused
from cadran.rest import encode, params
from cadran.rest.changes import NO_STORE, allowed, once, route, sent_json, who
from cadran.rest.respond import accepted
from cadran.steer.contract import period_name, whole_period
from cadran.steer.contract_form import document, read
from cadran.steer.contract_register import Kept
from cadran.steer.contracts import Contracts
from cadran.web.authentication import principal_of
from cadran.web.negotiate import JSON, media_type
from cadran.web.problem import HttpRefused

EFFECTIVE: Final = "effective_from"


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
        return _response(200, {"contracts": [contract_document(kept) for kept in known]})

    async def one(self, request: Request) -> Response:
        """A contract as it is now, with its versions and sealed periods."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        kept = await self.contracts.one(request.path_params["contract"], principal_of(request.scope))
        return _response(200, contract_document(kept))

    async def create(self, request: Request) -> Response:
        """A new contract."""
        caller = allowed(request, "administer")
        body = await sent_json(request)
        form = read(body or b"{}")

        async def work() -> Saved:
            kept = await self.contracts.create(form, who=who(caller))
            return Saved(201, orjson.dumps(contract_document(kept)))

        return _tagged(await once(self.idempotency, request, caller, body, work))

    async def amend(self, request: Request) -> Response:
        """Another version of a contract: members replaced (null: left out) from a day on."""
        caller = allowed(request, "administer")
        body = await sent_json(request)
        changes = orjson.loads(body or b"{}")
        if not isinstance(changes, dict):
            raise QuestionRefused("body: send an object of the members to change.", code="bad_parameter")
        effective = _day(changes.pop(EFFECTIVE, None))

        async def work() -> Saved:
            kept = await self.contracts.one(request.path_params["contract"], caller.principal)
            version = _matched(request, kept)
            form = kept.changed(changes, effective)
            code = kept.latest.contract.code
            told = await self.contracts.amend(code, form, version=version, effective=effective, who=who(caller))
            return Saved(200, orjson.dumps(contract_document(told)))

        return _tagged(await once(self.idempotency, request, caller, body, work))


def contract_document(kept: Kept) -> dict[str, Any]:
    """A contract: its latest version, when each version took effect, which periods are sealed."""
    latest = kept.latest
    contract = latest.contract
    return {
        **document(latest.form),
        "version": contract.version,
        EFFECTIVE: latest.effective_from.isoformat(),
        "versions": [
            {
                "version": each.contract.version,
                EFFECTIVE: each.effective_from.isoformat(),
                "created_at": each.created_at.isoformat(),
            }
            for each in kept.versions
        ],
        "sealed": [
            {
                "period": period_name(contract, whole_period(contract, each.first_day)[0]),
                "version": each.version,
                "sealed_at": each.sealed_at.isoformat(),
            }
            for each in kept.seals
        ],
    }


def _day(value: object) -> date:
    """The day from which a change holds."""
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise QuestionRefused(
            f"{EFFECTIVE} is the first day of the period from which the change holds, e.g. 2016-01-01.",
            code="bad_parameter",
            parameter=EFFECTIVE,
        ) from None


def _matched(request: Request, kept: Kept) -> int:
    """The version that the caller means to change; refused with ``precondition_required`` or
    ``precondition_failed``."""
    wanted = request.headers.get("if-match")
    version = kept.latest.contract.version
    if wanted is None:
        raise HttpRefused("Send If-Match with the ETag of the contract as you know it.", code="precondition_required")
    tags = {tag.strip() for tag in wanted.split(",")}
    if tags.isdisjoint({"*", _tag(version)}):
        raise HttpRefused(
            f"The contract is at version {version} by now: read it again, then send your change.",
            code="precondition_failed",
        )
    return version


def _tag(version: int) -> str:
    return f'"{version}"'


def _response(status: int, told: dict[str, Any]) -> Response:
    return _tagged(Response(encode.document(told).body, status, NO_STORE, JSON))


def _tagged(response: Response) -> Response:
    """With the contract's version as its tag, where the body is of one contract."""
    version = orjson.loads(response.body).get("version")
    if isinstance(version, int):
        response.headers["etag"] = _tag(version)
    return response
