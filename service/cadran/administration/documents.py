"""The JSON documents of keys, embed tokens, trusted GraphQL documents and the audit log, with their encoders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeAlias, TypedDict

from pydantic import Field

from cadran.access.audit import Entry
from cadran.access.documents import TrustedDocument
from cadran.access.keyring import StoredKey
from cadran.domain.access.role import RoleName
from cadran.web.documents import InstantText, Number

Codes: TypeAlias = tuple[str, ...]
KeyId: TypeAlias = Annotated[str, "The id of the key: the second part of its secret."]
KeyName: TypeAlias = Annotated[str, "The name of the key."]
KeyRole: TypeAlias = Annotated[RoleName, "The role of the key, which determines its rights."]
Secret: TypeAlias = Annotated[
    str,
    "The secret of the key, for the header Authorization. Only this response shows it; cadran stores no copy in plain"
    " text.",
]
TextId: TypeAlias = Annotated[
    str,
    Field(pattern="^sha256:[0-9a-f]{64}$", max_length=71),
    "The document's id: sha256: and the SHA-256 hash of the text in UTF-8, in hexadecimal digits.",
]


class KeyDocument(TypedDict):
    """A key, without its secret."""

    key: KeyId
    name: KeyName
    role: KeyRole
    partners: Annotated[Codes | None, "The codes of the partners in the scope of the key; null: all."]
    sites: Annotated[Codes | None, "The codes of the sites in the scope of the key; null: all."]
    segments: Annotated[Codes | None, "The codes of the segments in the scope of the key; null: all."]
    channels: Annotated[Codes | None, "The codes of the channels in the scope of the key; null: all."]
    queues: Annotated[Codes | None, "The codes of the queues in the scope of the key; null: all."]
    teams: Annotated[Codes | None, "The codes of the teams in the scope of the key; null: all."]
    attributes: Annotated[
        Codes | None, "The values of own attributes in the scope of the key, each as campaign=spring; null: all."
    ]
    metrics: Annotated[Codes | None, "The metrics that the key may ask for; null: all."]
    agent: Annotated[str | None, "The code of the agent who uses the key; null: no agent."]
    origins: Annotated[Codes, "The browser origins whose pages may use the key."]
    requests_minute: Annotated[Number | None, "The most requests in a minute; null: the service's own limit."]
    concurrent: Annotated[Number | None, "The most requests at the same time; null: the service's own limit."]
    cells_max: Annotated[Number | None, "The most values that a response may show; null: the service's own limit."]
    documents_only: Annotated[bool, "Whether the key may ask GraphQL only by trusted documents."]
    created_at: Annotated[datetime, "When the key was created."]
    created_by: Annotated[str, "The caller who created the key."]
    expires_at: Annotated[datetime | None, "When the key expires; null: never."]
    revoked_at: Annotated[datetime | None, "When the key was revoked; null if it is not revoked."]
    last_used_at: Annotated[datetime | None, "When the key was last used; null: never."]


class KeysDocument(TypedDict):
    """All keys."""

    keys: Annotated[list[KeyDocument], "The keys, without secrets."]


class KeyMadeDocument(TypedDict):
    """A new key."""

    key: KeyId
    secret: Secret
    name: KeyName
    role: KeyRole


class KeyRotatedDocument(TypedDict):
    """The new secret of a key."""

    key: KeyId
    secret: Secret
    overlap: Annotated[int, Field(ge=0), "The seconds for which the previous secret stays valid."]


class EmbedTokenDocument(TypedDict):
    """A token for a page."""

    token: Annotated[str, "The token, for the header Authorization."]
    expires_at: Annotated[InstantText, "When the token expires."]
    metrics: Annotated[Codes, "The metrics that the page may show."]
    objectives: Annotated[tuple[int, ...], "The numbers of the objectives that the page may show."]
    contracts: Annotated[Codes, "The codes of the contracts that the page may show."]


class AuditEntryDocument(TypedDict):
    """An entry of the audit log: a change and its author."""

    number: Annotated[int, "The number of the entry; later entries have higher ones."]
    at: Annotated[InstantText, "When the change was made."]
    who: Annotated[str, "The caller who made the change."]
    action: Annotated[str, "The name of the action, such as key.create."]
    subject: Annotated[str, "The id of the key, contract, objective or document that was changed."]
    detail: Annotated[dict[str, Any], "The details of the change; its members depend on the action."]


class AuditDocument(TypedDict):
    """A page of the audit log, newest first."""

    entries: Annotated[list[AuditEntryDocument], "The entries of this page, newest first."]
    next: Annotated[int | None, "The cursor of the next page, for before; null on the last page."]


class TrustedTextDocument(TypedDict):
    """A trusted GraphQL document."""

    document_id: TextId
    document: Annotated[str, "The text of the document."]
    created_at: Annotated[InstantText, "When the document was added."]
    created_by: Annotated[str, "The caller who added the document."]


class TrustedTextsDocument(TypedDict):
    """All trusted documents."""

    documents: Annotated[list[TrustedTextDocument], "The documents, oldest first."]


class TrustedTextMadeDocument(TypedDict):
    """The id of the added document."""

    document_id: TextId


def encode_keys(found: Iterable[StoredKey]) -> KeysDocument:
    """Return all keys, without their secrets."""
    return {"keys": [_encode_key(each) for each in found]}


def encode_audit(entries: Sequence[Entry], limit: int) -> AuditDocument:
    """Return a page of the audit log. A page of ``limit`` entries has a next page."""
    return {
        "entries": [
            {
                "number": each.number,
                "at": each.at.isoformat(),
                "who": each.who,
                "action": each.action,
                "subject": each.subject,
                "detail": dict(each.detail),
            }
            for each in entries
        ],
        "next": entries[-1].number if len(entries) == limit else None,
    }


def encode_trusted_texts(found: Iterable[TrustedDocument]) -> TrustedTextsDocument:
    """Return the trusted documents."""
    return {
        "documents": [
            {
                "document_id": each.document_id,
                "document": each.text,
                "created_at": each.created_at.isoformat(),
                "created_by": each.created_by,
            }
            for each in found
        ]
    }


def _encode_key(stored: StoredKey) -> KeyDocument:
    grant = stored.grant
    return {
        "key": stored.key_id,
        "name": grant.name,
        "role": grant.role,
        "partners": grant.partners,
        "sites": grant.sites,
        "segments": grant.segments,
        "channels": grant.channels,
        "queues": grant.queues,
        "teams": grant.teams,
        "attributes": grant.attributes,
        "metrics": grant.metrics,
        "agent": grant.agent,
        "origins": grant.origins,
        "requests_minute": grant.requests_minute,
        "concurrent": grant.concurrent,
        "cells_max": grant.cells_max,
        "documents_only": grant.documents_only,
        "created_at": stored.created_at,
        "created_by": stored.created_by,
        "expires_at": grant.expires_at,
        "revoked_at": stored.revoked_at,
        "last_used_at": stored.last_used_at,
    }
