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
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from starlette.responses import Response

from cadran.access.callers import Caller
from cadran.access.embed_grant import make_embed_grant
from cadran.access.embed_tokens import mint_token
from cadran.access.grant import Grant, make_principal
from cadran.access.idempotency import StoredAnswer
from cadran.access.key_store import KeyStore
from cadran.access.rate_limit import RateLimits
from cadran.administration.documents import EmbedTokenDocument
from cadran.administration.rest.forms import EmbedBody
from cadran.administration.rest.schemas import ADMINISTRATION_SCHEMAS
from cadran.domain.access.principal import Principal
from cadran.errors import DatabaseTimeout, DatabaseUnavailable, QuestionRefused, unknown
from cadran.rest.changes import encode_saved, read_form, run_once
from cadran.rest.context import RequestContext
from cadran.rest.operation import Body, OperationGroup
from cadran.rest.responses import describe_uncached

log = logging.getLogger(__name__)

#: A function that returns the named objectives that a principal may see.
ObjectivesSeen = Callable[[Collection[int], Principal], Awaitable[Collection[int]]]
#: A function that returns the codes of the contracts that a principal may see.
ContractsSeen = Callable[[Principal], Awaitable[Collection[str]]]

_ACCESS: Final = OperationGroup("access", ADMINISTRATION_SCHEMAS)


@_ACCESS.post(
    "/v1/embed-tokens",
    "createEmbedToken",
    "Create a short-lived token for a page. It never shows more than the caller who creates it may see.",
    describe_uncached("The new token.", "EmbedToken", status=201),
    right="mint",
    body=Body("EmbedBody", {"metrics": ["contacts"], "expires_in": 900}),
)
async def create_embed_token(context: RequestContext) -> Response:
    """Mint a token for a page. The token never shows more than the caller who creates it may see."""
    sent, body = await read_form(context, EmbedBody)
    caller, mint, directory = context.caller, context.service(TokenMint), context.desk.directory()
    grant = make_embed_grant(_requested_grant(sent), caller, directory)
    await mint.check(grant, caller.principal, make_principal(grant, directory))

    async def work() -> StoredAnswer:
        return await mint.mint(grant, caller, expires_in=sent.expires_in, now=context.desk.clock())

    return await run_once(context, body, work)


@dataclass(frozen=True, slots=True)
class TokenMint:
    """The service that mints embed tokens.

    ``secret`` signs tokens, which live at most ``seconds_max`` seconds. One caller may mint at most ``minute_max``
    tokens in a minute.
    """

    register: KeyStore
    objectives: ObjectivesSeen
    contracts: ContractsSeen
    secret: bytes = field(repr=False)
    seconds_max: int
    minute_max: int
    minted: RateLimits = field(default_factory=lambda: RateLimits("key or token, for embed tokens"))

    async def mint(self, grant: Grant, caller: Caller, *, expires_in: int, now: datetime) -> StoredAnswer:
        """Mint a token. Raises RateLimited if the caller has minted too many."""
        self.minted.take(caller.caller_id, self.minute_max)
        seconds = min(expires_in, self.seconds_max)
        if caller.grant.expires_at is not None:
            # A token never outlives the key or token that mints it.
            seconds = max(1, min(seconds, int((caller.grant.expires_at - now).total_seconds())))
        subject = find_subject(caller.caller_id, self.secret)
        token, expires = mint_token(grant, self.secret, subject=subject, now=now, seconds=seconds)
        await self._note(replace(grant, expires_at=expires), caller, subject)
        made: EmbedTokenDocument = {
            "token": token,
            "expires_at": expires.isoformat(),
            "metrics": grant.metrics or (),
            "objectives": grant.objectives or (),
            "contracts": grant.contracts or (),
        }
        return encode_saved(201, made)

    async def check(self, grant: Grant, minter: Principal, bearer: Principal) -> None:
        """Refuse objectives and contracts that the minter may not see, or that the token could not show."""
        await self._check_objectives(grant, minter, bearer)
        await self._check_contracts(grant, minter, bearer)

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
