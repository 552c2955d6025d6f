"""Embed tokens: credentials of web pages, signed by this service; and the verification of all tokens.

Takes a JWT and returns the grant in it, or None. The required claims (expiry, audience, issuer, subject) and the
accepted algorithms are fixed lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt

from cadran.access.grant import LIMITS, SCOPE_PARTS, Grant
from cadran.errors import QuestionRefused

EMBED_ISSUER: Final = "cadran"
EMBED_AUDIENCE: Final = "cadran-embed"
EMBED_SECONDS: Final = 900
#: The longest credential, longer than any key or token of this service. A longer one is refused before it is parsed.
CREDENTIAL_BYTES_MAX: Final = 8_192
_REQUIRED: Final = ["exp", "aud", "iss", "sub"]
#: How many seconds the clock of an issuer may be ahead. If the clock is behind, the tokens expire early.
_SKEW_SECONDS: Final = 30.0


def mint_token(grant: Grant, secret: bytes, *, subject: str, now: datetime, seconds: int) -> tuple[str, datetime]:
    """Return an embed token for a grant, and its expiry. Raises QuestionRefused if the token would be too long."""
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
    claims |= {name: [*codes] for name in SCOPE_PARTS if (codes := getattr(grant, name)) is not None}
    text = jwt.encode(claims, secret, algorithm="HS256")
    if len(text) > CREDENTIAL_BYTES_MAX:
        raise QuestionRefused(
            f"The token would have {len(text):,} bytes, and {CREDENTIAL_BYTES_MAX:,} are accepted: name fewer or"
            " shorter metrics, codes and origins.",
            code="bad_parameter",
            parameter="origins" if grant.origins else "metrics",
        )
    return text, expires


def read_embed_token(text: str, secret: bytes, *, now: datetime) -> tuple[str, Grant] | None:
    """Return the minter and the grant of an embed token, or None if the token is not valid."""
    try:
        claims = verify_token(text, secret, ["HS256"], audience=EMBED_AUDIENCE, issuer=EMBED_ISSUER, now=now)
    except jwt.PyJWTError:
        return None
    lists: dict[str, Any] = {name: tuple(claims[name]) for name in SCOPE_PARTS if name in claims}
    limits: dict[str, Any] = {name: int(claims[name]) for name in LIMITS if name in claims}
    grant = Grant(
        name=str(claims.get("name", "embed")), role="board", metrics=tuple(claims.get("metrics", ())),
        origins=tuple(claims.get("origins", ())), expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        documents_only=claims.get("documents_only") is True,
        # A token shows only the objectives and contracts that it names.
        objectives=tuple(claims.get("objectives", ())), contracts=tuple(claims.get("contracts", ())),
        annotations=claims.get("annotations") is True,
        # Without a minter, the role that sees the least applies.
        minter=claims.get("minter", "partner"), **lists, **limits,
    )  # fmt: skip
    return str(claims["sub"]), grant


def verify_token(
    text: str, key: Any, algorithms: list[str], *, audience: str, issuer: str, now: datetime
) -> Mapping[str, Any]:
    """Return the claims of a valid token. Raises PyJWTError."""
    try:
        claims: dict[str, Any] = jwt.decode(
            text, key, algorithms=algorithms, audience=audience, issuer=issuer,
            options={"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )  # fmt: skip
        # An expiry outside the calendar is invalid; NaN would never expire.
        datetime.fromtimestamp(claims["exp"], UTC)
        # The injected clock decides, since tokens are minted with this clock.
        is_over = float(claims["exp"]) <= now.timestamp()
        is_early = float(claims.get("nbf", 0)) > now.timestamp() + _SKEW_SECONDS
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise jwt.InvalidTokenError from error
    if is_over:
        raise jwt.ExpiredSignatureError
    if is_early:
        raise jwt.ImmatureSignatureError
    return claims
