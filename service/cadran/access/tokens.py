"""Bearer tokens that are no keys: embed tokens of our own, and those of an identity provider (OIDC).

Takes a JWT; gives the grant that it carries, or nothing. What it must have (expiry, audience, issuer, subject) is
required by name, algorithms are a fixed list, and the signer's keys are fetched at most once a minute for one that is
not known.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final
from urllib.request import Request, urlopen

import jwt

from cadran.access.grant import LIMITS, SCOPE, Grant
from cadran.domain.role import ROLES

log = logging.getLogger(__name__)

EMBED_ISSUER: Final = "cadran"
EMBED_AUDIENCE: Final = "cadran-embed"
EMBED_SECONDS: Final = 900
#: The longest that may be asked for, as the contract has it; a deployment may allow less (CADRAN_EMBED_SECONDS_MAX).
EMBED_SECONDS_MAX: Final = 86_400
_REQUIRED: Final = ["exp", "aud", "iss", "sub"]
#: Signatures with a public key only: a shared secret of the provider's would make us a forger.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
#: An unknown key is asked for no sooner: tokens with made-up ids must not make us ask the provider without end.
_REFETCH_SECONDS: Final = 60.0
#: As much as a header of a credential may have.
_TOKEN_LENGTH_MAX: Final = 8_192
#: Names of people and services, as they go into the audit log.
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]+")
#: Hundreds of keys; whatever is longer is none of an identity provider's.
_JWKS_BYTES_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose tokens are believed, and which claims say what. ``roles`` maps the claim's words to our roles; ``scopes``
    maps parts of a scope (sites, partners …, agent) to claims."""

    issuer: str
    audience: str
    jwks_url: str
    role_claim: str = "roles"
    roles: Mapping[str, str] = ()  # type: ignore[assignment]  # an empty mapping would be shared and mutable
    scopes: Mapping[str, str] = ()  # type: ignore[assignment]  # the same
    timeout_seconds: float = 5.0
    leeway_seconds: float = 30.0


def mint(grant: Grant, secret: bytes, *, subject: str, now: datetime, seconds: int) -> tuple[str, datetime]:
    """An embed token for a grant, good for so long; and when it expires."""
    expires = now + timedelta(seconds=seconds)
    claims: dict[str, Any] = {
        "iss": EMBED_ISSUER, "aud": EMBED_AUDIENCE, "sub": subject, "iat": now, "exp": expires, "name": grant.name,
        "metrics": [*(grant.metrics or ())], "origins": [*grant.origins],
    }  # fmt: skip
    if grant.documents_only:
        claims["documents_only"] = True
    if grant.minter is not None:
        claims["minter"] = grant.minter
    claims |= {name: limit for name in LIMITS if (limit := getattr(grant, name)) is not None}
    claims |= {name: [*codes] for name in SCOPE if (codes := getattr(grant, name)) is not None}
    return jwt.encode(claims, secret, algorithm="HS256"), expires


def embedded(text: str, secret: bytes, *, now: datetime) -> tuple[str, Grant] | None:
    """Who minted an embed token, and what it grants; None where it does not hold."""
    claims = _claims(text, secret, ["HS256"], EMBED_AUDIENCE, EMBED_ISSUER, leeway=0.0, now=now)
    if claims is None:
        return None
    lists: dict[str, Any] = {name: tuple(claims[name]) for name in SCOPE if name in claims}
    limits: dict[str, Any] = {name: int(claims[name]) for name in LIMITS if name in claims}
    grant = Grant(
        name=str(claims.get("name", "embed")), role="board", metrics=tuple(claims.get("metrics", ())),
        origins=tuple(claims.get("origins", ())), expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        documents_only=claims.get("documents_only") is True,
        # Where it tells of none, the one who is told least.
        minter=claims.get("minter", "partner"), **lists, **limits,
    )  # fmt: skip
    return str(claims["sub"]), grant


class Provided:
    """The tokens of one identity provider."""

    def __init__(self, provider: Provider, clock: Callable[[], datetime]) -> None:
        self._provider = provider
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = -_REFETCH_SECONDS
        self._fetching = asyncio.Lock()

    async def grant(self, text: str) -> tuple[str, Grant] | None:
        """Who a token speaks of, and what it grants; None where it does not hold."""
        if len(text) > _TOKEN_LENGTH_MAX:
            return None
        try:
            number = jwt.get_unverified_header(text).get("kid")
        except jwt.PyJWTError:
            return None
        if not isinstance(number, str):
            return None
        key = await self._key(number)
        if key is None or key.algorithm_name not in _ALGORITHMS:
            return None
        provider = self._provider
        claims = _claims(
            text, key.key, [key.algorithm_name], provider.audience, provider.issuer,
            leeway=provider.leeway_seconds, now=self._clock(),
        )  # fmt: skip
        return None if claims is None else self._granted(claims)

    def _granted(self, claims: Mapping[str, Any]) -> tuple[str, Grant] | None:
        provider = self._provider
        words = claims.get(provider.role_claim, ())
        words = [words] if isinstance(words, str) else words if isinstance(words, list) else []
        roles = [dict(provider.roles).get(word, word) for word in words if isinstance(word, str)]
        role = next((name for name in ROLES if name in roles), None)
        if role is None:
            return None
        lists: dict[str, Any] = {}
        for name, claim in dict(provider.scopes).items():
            value = claims.get(claim)
            if value is None:
                continue
            # Empty is no code: as a filter it would be everything that has none.
            codes = tuple(code for each in (value if isinstance(value, list) else [value]) if (code := str(each)))
            if name != "agent":
                lists[name] = codes
            elif codes:
                lists[name] = codes[0]
        # A role that needs a scope and brings none sees nothing, rather than everything.
        for need in ROLES[role].needs:
            if need == "sites" and "partners" not in lists:
                lists.setdefault("sites", ())
            elif need == "agent" and "agent" not in lists:
                return None
            elif need == "metrics":
                lists.setdefault("metrics", ())
        subject = str(claims["sub"])
        called = str(claims.get("name", subject))
        if not (_NAME.fullmatch(subject) and _NAME.fullmatch(called)):
            return None
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        return subject, Grant(name=called, role=role, expires_at=expires, **lists)  # type: ignore[arg-type]  # a key of ROLES

    async def _key(self, number: str) -> jwt.PyJWK | None:
        if number not in self._keys:
            async with self._fetching:
                if number not in self._keys and monotonic() - self._fetched >= _REFETCH_SECONDS:
                    self._fetched = monotonic()
                    self._keys = await asyncio.to_thread(self._fetch)
        return self._keys.get(number)

    def _fetch(self) -> dict[str, jwt.PyJWK]:
        provider = self._provider
        request = Request(provider.jwks_url, headers={"accept": "application/json"})  # noqa: S310 - the scheme is checked with the settings
        try:
            with urlopen(request, timeout=provider.timeout_seconds) as response:  # noqa: S310 - the same
                found = json.loads(response.read(_JWKS_BYTES_MAX))
            listed = found.get("keys", []) if isinstance(found, dict) else []
            keys = [jwt.PyJWK(each) for each in listed if isinstance(each, dict) and each.get("kty") != "oct"]
        except (OSError, ValueError, jwt.PyJWTError) as error:
            log.warning("the identity provider's keys could not be read from %s: %r", provider.jwks_url, error)
            return self._keys
        return {str(key.key_id): key for key in keys if key.key_id}


def _claims(
    text: str, key: Any, algorithms: list[str], audience: str, issuer: str, *, leeway: float, now: datetime
) -> Mapping[str, Any] | None:
    try:
        claims: dict[str, Any] = jwt.decode(
            text, key, algorithms=algorithms, audience=audience, issuer=issuer,
            options={"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )  # fmt: skip
        # A time that no calendar has is none; NaN would never be over.
        datetime.fromtimestamp(claims["exp"], UTC)
        # By the injected clock, which is also the one that tokens are minted by.
        if float(claims["exp"]) <= now.timestamp() - leeway or float(claims.get("nbf", 0)) > now.timestamp() + leeway:
            return None
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError, OSError):
        return None
    return claims
