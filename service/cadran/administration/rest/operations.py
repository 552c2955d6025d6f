"""The operations of keys, embed tokens and the audit log, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from cadran.access.audit import AUDIT_PAGE_MAX
from cadran.administration.rest.keys import AUDIT
from cadran.rest.change_operations import (
    FAILED,
    IDEMPOTENCY,
    WRITING,
    describe_body,
    uncached_response,
)
from cadran.rest.operations import describe_operation, describe_parameter
from cadran.rest.responses import describe_refused

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
