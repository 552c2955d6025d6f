"""The operations and JSON Schemas of keys, embed tokens and the audit log, for the OpenAPI document.

The schemas of requests are made from the forms that requests are read by.
"""

from __future__ import annotations

from typing import Any, Final

from cadran.access.audit import AUDIT_PAGE_MAX
from cadran.access.grant import SCOPE
from cadran.administration.rest.embed_tokens import EmbedBody
from cadran.administration.rest.keys import AUDIT, KeyBody, RotationBody
from cadran.domain.access.role import ROLES
from cadran.rest.change_operations import (
    FAILED,
    IDEMPOTENCY,
    WRITING,
    describe_body,
    make_form_schema,
    uncached_response,
)
from cadran.rest.operations import describe_operation, describe_parameter
from cadran.rest.responses import describe_refused
from cadran.rest.schemas import INSTANT, TEXT, WORD, Schema, make_array, make_record, refer_to

_MOMENT: Final[Schema] = {**INSTANT, "type": ["string", "null"]}
_CODES: Final[Schema] = {"type": ["array", "null"], "items": TEXT}
_COUNT: Final[Schema] = {"type": ["integer", "null"], "minimum": 1}
_SECRET: Final[Schema] = {
    **TEXT,
    "description": "The secret of the key, for the header Authorization. Only this response shows it; cadran stores no "
    "copy in plain text.",
}
_ROLE: Final[Schema] = {"enum": list(ROLES), "description": "The role of the key, which determines its rights."}
_KEY_ID: Final[Schema] = {**TEXT, "description": "The id of the key: the second part of its secret."}
_NAME: Final[Schema] = {**TEXT, "description": "The name of the key."}
_LIMITS: Final[dict[str, str]] = {
    "requests_minute": "The most requests in a minute; null: the service's own limit.",
    "concurrent": "The most requests at the same time; null: the service's own limit.",
    "cells_max": "The most values that a response may show; null: the service's own limit.",
}


ADMINISTRATION_SCHEMAS: Final[dict[str, Schema]] = {
    "KeyBody": make_form_schema(KeyBody),
    "RotationBody": make_form_schema(RotationBody),
    "EmbedBody": make_form_schema(EmbedBody),
    "Key": make_record(
        "A key, without its secret.",
        {
            "key": _KEY_ID,
            "name": _NAME,
            "role": _ROLE,
            **{
                name: {**_CODES, "description": f"The codes of the {name} in the scope of the key; null: all."}
                for name in SCOPE
            },
            "metrics": {**_CODES, "description": "The metrics that the key may ask for; null: all."},
            "agent": {**WORD, "description": "The code of the agent who uses the key; null: no agent."},
            "origins": {**make_array(TEXT), "description": "The browser origins whose pages may use the key."},
            **{name: {**_COUNT, "description": about} for name, about in _LIMITS.items()},
            "documents_only": {
                "type": "boolean",
                "description": "Whether the key may ask GraphQL only by trusted documents.",
            },
            "created_at": {**INSTANT, "description": "When the key was created."},
            "created_by": {**TEXT, "description": "The caller who created the key."},
            "expires_at": {**_MOMENT, "description": "When the key expires; null: never."},
            "revoked_at": {**_MOMENT, "description": "When the key was revoked; null if it is not revoked."},
            "last_used_at": {**_MOMENT, "description": "When the key was last used; null: never."},
        },
    ),
    "Keys": make_record(
        "All keys.", {"keys": {**make_array(refer_to("Key")), "description": "The keys, without secrets."}}
    ),
    "KeyMade": make_record("A new key.", {"key": _KEY_ID, "secret": _SECRET, "name": _NAME, "role": _ROLE}),
    "KeyRotated": make_record(
        "The new secret of a key.",
        {
            "key": _KEY_ID,
            "secret": _SECRET,
            "overlap": {
                "type": "integer",
                "minimum": 0,
                "description": "The seconds for which the previous secret stays valid.",
            },
        },
    ),
    "EmbedToken": make_record(
        "A token for a page.",
        {
            "token": {**TEXT, "description": "The token, for the header Authorization."},
            "expires_at": {**INSTANT, "description": "When the token expires."},
            "metrics": {**make_array(TEXT), "description": "The metrics that the page may show."},
            "objectives": {
                **make_array({"type": "integer"}),
                "description": "The numbers of the objectives that the page may show.",
            },
            "contracts": {**make_array(TEXT), "description": "The codes of the contracts that the page may show."},
        },
    ),
    "AuditEntry": make_record(
        "An entry of the audit log: a change and its author.",
        {
            "number": {"type": "integer", "description": "The number of the entry; later entries have higher ones."},
            "at": {**INSTANT, "description": "When the change was made."},
            "who": {**TEXT, "description": "The caller who made the change."},
            "action": {**TEXT, "description": "The name of the action, such as key.create."},
            "subject": {**TEXT, "description": "The id of the key, contract, objective or document that was changed."},
            "detail": {
                "type": "object",
                "additionalProperties": True,
                "description": "The details of the change; its members depend on the action.",
            },
        },
    ),
    "Audit": make_record(
        "A page of the audit log, newest first.",
        {
            "entries": {**make_array(refer_to("AuditEntry")), "description": "The entries of this page, newest first."},
            "next": {
                "type": ["integer", "null"],
                "description": "The cursor of the next page, for before; null on the last page.",
            },
        },
    ),
}
_KEY: Final[dict[str, Any]] = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "The id of the key: the second part of its secret.",
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
            **describe_operation("listKeys", "access", "List all keys, without their secrets. For administrators."),
            "responses": {
                "200": uncached_response("All keys.", "Keys"),
                **describe_refused("BadRequest", "NotAcceptable", *FAILED),
            }
            | describe_refused("Refused"),
        },
        "post": {
            **describe_operation(
                "createKey", "access", "Create a key. Only this response shows its secret. For administrators."
            ),
            "parameters": [IDEMPOTENCY],
            "requestBody": describe_body("KeyBody", {"name": "the board of directors", "role": "analyst"}),
            "responses": {"201": uncached_response("The new key.", "KeyMade"), **describe_refused(*WRITING)},
        },
    },
    "/v1/keys/{key}": {
        "delete": {
            **describe_operation(
                "revokeKey", "access", "Revoke a key. Requests with the key are refused at once. For administrators."
            ),
            "parameters": [_KEY],
            "responses": {"204": {"description": "The key was revoked."}, **describe_refused("NotFound", *FAILED)},
        },
    },
    "/v1/keys/{key}/rotate": {
        "post": {
            **describe_operation(
                "rotateKey",
                "access",
                "Create a new secret for a key. The present secret stays valid for a while. For administrators.",
            ),
            "parameters": [_KEY, IDEMPOTENCY],
            "requestBody": describe_body("RotationBody", {"overlap": 3600}, required=False),
            "responses": {
                "200": uncached_response("The new secret.", "KeyRotated"),
                **describe_refused("NotFound", *WRITING),
            },
        },
    },
    "/v1/audit": {
        "get": {
            **describe_operation(
                "listAudit", "access", "List the entries of the audit log, newest first. For administrators."
            ),
            "parameters": [
                _query(
                    "limit",
                    f"The page size: 1 to {AUDIT_PAGE_MAX} entries; default: 100.",
                    AUDIT_PAGE_MAX,
                ),
                _query("before", "The cursor of this page: `next` of the previous page.", 999_999_999),
                *(describe_parameter(each) for each in AUDIT if each.kind == "text"),
            ],
            "responses": {
                "200": uncached_response("A page of the audit log.", "Audit"),
                **describe_refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
    },
    "/v1/embed-tokens": {
        "post": {
            **describe_operation(
                "createEmbedToken",
                "access",
                "Create a short-lived token for a page. It never shows more than the caller who creates it may see.",
            ),
            "parameters": [IDEMPOTENCY],
            "requestBody": describe_body("EmbedBody", {"metrics": ["contacts"], "expires_in": 900}),
            "responses": {"201": uncached_response("The new token.", "EmbedToken"), **describe_refused(*WRITING)},
        },
    },
}
