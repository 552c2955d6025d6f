"""The document of the caller: what its key or token is, and what it allows. No secret is in it."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias, TypedDict, get_args

from cadran.access.callers import Caller
from cadran.compiler.cost import CELL_VALUES, find_limit
from cadran.domain.access.role import Right, RoleName
from cadran.engine.desk import Desk
from cadran.web.authentication import CallLimits
from cadran.web.documents import InstantText, Number

CallerKind: TypeAlias = Literal["key", "embed_token", "oidc_token"]
Codes: TypeAlias = list[str]
#: The beginnings of the ids of callers with tokens. The id of any other caller is that of its key.
_KINDS: Final[dict[str, CallerKind]] = {"embed": "embed_token", "oidc": "oidc_token"}


class CallerLimitsDocument(TypedDict):
    """The limits of a caller: its own limits, or those of the service."""

    requests_minute: Annotated[Number, "The most requests in a minute."]
    concurrent: Annotated[Number, "The most requests at the same time."]
    cells_max: Annotated[Number, "The most cells that a response may show; a cell is a row of at most ten values."]


class CallerDocument(TypedDict):
    """The caller: its key or token, its rights, its scope and its limits."""

    kind: Annotated[CallerKind, "The kind of the credential."]
    key: Annotated[str | None, "The id of the key, which is no secret; null for a token."]
    name: Annotated[str, "The name of the key, of the page of an embed token, or of the user of the identity provider."]
    role: Annotated[RoleName, "The role of the caller."]
    minter: Annotated[RoleName | None, "The role that minted the embed token and limits its rights; null: no token."]
    rights: Annotated[list[Right], "The rights that the caller has."]
    partners: Annotated[Codes | None, "The codes of the partners in the scope of the caller; null: all."]
    sites: Annotated[Codes | None, "The codes of the sites in the scope of the caller; null: all."]
    segments: Annotated[Codes | None, "The codes of the segments in the scope of the caller; null: all."]
    channels: Annotated[Codes | None, "The codes of the channels in the scope of the caller; null: all."]
    queues: Annotated[Codes | None, "The codes of the queues in the scope of the caller; null: all."]
    teams: Annotated[Codes | None, "The codes of the teams in the scope of the caller; null: all."]
    attributes: Annotated[
        Codes | None, "The values of own attributes in the scope of the caller, each as campaign=spring; null: all."
    ]
    agent: Annotated[str | None, "The code of the agent who is the caller; null: no agent."]
    team: Annotated[str | None, "The code of that agent's team; null: no agent, or no team."]
    metrics: Annotated[Codes | None, "The metrics that the caller may ask for; null: all that its scope allows."]
    objectives: Annotated[
        list[int] | None, "The numbers of the objectives that an embed token shows; null: all within the scope."
    ]
    contracts: Annotated[
        Codes | None, "The codes of the contracts that an embed token shows; null: all within the scope."
    ]
    annotations: Annotated[bool, "Whether the caller sees annotations."]
    documents_only: Annotated[bool, "Whether the caller may ask GraphQL only by trusted documents."]
    origins: Annotated[Codes, "The browser origins whose pages may use the credential."]
    limits: Annotated[CallerLimitsDocument, "The limits of the caller."]
    expires_at: Annotated[
        InstantText | None, "When this key, its previous secret or this token stops being valid; null: never."
    ]
    language: Annotated[Literal["en", "fr"], "The language of labels, as Accept-Language chooses it."]
    zone: Annotated[str, "The time zone of named periods such as today, if a question names none."]
    currency: Annotated[str, "The ISO 4217 code of the currency of all amounts."]


def encode_caller(caller: Caller, desk: Desk, limits: CallLimits, language: str) -> CallerDocument:
    """Return the document of the caller, without its secret."""
    grant, principal = caller.grant, caller.principal
    return {
        "kind": "key" if caller.is_key else _KINDS[caller.caller_id.partition(":")[0]],
        "key": caller.caller_id if caller.is_key else None,
        "name": grant.name,
        "role": grant.role,
        "minter": grant.minter,
        "rights": [right for right in get_args(Right) if principal.may(right)],
        "partners": None if grant.partners is None else [*grant.partners],
        "sites": None if grant.sites is None else [*grant.sites],
        "segments": None if grant.segments is None else [*grant.segments],
        "channels": None if grant.channels is None else [*grant.channels],
        "queues": None if grant.queues is None else [*grant.queues],
        "teams": None if grant.teams is None else [*grant.teams],
        "attributes": None if grant.attributes is None else [*grant.attributes],
        "agent": grant.agent,
        "team": principal.team,
        "metrics": None if grant.metrics is None else [*grant.metrics],
        "objectives": None if grant.objectives is None else [*grant.objectives],
        "contracts": None if grant.contracts is None else [*grant.contracts],
        "annotations": grant.annotations,
        "documents_only": grant.documents_only,
        "origins": [*grant.origins],
        "limits": {
            "requests_minute": grant.requests_minute or limits.requests_minute,
            "concurrent": grant.concurrent or limits.concurrent,
            "cells_max": max(1, find_limit(desk.values_max, grant.cells_max) // CELL_VALUES),
        },
        "expires_at": None if caller.expires_at is None else caller.expires_at.isoformat(),
        "language": "fr" if language == "fr" else "en",
        "zone": desk.home_zone,
        "currency": desk.directory().currency,
    }
