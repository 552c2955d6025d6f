"""The resources ``/v1/contracts`` and ``/v1/contracts/{contract}``. Administrators create and amend contracts.

An amendment names the version that it changes (If-Match) and the day from which it holds. Earlier versions stay
unchanged. Both requests may be repeated under an Idempotency-Key.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
from starlette.responses import Response

from cadran.access.idempotency import StoredAnswer
from cadran.contracts.changes import EFFECTIVE, change, find_effective_day, make_tag
from cadran.contracts.documents.contract import encode_contract
from cadran.contracts.model.form import read_form
from cadran.contracts.reader import ContractReader
from cadran.contracts.rest.schemas import SLA_SCHEMAS
from cadran.contracts.store import StoredContract
from cadran.domain.bounds import WORD_MAX
from cadran.errors import QuestionRefused
from cadran.rest import encode, examples
from cadran.rest.changes import read_json, run_once
from cadran.rest.context import NO_STORE, RequestContext
from cadran.rest.operation import Body, Link, OperationGroup, PathParameter
from cadran.rest.responses import describe_created, describe_uncached, describe_versioned
from cadran.web.negotiate import JSON

CONTRACTS: Final = OperationGroup("contracts", SLA_SCHEMAS)
CODE: Final = PathParameter("contract", "The contract's code.", {"type": "string", "maxLength": WORD_MAX}, "ALTO-2015")


@CONTRACTS.get(
    "/v1/contracts",
    "listContracts",
    "List the contracts that the caller may see.",
    describe_uncached("The contracts, by code.", "Contracts"),
    right="contracts",
    link=Link("contracts", "SLA contracts with partners; /v1/sla/… has the amounts due"),
)
async def list_contracts(context: RequestContext) -> Response:
    """Return the contracts that the caller may see."""
    known = await context.service(ContractReader).known(context.principal)
    return _respond({"contracts": [encode_contract(stored) for stored in known]})


@CONTRACTS.post(
    "/v1/contracts",
    "createContract",
    "Create a contract. For administrators.",
    describe_created("The contract was created.", "Contract"),
    right="administer",
    body=Body("ContractForm", examples.CONTRACT),
)
async def create_contract(context: RequestContext) -> Response:
    """Create a contract."""
    body = await read_json(context)
    form = read_form(body or b"{}")

    async def work() -> StoredAnswer:
        stored = await context.service(ContractReader).create(form, who=context.caller.who)
        return _encode_change(201, stored, made=True)

    return await run_once(context, body, work)


@CONTRACTS.get(
    "/v1/contracts/{contract}",
    "getContract",
    "Get a contract: its latest version, all versions and the sealed periods.",
    describe_versioned("The contract in its latest version.", "Contract"),
    right="contracts",
    in_path=(CODE,),
)
async def get_contract(context: RequestContext) -> Response:
    """Return a contract: its latest version, all versions and the sealed periods."""
    stored = await context.service(ContractReader).one(context.path["contract"], context.principal)
    return _respond(encode_contract(stored), stored)


@CONTRACTS.patch(
    "/v1/contracts/{contract}",
    "amendContract",
    "Add a version to a contract. The members of the request replace those of the version in effect on "
    "effective_from; null removes a member. The new version holds from that day on. It cannot change a sealed "
    "period. For administrators.",
    describe_versioned("The contract with its new version.", "Contract"),
    right="administer",
    in_path=(CODE,),
    body=Body("ContractChange", {"effective_from": "2016-01-01", "valid_to": "2017-01-01"}),
    if_match='"1"',
    is_repeatable=True,
)
async def amend_contract(context: RequestContext) -> Response:
    """Add a version to a contract: replace members from a day on; null removes a member."""
    body = await read_json(context)
    changes = orjson.loads(body or b"{}")
    if not isinstance(changes, dict):
        raise QuestionRefused("body: send a JSON object with the members to change.", code="bad_parameter")
    effective = find_effective_day(changes.pop(EFFECTIVE, None))
    code, tags = context.path["contract"], context.request.headers.get("if-match")
    reader, principal, who = context.service(ContractReader), context.principal, context.caller.who

    async def work() -> StoredAnswer:
        stored = await change(reader, code, changes, tags=tags, effective=effective, principal=principal, who=who)
        return _encode_change(200, stored)

    return await run_once(context, body, work)


def _encode_change(status: int, stored: StoredContract, *, made: bool = False) -> StoredAnswer:
    """Return the response to a change: the contract with its ETag, and its location if it was created."""
    contract = stored.latest.contract
    headers = {"etag": make_tag(contract.version)}
    if made:
        headers["location"] = f"/v1/contracts/{contract.code}"
    return StoredAnswer(status, orjson.dumps(encode_contract(stored)), headers)


def _respond(document: dict[str, Any], stored: StoredContract | None = None) -> Response:
    headers = {**NO_STORE} if stored is None else {**NO_STORE, "etag": make_tag(stored.latest.contract.version)}
    return Response(encode.encode_document(document).body, 200, headers, JSON)
