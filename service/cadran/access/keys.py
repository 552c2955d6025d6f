"""API keys: ``cad_<id>_<secret>``. The id is public and identifies the key. Of the secret, only a hash is stored.

The secret has 160 random bits, so one pass of SHA-256 is enough: a slow hash protects only secrets that can be guessed.
Comparison takes the same time for all inputs.
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from secrets import token_bytes
from typing import Final

ID: Final = re.compile(r"[a-z2-7]{8}")
_FORM: Final = re.compile(r"cad_([a-z2-7]{8})_([a-z2-7]{32})")
#: The hash to compare with if no key has the id, so that a wrong id takes as long as a wrong secret.
NO_HASH: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Secret:
    """A key as its holder has it. The text is shown once."""

    key_id: str
    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        """Return the hash that is stored: 32 bytes."""
        return hash_secret(self.text)


def make_key(key_id: str | None = None) -> Secret:
    """Create a key with a new secret. The id is new unless one is given."""
    number = key_id or _letters(5)
    return Secret(number, f"cad_{number}_{_letters(20)}")


def parse_key_id(text: str) -> str | None:
    """Return the id in a key of the right form, or None."""
    found = _FORM.fullmatch(text)
    return found.group(1) if found else None


def hash_secret(text: str) -> bytes:
    """Return the SHA-256 of a key."""
    return sha256(text.encode()).digest()


def matches(text: str, *digests: bytes | None) -> bool:
    """Return whether the hash of a key is one of these. All of them are compared."""
    own = hash_secret(text)
    found = [compare_digest(own, digest or NO_HASH) for digest in (digests or (None,))]
    return any(found)


def _letters(count: int) -> str:
    return b32encode(token_bytes(count)).decode().lower()


def make_bytes() -> bytes:
    """Return a secret to sign with: 256 random bits."""
    return token_bytes(32)
