"""The signatures of statements: detached JSON Web Signatures (RFC 7515, appendix F), and the keys that verify them.

Keys are read as PEM (P-256 for ES256, Ed25519 for EdDSA). The first private key signs. Earlier public keys are only
published, so that their signatures can still be verified. The id of a key is its thumbprint (RFC 7638). The payload of
the signature is empty: a verifier inserts the bytes of the statement, base64url-encoded.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from cadran.errors import QuestionRefused, SettingsError

_BYTES: Final = 32
Private = EllipticCurvePrivateKey | Ed25519PrivateKey
Public = EllipticCurvePublicKey | Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class StatementKey:
    """A key with its id. A key whose ``private`` is None only verifies."""

    kid: str
    jwk: Mapping[str, str]
    private: Private | None


class StatementKeys:
    """The keys of a service. The first private key signs."""

    def __init__(self, keys: Iterable[StatementKey] = ()) -> None:
        self._keys = tuple(keys)

    def published(self) -> dict[str, Any]:
        """Return the public keys as a JSON Web Key Set."""
        return {"keys": [dict(key.jwk) for key in self._keys]}

    def signs(self) -> bool:
        """Return whether there is a key to sign with."""
        return any(key.private is not None for key in self._keys)

    def signature(self, payload: bytes) -> str:
        """Sign bytes and return the detached signature. Raises QuestionRefused (``no_signing_key``) without a private
        key."""
        for key in self._keys:
            if key.private is not None:
                header = json.dumps({"alg": key.jwk["alg"], "kid": key.kid}, separators=(",", ":"))
                protected = _encoded(header.encode())
                signature = _sign(key.private, f"{protected}.{_encoded(payload)}".encode())
                return f"{protected}..{_encoded(signature)}"
        raise QuestionRefused(
            "This service does not sign statements: its operator has to name a private key in CADRAN_STATEMENT_KEYS.",
            code="no_signing_key",
        )


def read_statement_keys(paths: str) -> StatementKeys:
    """Read the keys from files; ``paths`` are comma-separated. Raises SettingsError for a file that is no key."""
    found = []
    for path in (Path(each.strip()).expanduser() for each in paths.split(",") if each.strip()):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SettingsError(f"CADRAN_STATEMENT_KEYS: {path} cannot be read.", internal=repr(error)) from error
        found.append(read_statement_key(content, where=f"CADRAN_STATEMENT_KEYS: {path}"))
    return StatementKeys(found)


def read_statement_key(pem: bytes, *, where: str) -> StatementKey:
    """Parse a private or public key from PEM. Raises SettingsError, which says ``where`` the key was read."""
    private: Private | None = None
    try:
        if b"PRIVATE" in pem:
            loaded = load_pem_private_key(pem, password=None)
            if not isinstance(loaded, EllipticCurvePrivateKey | Ed25519PrivateKey):
                raise ValueError("neither a P-256 nor an Ed25519 key")
            private, public = loaded, loaded.public_key()
        else:
            found = load_pem_public_key(pem)
            if not isinstance(found, EllipticCurvePublicKey | Ed25519PublicKey):
                raise ValueError("neither a P-256 nor an Ed25519 key")
            public = found
        jwk = _jwk(public)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            f"{where} is not a key for statements: write an unencrypted P-256 or Ed25519 key as PEM, e.g. with"
            " openssl genpkey -algorithm ed25519.",
            internal=repr(error),
        ) from error
    kid = _thumbprint(jwk)
    return StatementKey(
        kid, {**jwk, "kid": kid, "use": "sig", "alg": "EdDSA" if jwk["kty"] == "OKP" else "ES256"}, private
    )


def _jwk(public: Public) -> dict[str, str]:
    """Return the members of a public key's JSON Web Key that go into its thumbprint."""
    if isinstance(public, Ed25519PublicKey):
        return {"crv": "Ed25519", "kty": "OKP", "x": _encoded(public.public_bytes_raw())}
    if not isinstance(public.curve, SECP256R1):
        raise ValueError("a curve that is not P-256")
    numbers = public.public_numbers()
    x, y = (_encoded(number.to_bytes(_BYTES)) for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def _thumbprint(jwk: Mapping[str, str]) -> str:
    return _encoded(sha256(json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode()).digest())


def _sign(key: Private, message: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(message)
    # A deterministic signature is the same in every process, and a weak source of randomness cannot reveal the key.
    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256(), deterministic_signing=True)))
    return r.to_bytes(_BYTES) + s.to_bytes(_BYTES)


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
