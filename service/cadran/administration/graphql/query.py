"""The GraphQL root field of the caller. The members are those of REST."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal

import strawberry

from cadran.administration.me import CallerDocument, CallerKind, encode_caller
from cadran.domain.access.role import ROLES, Right, RoleName
from cadran.errors import Unauthenticated
from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.enums import describe_value
from cadran.graphql.root import Info, make_fallible
from cadran.web.authentication import CallLimits


@strawberry.enum(name="CallerKind", description="The kind of a caller's credential.")
class CallerKindChoice(Enum):
    """The values of ``CallerKind``, with descriptions."""

    KEY = describe_value("key", "An API key.")
    EMBED_TOKEN = describe_value("embed_token", "An embed token of a page.")
    OIDC_TOKEN = describe_value("oidc_token", "A token of the identity provider.")


@strawberry.enum(description="The role of a caller, which determines its rights.")
class Role(Enum):
    """The roles of ``domain.access.role``, with descriptions."""

    ADMINISTRATOR = describe_value("administrator", ROLES["administrator"].about.en)
    ANALYST = describe_value("analyst", ROLES["analyst"].about.en)
    SUPERVISOR = describe_value("supervisor", ROLES["supervisor"].about.en)
    AGENT = describe_value("agent", ROLES["agent"].about.en)
    PARTNER = describe_value("partner", ROLES["partner"].about.en)
    BOARD = describe_value("board", ROLES["board"].about.en)


@strawberry.enum(name="Right", description="A right of a caller.")
class RightChoice(Enum):
    """The rights of ``domain.access.role``, with descriptions."""

    FIGURES = describe_value("figures", "Sees figures by bucket and dimension.")
    PEOPLE = describe_value("people", "Sees single agents and customers.")
    CONTACTS = describe_value("contacts", "Sees the single contacts behind a figure.")
    CONTRACTS = describe_value("contracts", "Sees contracts with partners and the amounts due.")
    COMPANY = describe_value("company", "Sees the company's own objectives.")
    MINT = describe_value("mint", "Creates embed tokens.")
    ADMINISTER = describe_value("administer", "Changes keys and contracts, and reads the audit log.")
    STEER = describe_value("steer", "Creates and changes objectives.")


@strawberry.enum(description="A language of labels.")
class Language(Enum):
    """The languages of the service."""

    EN = describe_value("en", "Labels are in English.")
    FR = describe_value("fr", "Labels are in French.")


KINDS: Final = GraphQLKinds(
    {CallerKind: CallerKindChoice, RoleName: Role, Right: RightChoice, Literal["en", "fr"]: Language}
)


@declare_type(KINDS, CallerDocument)
class Caller:
    """The document of ``/v1/me``."""

    document: strawberry.Private[CallerDocument]


@strawberry.type
class AdministrationQuery:
    """The query fields of access."""

    @make_fallible("The caller: the key or token that sends the request, with its rights, scope, limits and expiry.")
    def me(self, info: Info) -> Caller | None:
        """Return the caller without its secret."""
        context = info.context
        # Callers with equal permissions share cached responses, but not their names.
        context.uncached = True
        if context.caller is None:
            raise Unauthenticated("This field needs a key. Send Authorization: Bearer cad_….")
        found = encode_caller(context.caller, context.desk, context.service(CallLimits), context.language)
        return Caller(document=found)
