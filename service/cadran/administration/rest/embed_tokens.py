"""The resource ``/v1/embed-tokens``, which mints embed tokens for a page if the caller's role allows it.

A token shows what it names and nothing else, within a scope: metrics, objectives by number, contracts by code, and
annotations if it includes them. Metrics, objectives and contracts that the minter may not see are refused as if they
did not exist. Objectives and contracts that the token itself could never show are refused too, such as an objective of
a site outside of the token's scope, or a contract over a metric that the token does not name.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.callers import Caller
from cadran.access.embed_grant import make_embed_grant
from cadran.access.embed_tokens import EMBED_SECONDS, mint_token
from cadran.access.grant import Grant, make_principal
from cadran.access.idempotency import Idempotency, StoredAnswer
from cadran.access.key_store import KeyStore
from cadran.access.rate_limit import RateLimits
from cadran.domain.access.principal import Principal
from cadran.domain.bounds import EMBED_SECONDS_MAX, NAMED_MAX, NUMBER_DIGITS_MAX
from cadran.engine.desk import Desk
from cadran.errors import DatabaseTimeout, DatabaseUnavailable, QuestionRefused, unknown
from cadran.rest.changes import Codes, Origins, Words, encode_saved, read_form, require_right, run_once
from cadran.web.forms import RequestForm

log = logging.getLogger(__name__)

#: A function that returns the named objectives that a principal may see.
ObjectivesSeen = Callable[[Collection[int], Principal], Awaitable[Collection[int]]]
#: A function that returns the codes of the contracts that a principal may see.
ContractsSeen = Callable[[Principal], Awaitable[Collection[str]]]

Number = Annotated[int, Field(ge=1, lt=10**NUMBER_DIGITS_MAX)]


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
    teams: Codes | None = Field(
        default=None, description="Codes of the teams in the token's scope; null: all in the caller's scope."
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


@dataclass(frozen=True, slots=True)
class EmbedTokens:
    """The handler of embed tokens, with the services that it uses. ``minted`` limits the rate of tokens per caller."""

    desk: Desk
    register: KeyStore
    objectives: ObjectivesSeen
    contracts: ContractsSeen
    idempotency: Idempotency
    secret: bytes = field(repr=False)
    seconds_max: int
    minute_max: int
    minted: RateLimits = field(default_factory=lambda: RateLimits("key or token, for embed tokens"))

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/v1/embed-tokens", self.embed, methods=["POST"])]

    async def embed(self, request: Request) -> Response:
        """Mint a token for a page. The token never shows more than the caller who creates it may see."""
        caller = require_right(request, "mint")
        sent, body = await read_form(request, EmbedBody)
        directory = self.desk.directory()
        grant = make_embed_grant(_requested_grant(sent), caller, directory)
        await self._check_objectives(grant, caller.principal, make_principal(grant, directory))
        await self._check_contracts(grant, caller.principal, make_principal(grant, directory))

        async def work() -> StoredAnswer:
            self.minted.take(caller.caller_id, self.minute_max)
            return await self._mint(grant, caller, sent.expires_in)

        return await run_once(self.idempotency, request, caller, body, work)

    async def _mint(self, grant: Grant, caller: Caller, expires_in: int) -> StoredAnswer:
        now = self.desk.clock()
        seconds = min(expires_in, self.seconds_max)
        if caller.grant.expires_at is not None:
            # A token never outlives the key or token that mints it.
            seconds = max(1, min(seconds, int((caller.grant.expires_at - now).total_seconds())))
        subject = find_subject(caller.caller_id, self.secret)
        token, expires = mint_token(grant, self.secret, subject=subject, now=now, seconds=seconds)
        await self._note(replace(grant, expires_at=expires), caller, subject)
        named = {"metrics": grant.metrics, "objectives": grant.objectives, "contracts": grant.contracts}
        return encode_saved(201, {"token": token, "expires_at": expires.isoformat(), **named})

    async def _check_objectives(self, grant: Grant, minter: Principal, bearer: Principal) -> None:
        """Refuse objectives that the minter may not see, and objectives that the token could not show."""
        asked = grant.objectives or ()
        if not asked:
            return
        seen = await self.objectives(asked, minter)
        shown = await self.objectives(asked, bearer)
        for number in asked:
            if number not in seen:
                raise QuestionRefused(
                    f"There is no objective {number}; /v1/objectives lists the objectives that you may name.",
                    code="unknown_objective",
                    parameter="objectives",
                )
            if number not in shown:
                raise _outside("objectives", f"objective {number}", "its sites and teams")

    async def _check_contracts(self, grant: Grant, minter: Principal, bearer: Principal) -> None:
        """Refuse contracts that the minter may not see, and contracts that the token could not show.

        Raises Forbidden if the minter's role may not see contracts.
        """
        asked = grant.contracts or ()
        if not asked:
            return
        seen = await self.contracts(minter)
        for code in asked:
            if code not in seen:
                raise unknown("contract", code, sorted(seen), parameter="contracts")
        shown = await self.contracts(bearer)
        for code in asked:
            if code not in shown:
                raise _outside("contracts", f"contract {code}", "its sites, channels and metrics")

    async def _note(self, grant: Grant, minter: Caller, subject: str) -> None:
        """Record a token in the audit log, or in the process log while the database is unavailable.

        Pages still show cached figures then, and need tokens.
        """
        try:
            await self.register.token_minted(grant, who=minter.who, minter=minter.caller_id, subject=subject)
        except (DatabaseUnavailable, DatabaseTimeout):
            log.warning("not in the audit log: a token of %s that ends at %s", minter.who, grant.expires_at)


def _requested_grant(sent: EmbedBody) -> Grant:
    values = sent.model_dump(exclude={"expires_in"})
    frozen: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}
    return Grant(role="board", **frozen)


def find_subject(caller_id: str, secret: bytes) -> str:
    """Return the subject of a token: the key that mints it, or a pseudonym of the OIDC provider's user.

    Every viewer of the page can read the token, and a provider's subject may be an e-mail address.
    """
    kind, colon, _ = caller_id.partition(":")
    if not colon:
        return caller_id
    return f"{kind}:{blake2b(caller_id.encode(), key=secret[:64], digest_size=16).hexdigest()}"


def _outside(parameter: str, what: str, lacking: str) -> QuestionRefused:
    detail = f"The token would not show {what}, because it does not name all {lacking}: name them too, or leave it out."
    return QuestionRefused(detail, code="bad_parameter", parameter=parameter)
