"""Keys, embed tokens and the audit log, for the OpenAPI document: the forms that are read are the schemas told."""

from __future__ import annotations

from typing import Any, Final

from cadran.access.audit import AUDIT_PAGE_MAX
from cadran.access.grant import SCOPE
from cadran.administration.rest.embed_tokens import EmbedSent
from cadran.administration.rest.keys import AUDIT, KeySent, RotationSent
from cadran.domain.access.role import ROLES
from cadran.rest.change_operations import FAILED, IDEMPOTENCY, WRITING, body, form_schema, unkept
from cadran.rest.operations import named, parameter
from cadran.rest.responses import refused
from cadran.rest.schemas import INSTANT, TEXT, WORD, Schema, array, record, reference

_MOMENT: Final[Schema] = {**INSTANT, "type": ["string", "null"]}
_CODES: Final[Schema] = {"type": ["array", "null"], "items": TEXT}
_COUNT: Final[Schema] = {"type": ["integer", "null"], "minimum": 1}
_SECRET: Final[Schema] = {**TEXT, "description": "The key's text. It is told this once and stored nowhere."}
_ROLE: Final[Schema] = {"enum": list(ROLES)}


ADMINISTRATION_SCHEMAS: Final[dict[str, Schema]] = {
    "KeySent": form_schema(KeySent),
    "RotationSent": form_schema(RotationSent),
    "EmbedSent": form_schema(EmbedSent),
    "Key": record(
        "A key, without its secret.",
        {
            "key": TEXT,
            "name": TEXT,
            "role": _ROLE,
            **dict.fromkeys((*SCOPE, "metrics"), _CODES),
            "agent": WORD,
            "origins": array(TEXT),
            **dict.fromkeys(("requests_minute", "concurrent", "cells_max"), _COUNT),
            "documents_only": {"type": "boolean"},
            "created_at": INSTANT,
            "created_by": TEXT,
            **dict.fromkeys(("expires_at", "revoked_at", "last_used_at"), _MOMENT),
        },
    ),
    "Keys": record("Every key.", {"keys": array(reference("Key"))}),
    "KeyMade": record("A new key.", {"key": TEXT, "secret": _SECRET, "name": TEXT, "role": _ROLE}),
    "KeyRotated": record(
        "The key's new secret, and for how many seconds the one before stays good.",
        {"key": TEXT, "secret": _SECRET, "overlap": {"type": "integer", "minimum": 0}},
    ),
    "EmbedToken": record(
        "A token for a page, what it names, and when it ends.",
        {
            "token": TEXT,
            "expires_at": INSTANT,
            "metrics": array(TEXT),
            "objectives": array({"type": "integer"}),
            "contracts": array(TEXT),
        },
    ),
    "AuditEntry": record(
        "Who changed what.",
        {
            "number": {"type": "integer"},
            "at": INSTANT,
            "who": TEXT,
            "action": TEXT,
            "subject": TEXT,
            "detail": {"type": "object", "additionalProperties": True},
        },
    ),
    "Audit": record(
        "A page of the log, the latest first; next is what to give as before for the page after it.",
        {"entries": array(reference("AuditEntry")), "next": {"type": ["integer", "null"]}},
    ),
}
_KEY: Final[dict[str, Any]] = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "The key's id, which is the second part of its text.",
    "schema": {"type": "string", "pattern": "^[a-z2-7]{8}$", "maxLength": 8},
    "example": "abcd2345",
}


def _query(name: str, about: str, most: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": most}
    return {"name": name, "in": "query", "description": about, "schema": schema}


#: Path → method → operation.
ADMINISTRATION: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "/v1/keys": {
        "get": {
            **named("listKeys", "access", "Every key, without its secret. For administrators."),
            "responses": {"200": unkept("The keys.", "Keys"), **refused("BadRequest", "NotAcceptable", *FAILED)}
            | refused("Refused"),
        },
        "post": {
            **named("createKey", "access", "Make a key; its text is told this once. For administrators."),
            "parameters": [IDEMPOTENCY],
            "requestBody": body("KeySent", {"name": "the board of directors", "role": "analyst"}),
            "responses": {"201": unkept("The key.", "KeyMade"), **refused(*WRITING)},
        },
    },
    "/v1/keys/{key}": {
        "delete": {
            **named("revokeKey", "access", "Revoke a key: it holds no more, at once. For administrators."),
            "parameters": [_KEY],
            "responses": {"204": {"description": "It is revoked."}, **refused("NotFound", *FAILED)},
        },
    },
    "/v1/keys/{key}/rotate": {
        "post": {
            **named("rotateKey", "access", "Another secret for a key; the present one stays good for a while."),
            "parameters": [_KEY, IDEMPOTENCY],
            "requestBody": body("RotationSent", {"overlap": 3600}, required=False),
            "responses": {"200": unkept("The new secret.", "KeyRotated"), **refused("NotFound", *WRITING)},
        },
    },
    "/v1/audit": {
        "get": {
            **named("listAudit", "access", "Who changed what, the latest first. For administrators."),
            "parameters": [
                _query("limit", f"How many entries, 1 to {AUDIT_PAGE_MAX}; 100 unless told.", AUDIT_PAGE_MAX),
                _query("before", "What the page before told as next.", 999_999_999),
                *(parameter(each) for each in AUDIT if each.kind == "text"),
            ],
            "responses": {
                "200": unkept("A page of the log.", "Audit"),
                **refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
    },
    "/v1/embed-tokens": {
        "post": {
            **named("createEmbedToken", "access", "A short-lived token for a page: it sees no more than its minter."),
            "parameters": [IDEMPOTENCY],
            "requestBody": body("EmbedSent", {"metrics": ["contacts"], "expires_in": 900}),
            "responses": {"201": unkept("The token.", "EmbedToken"), **refused(*WRITING)},
        },
    },
}
