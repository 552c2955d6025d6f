"""The resources ``/v1/keys``, ``/v1/keys/{key}``, ``/v1/keys/{key}/rotate`` and ``/v1/audit``, for administrators.

A secret is shown only in the response that creates it, and never stored in plain text. A change is loaded into this
process before the response is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from starlette.responses import Response

from cadran.access.audit import AUDIT_PAGE_MAX
from cadran.access.grant import Grant, check_expiry, check_grant
from cadran.access.idempotency import StoredAnswer
from cadran.access.key_store import KeyStore
from cadran.administration.documents import KeyMadeDocument, KeyRotatedDocument, encode_audit, encode_keys
from cadran.administration.rest.forms import KeyBody, RotationBody
from cadran.administration.rest.schemas import ADMINISTRATION_SCHEMAS
from cadran.engine.reloader import DirectoryMirror
from cadran.errors import QuestionRefused
from cadran.rest.changes import encode_saved, make_uncached_response, read_form, respond_deleted, run_once
from cadran.rest.context import RequestContext
from cadran.rest.operation import Body, OperationGroup, PathParameter
from cadran.rest.parameter import Parameter
from cadran.rest.responses import describe_deletion, describe_uncached

_AUDIT: Final = (
    Parameter("limit", f"The page size: 1 to {AUDIT_PAGE_MAX} entries; default: 100.", "number", high=AUDIT_PAGE_MAX),
    Parameter("before", "The cursor of this page: `next` of the previous page.", "number", high=999_999_999),
    Parameter(
        "subject",
        "The id of a key, contract, objective or document. Only entries about it are listed.",
        example="abcd2345",
    ),
    Parameter("action", "The name of an action. Only its entries are listed.", example="key.create"),
)
_WORD: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_KEY: Final = PathParameter(
    "key",
    "The id of the key: the second part of its secret.",
    {"type": "string", "pattern": "^[a-z2-7]{8}$", "maxLength": 8},
    "abcd2345",
)
_ACCESS: Final = OperationGroup("access", ADMINISTRATION_SCHEMAS)


@_ACCESS.get(
    "/v1/keys",
    "listKeys",
    "List all keys, without their secrets. For administrators.",
    describe_uncached("All keys.", "Keys"),
    right="administer",
)
async def list_keys(context: RequestContext) -> Response:
    """Return all keys, without their secrets."""
    return make_uncached_response(200, encode_keys(await context.service(KeyStore).all()))


@_ACCESS.post(
    "/v1/keys",
    "createKey",
    "Create a key. Only this response shows its secret. For administrators.",
    describe_uncached("The new key.", "KeyMade", status=201),
    right="administer",
    body=Body("KeyBody", {"name": "the board of directors", "role": "analyst"}),
)
async def create_key(context: RequestContext) -> Response:
    """Create a key. Only this response shows its secret."""
    sent, body = await read_form(context, KeyBody)
    grant = check_grant(_grant(sent.model_dump()), context.desk.directory())
    check_expiry(grant, now=context.desk.clock())

    async def work() -> StoredAnswer:
        secret = await context.service(KeyStore).create(grant, who=context.caller.who)
        await context.service(DirectoryMirror).follow()
        made: KeyMadeDocument = {
            "key": secret.key_id,
            "secret": secret.text,
            "name": grant.name,
            "role": grant.role,
        }
        return encode_saved(201, made)

    return await run_once(context, body, work)


@_ACCESS.delete(
    "/v1/keys/{key}",
    "revokeKey",
    "Revoke a key. Requests with the key are refused at once. For administrators.",
    describe_deletion("The key was revoked."),
    right="administer",
    in_path=(_KEY,),
)
async def revoke_key(context: RequestContext) -> Response:
    """Revoke a key."""
    await context.service(KeyStore).revoke(context.path["key"], who=context.caller.who)
    await context.service(DirectoryMirror).follow()
    return respond_deleted()


@_ACCESS.post(
    "/v1/keys/{key}/rotate",
    "rotateKey",
    "Create a new secret for a key. The present secret stays valid for a while. For administrators.",
    describe_uncached("The new secret.", "KeyRotated"),
    right="administer",
    in_path=(_KEY,),
    body=Body("RotationBody", {"overlap": 3600}, required=False),
)
async def rotate_key(context: RequestContext) -> Response:
    """Create a new secret for a key."""
    sent, body = await read_form(context, RotationBody)

    async def work() -> StoredAnswer:
        overlap = timedelta(seconds=sent.overlap)
        secret = await context.service(KeyStore).rotate(context.path["key"], who=context.caller.who, overlap=overlap)
        await context.service(DirectoryMirror).follow()
        made: KeyRotatedDocument = {"key": secret.key_id, "secret": secret.text, "overlap": sent.overlap}
        return encode_saved(200, made)

    return await run_once(context, body, work)


@_ACCESS.get(
    "/v1/audit",
    "listAudit",
    "List the entries of the audit log, newest first. For administrators.",
    describe_uncached("A page of the audit log.", "Audit"),
    right="administer",
    parameters=_AUDIT,
)
async def list_audit(context: RequestContext) -> Response:
    """Return a page of the audit log, newest first."""
    asked = _check_audit_query(context.given)
    entries = await context.service(KeyStore).audit(**asked)
    return make_uncached_response(200, encode_audit(entries, asked["limit"]))


def _check_audit_query(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of ``/v1/audit`` with their defaults. Refuse invalid values (``bad_parameter``)."""
    given = {"limit": 100, **asked}
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
