"""The requests for keys, embed tokens and trusted GraphQL documents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, field_validator

from cadran.access.embed_tokens import EMBED_SECONDS
from cadran.access.key_store import OVERLAP
from cadran.domain.access.role import RoleName
from cadran.domain.bounds import EMBED_SECONDS_MAX, NAMED_MAX, NUMBER_DIGITS_MAX
from cadran.rest.changes import Codes, Count, Origins, Words
from cadran.web.forms import RequestForm

#: The most characters of a document. Any such document fits into a request body, however it is escaped. The limit for
#: documents that may be executed is far lower.
_CHARACTERS_MAX: Final = 100_000
_YEARS: Final = (2000, 2200)
Number = Annotated[int, Field(ge=1, lt=10**NUMBER_DIGITS_MAX)]


class KeyBody(RequestForm):
    """The request for a key: its name, role, scope and limits."""

    name: Words = Field(min_length=1, description="The name of the key, for the audit log.")
    role: RoleName = Field(description="The role of the key, which determines its rights.")
    partners: Codes | None = Field(default=None, description="Codes of the partners in the scope; null: all.")
    sites: Codes | None = Field(default=None, description="Codes of the sites in the scope; null: all.")
    segments: Codes | None = Field(default=None, description="Codes of the segments in the scope; null: all.")
    channels: Codes | None = Field(default=None, description="Codes of the channels in the scope; null: all.")
    queues: Codes | None = Field(default=None, description="Codes of the queues in the scope; null: all.")
    teams: Codes | None = Field(default=None, description="Codes of the teams in the scope; null: all.")
    attributes: Codes | None = Field(
        default=None,
        description="Values of the contacts' own attributes in the scope, each as campaign=spring; null: all.",
    )
    metrics: Codes | None = Field(default=None, description="The metrics that the key may ask for; null: all.")
    agent: Words | None = Field(default=None, description="The code of the agent who uses the key; null: no agent.")
    origins: Origins = Field(
        default_factory=list, description="The browser origins whose pages may use the key; empty: no browser page."
    )
    requests_minute: Count | None = Field(
        default=None, description="The most requests in a minute; null: the service's own limit."
    )
    concurrent: Count | None = Field(
        default=None, description="The most requests at the same time; null: the service's own limit."
    )
    cells_max: Count | None = Field(
        default=None, description="The most values that a response may show; null: the service's own limit."
    )
    documents_only: bool = Field(
        default=False, description="Whether the key may ask GraphQL only by trusted documents."
    )
    expires_at: AwareDatetime | None = Field(
        default=None, description="When the key expires, with a zone or offset; null: never."
    )

    @field_validator("expires_at")
    @classmethod
    def _check_year(cls, at: datetime | None) -> datetime | None:
        if at is not None and not _YEARS[0] <= at.year < _YEARS[1]:
            raise ValueError(f"is not between the years {_YEARS[0]} and {_YEARS[1]}")
        return at


class RotationBody(RequestForm):
    """The request for a new secret of a key."""

    overlap: int = Field(
        default=int(OVERLAP.total_seconds()),
        ge=0,
        le=30 * 86_400,
        description="The seconds for which the present secret stays valid.",
    )


class EmbedBody(RequestForm):
    """The request for an embed token: what a page may show, within the scope of the request and of the caller's key."""

    name: Words = Field(default="embed", min_length=1, description="The name of the token, for the audit log.")
    metrics: Codes = Field(min_length=1, description="The metrics that the page may show.")
    objectives: list[Number] = Field(
        default_factory=list,
        max_length=NAMED_MAX,
        description="The numbers of the objectives that the page may show; default: none.",
    )
    contracts: list[Words] = Field(
        default_factory=list,
        max_length=NAMED_MAX,
        description="The codes of the contracts that the page may show; default: none.",
    )
    annotations: bool = Field(
        default=False, description="Whether the page may show the annotations within the token's scope."
    )
    partners: Codes | None = Field(
        default=None, description="Codes of the partners in the token's scope; null: all in the caller's scope."
    )
    sites: Codes | None = Field(
        default=None, description="Codes of the sites in the token's scope; null: all in the caller's scope."
    )
    segments: Codes | None = Field(
        default=None, description="Codes of the segments in the token's scope; null: all in the caller's scope."
    )
    channels: Codes | None = Field(
        default=None, description="Codes of the channels in the token's scope; null: all in the caller's scope."
    )
    queues: Codes | None = Field(
        default=None, description="Codes of the queues in the token's scope; null: all in the caller's scope."
    )
    teams: Codes | None = Field(
        default=None, description="Codes of the teams in the token's scope; null: all in the caller's scope."
    )
    attributes: Codes | None = Field(
        default=None,
        description="Values of the contacts' own attributes in the token's scope, each as campaign=spring; null: all in"
        " the caller's scope.",
    )
    origins: Origins = Field(
        default_factory=list, description="The browser origins whose pages may use the token; empty: no browser page."
    )
    documents_only: bool = Field(
        default=False, description="Whether the token may ask GraphQL only by trusted documents."
    )
    expires_in: int = Field(
        default=EMBED_SECONDS,
        ge=1,
        le=EMBED_SECONDS_MAX,
        description="The seconds until the token expires. A token never outlives the key that mints it.",
    )


class DocumentBody(RequestForm):
    """The request to trust a GraphQL document."""

    document: str = Field(
        min_length=1, max_length=_CHARACTERS_MAX, description="The text of a GraphQL document of this schema."
    )
