"""Embed tokens: what a page asks with, signed by ourselves; and how any token is verified.

Takes a JWT; gives the grant that it carries, or nothing. What it must have (expiry, audience, issuer, subject) is
required by name, and algorithms are a fixed list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt

from cadran.access.grant import LIMITS, SCOPE, Grant
from cadran.errors import QuestionRefused

EMBED_ISSUER: Final = "cadran"
EMBED_AUDIENCE: Final = "cadran-embed"
EMBED_SECONDS: Final = 900
#: The longest that may be asked for, as the contract has it; a deployment may allow less (CADRAN_EMBED_SECONDS_MAX).
EMBED_SECONDS_MAX: Final = 86_400
#: More than any key or token of ours has; a longer credential is refused before it is read.
CREDENTIAL_BYTES_MAX: Final = 8_192
_REQUIRED: Final = ["exp", "aud", "iss", "sub"]
#: By so much another's clock may be ahead of ours; where it is behind, its tokens end early.
_SKEW_SECONDS: Final = 30.0


def mint(grant: Grant, secret: bytes, *, subject: str, now: datetime, seconds: int) -> tuple[str, datetime]:
    """Return an embed token for a grant, and when it expires. Refuses one that would be too long to be taken."""
    expires = now + timedelta(seconds=seconds)
    claims: dict[str, Any] = {
        "iss": EMBED_ISSUER, "aud": EMBED_AUDIENCE, "sub": subject, "iat": now, "exp": expires, "name": grant.name,
        "metrics": [*(grant.metrics or ())], "origins": [*grant.origins],
        "objectives": [*(grant.objectives or ())], "contracts": [*(grant.contracts or ())],
        "annotations": grant.annotations,
    }  # fmt: skip
    if grant.documents_only:
        claims["documents_only"] = True
    if grant.minter is not None:
        claims["minter"] = grant.minter
    claims |= {name: limit for name in LIMITS if (limit := getattr(grant, name)) is not None}
    claims |= {name: [*codes] for name in SCOPE if (codes := getattr(grant, name)) is not None}
    text = jwt.encode(claims, secret, algorithm="HS256")
    if len(text) > CREDENTIAL_BYTES_MAX:
        raise QuestionRefused(
            f"The token would have {len(text):,} bytes, and {CREDENTIAL_BYTES_MAX:,} are taken: name fewer or shorter"
            " metrics, codes and origins.",
            code="bad_parameter",
            parameter="origins" if grant.origins else "metrics",
        )
    return text, expires


def embedded(text: str, secret: bytes, *, now: datetime) -> tuple[str, Grant] | None:
    """Who minted an embed token, and what it grants; None where it does not hold."""
    try:
        claims = verified(text, secret, ["HS256"], audience=EMBED_AUDIENCE, issuer=EMBED_ISSUER, now=now)
    except jwt.PyJWTError:
        return None
    lists: dict[str, Any] = {name: tuple(claims[name]) for name in SCOPE if name in claims}
    limits: dict[str, Any] = {name: int(claims[name]) for name in LIMITS if name in claims}
    grant = Grant(
        name=str(claims.get("name", "embed")), role="board", metrics=tuple(claims.get("metrics", ())),
        origins=tuple(claims.get("origins", ())), expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        documents_only=claims.get("documents_only") is True,
        # What a token does not name, it does not show.
        objectives=tuple(claims.get("objectives", ())), contracts=tuple(claims.get("contracts", ())),
        annotations=claims.get("annotations") is True,
        # Where it tells of none, the one who is told least.
        minter=claims.get("minter", "partner"), **lists, **limits,
    )  # fmt: skip
    return str(claims["sub"]), grant


def verified(
    text: str, key: Any, algorithms: list[str], *, audience: str, issuer: str, now: datetime
) -> Mapping[str, Any]:
    """The claims of a token that holds. Raises PyJWTError."""
    try:
        claims: dict[str, Any] = jwt.decode(
            text, key, algorithms=algorithms, audience=audience, issuer=issuer,
            options={"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )  # fmt: skip
        # A time that no calendar has is none; NaN would never be over.
        datetime.fromtimestamp(claims["exp"], UTC)
        # By the injected clock, which is also the one that tokens are minted by.
        is_over = float(claims["exp"]) <= now.timestamp()
        is_early = float(claims.get("nbf", 0)) > now.timestamp() + _SKEW_SECONDS
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise jwt.InvalidTokenError from error
    if is_over:
        raise jwt.ExpiredSignatureError
    if is_early:
        raise jwt.ImmatureSignatureError
    return claims
