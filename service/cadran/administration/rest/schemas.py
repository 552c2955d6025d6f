"""The JSON Schemas of keys, embed tokens, trusted GraphQL documents and the audit log, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.administration.documents import (
    AuditDocument,
    AuditEntryDocument,
    EmbedTokenDocument,
    KeyDocument,
    KeyMadeDocument,
    KeyRotatedDocument,
    KeysDocument,
    TrustedTextDocument,
    TrustedTextMadeDocument,
    TrustedTextsDocument,
)
from cadran.administration.me import CallerDocument, CallerLimitsDocument
from cadran.administration.rest.forms import DocumentBody, EmbedBody, KeyBody, RotationBody
from cadran.rest.description import make_form_schema
from cadran.rest.document_schemas import describe_documents
from cadran.rest.schemas import Schema

ADMINISTRATION_SCHEMAS: Final[dict[str, Schema]] = {
    **{form.__name__: make_form_schema(form) for form in (KeyBody, RotationBody, EmbedBody, DocumentBody)},
    **describe_documents(
        {
            "Caller": CallerDocument,
            "CallerLimits": CallerLimitsDocument,
            "Key": KeyDocument,
            "Keys": KeysDocument,
            "KeyMade": KeyMadeDocument,
            "KeyRotated": KeyRotatedDocument,
            "EmbedToken": EmbedTokenDocument,
            "AuditEntry": AuditEntryDocument,
            "Audit": AuditDocument,
            "Document": TrustedTextDocument,
            "Documents": TrustedTextsDocument,
            "DocumentMade": TrustedTextMadeDocument,
        }
    ),
}
