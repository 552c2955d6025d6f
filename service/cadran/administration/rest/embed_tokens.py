"""Embed tokens over HTTP: minted for a page, by callers whose role may.

A token shows what it names and nothing else: metrics, objectives by number, contracts by code, annotations if it says
so, within a scope. Refused is whatever the minter does not see, in the words for what does not exist, and what the
token itself could never show: an objective of a site that it leaves out, a contract over a metric that it does not
name.
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
from cadran.access.embed_grant import granted
from cadran.access.embed_tokens import EMBED_SECONDS, EMBED_SECONDS_MAX, mint
from cadran.access.grant import Grant, principal_of
from cadran.access.idempotency import Idempotency, Saved
from cadran.access.key_store import Register
from cadran.access.rate_limit import Rates
from cadran.domain.access.principal import Principal
from cadran.domain.bounds import NAMED_MAX, NUMBER_DIGITS_MAX
from cadran.engine.desk import Desk
from cadran.errors import DatabaseTimeout, DatabaseUnavailable, QuestionRefused, unknown
from cadran.rest.changes import Codes, Origins, Sent, Words, allowed, once, saved, sent_as

log = logging.getLogger(__name__)

#: Return those of the named objectives that a principal sees.
ObjectivesSeen = Callable[[Collection[int], Principal], Awaitable[Collection[int]]]
#: Return the codes of the contracts that a principal sees.
ContractsSeen = Callable[[Principal], Awaitable[Collection[str]]]

Number = Annotated[int, Field(ge=1, lt=10**NUMBER_DIGITS_MAX)]


class EmbedSent(Sent):
    """What a page may show: these metrics, objectives and contracts, within this scope and that of the key, for so many
    seconds."""

    name: Words = Field(default="embed", min_length=1)
    metrics: Codes = Field(min_length=1)
    objectives: list[Number] = Field(
        default_factory=list, max_length=NAMED_MAX, description="The numbers of objectives; none unless given."
    )
    contracts: list[Words] = Field(
        default_factory=list, max_length=NAMED_MAX, description="The codes of contracts; none unless given."
    )
    annotations: bool = Field(default=False, description="Whether annotations of its scope are shown.")
    partners: Codes | None = None
    sites: Codes | None = None
    segments: Codes | None = None
    channels: Codes | None = None
    teams: Codes | None = None
    origins: Origins = Field(default_factory=list)
    documents_only: bool = False
    expires_in: int = Field(default=EMBED_SECONDS, ge=1, le=EMBED_SECONDS_MAX)


@dataclass(frozen=True, slots=True)
class EmbedTokens:
    """The handler, with what it needs. ``minted`` counts the tokens of each caller."""

    desk: Desk
    register: Register
    objectives: ObjectivesSeen
    contracts: ContractsSeen
    idempotency: Idempotency
    secret: bytes = field(repr=False)
    seconds_max: int
    minute_max: int
    minted: Rates = field(default_factory=lambda: Rates("key or token, for embed tokens"))

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route("/v1/embed-tokens", self.embed, methods=["POST"])]

    async def embed(self, request: Request) -> Response:
        """Mint a token for a page: never more than its minter may see."""
        caller = allowed(request, "mint")
        sent, body = await sent_as(request, EmbedSent)
        directory = self.desk.directory()
        grant = granted(_asked(sent), caller, directory)
        await self._check_objectives(grant, caller.principal, principal_of(grant, directory))
        await self._check_contracts(grant, caller.principal, principal_of(grant, directory))

        async def work() -> Saved:
            self.minted.take(caller.caller_id, self.minute_max)
            return await self._mint(grant, caller, sent.expires_in)

        return await once(self.idempotency, request, caller, body, work)

    async def _mint(self, grant: Grant, caller: Caller, expires_in: int) -> Saved:
        now = self.desk.clock()
        seconds = min(expires_in, self.seconds_max)
        if caller.grant.expires_at is not None:
            # It never outlives what it was minted with.
            seconds = max(1, min(seconds, int((caller.grant.expires_at - now).total_seconds())))
        subject = subject_of(caller.caller_id, self.secret)
        token, expires = mint(grant, self.secret, subject=subject, now=now, seconds=seconds)
        await self._note(replace(grant, expires_at=expires), caller, subject)
        named = {"metrics": grant.metrics, "objectives": grant.objectives, "contracts": grant.contracts}
        return saved(201, {"token": token, "expires_at": expires.isoformat(), **named})

    async def _check_objectives(self, grant: Grant, minter: Principal, bearer: Principal) -> None:
        """Refuse objectives that the minter does not see, or that the token would not show."""
        asked = grant.objectives or ()
        if not asked:
            return
        seen = await self.objectives(asked, minter)
        shown = await self.objectives(asked, bearer)
        for number in asked:
            if number not in seen:
                raise QuestionRefused(
                    f"There is no objective {number}; /v1/objectives shows those that you may name.",
                    code="unknown_objective",
                    parameter="objectives",
                )
            if number not in shown:
                raise _outside("objectives", f"objective {number}", "whose sites and teams")

    async def _check_contracts(self, grant: Grant, minter: Principal, bearer: Principal) -> None:
        """Refuse contracts that the minter does not see, or that the token would not show. Raises Forbidden where the
        minter's role sees no contracts."""
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
                raise _outside("contracts", f"contract {code}", "whose sites, channels and metrics")

    async def _note(self, grant: Grant, minter: Caller, subject: str) -> None:
        """Note a token in the audit log. Pages go on while the database is away, from what is cached, and need tokens
        meanwhile: the process log has them then."""
        try:
            await self.register.token_minted(grant, who=minter.who, minter=minter.caller_id, subject=subject)
        except (DatabaseUnavailable, DatabaseTimeout):
            log.warning("not in the audit log: a token of %s that ends at %s", minter.who, grant.expires_at)


def _asked(sent: EmbedSent) -> Grant:
    values = sent.model_dump(exclude={"expires_in"})
    told: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}
    return Grant(role="board", **told)


def subject_of(caller_id: str, secret: bytes) -> str:
    """Return the subject of a token: the key that mints it, or a pseudonym of the provider's user. Anybody who sees the
    page can read a token, and a provider's subject may be an e-mail address."""
    kind, colon, _ = caller_id.partition(":")
    if not colon:
        return caller_id
    return f"{kind}:{blake2b(caller_id.encode(), key=secret[:64], digest_size=16).hexdigest()}"


def _outside(parameter: str, what: str, lacking: str) -> QuestionRefused:
    detail = f"The token would not show {what}, {lacking} it does not all name: name them too, or leave it out."
    return QuestionRefused(detail, code="bad_parameter", parameter=parameter)
