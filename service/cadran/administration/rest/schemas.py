"""The JSON Schemas of keys, embed tokens and the audit log, for the OpenAPI document.

The schemas of requests are made from the forms that requests are read by.
"""

from __future__ import annotations

from typing import Final

from cadran.access.grant import SCOPE
from cadran.administration.rest.forms import EmbedBody, KeyBody, RotationBody
from cadran.domain.access.role import ROLES
from cadran.rest.description import make_form_schema
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
