"""The known channels: the kind that a new channel code suggests, and the usual answer norm of this kind.

All code that makes a channel uses this one table. An answer norm is a pair of bounds in seconds: an answer is good up
to the first bound, and bad beyond the second.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownChannel:
    """A kind of channel with its usual answer norm; `norm_seconds` is `None` if the kind has no norm."""

    kind: str
    asynchronous: bool
    label_en: str | None
    label_fr: str | None
    norm_seconds: tuple[int, int] | None


PHONE = KnownChannel("phone", False, "Phone", "Téléphone", (120, 240))
CHAT = KnownChannel("chat", False, "Chat", "Chat", (30, 30))
EMAIL = KnownChannel("email", True, "E-mail", "E-mail", (86_400, 172_800))
SOCIAL = KnownChannel("social", True, "Social networks", "Réseaux sociaux", (1_800, 3_600))
OTHER = KnownChannel("other", False, None, None, None)

CHANNELS = {
    "phone": PHONE,
    "voice": PHONE,
    "call": PHONE,
    "telephone": PHONE,
    "chat": CHAT,
    "email": EMAIL,
    "e-mail": EMAIL,
    "mail": EMAIL,
    "social": SOCIAL,
    "facebook": SOCIAL,
    "twitter": SOCIAL,
}
BY_KIND = {channel.kind: channel for channel in (PHONE, CHAT, EMAIL, SOCIAL, OTHER)}


def guess_channel(code: str) -> KnownChannel:
    """Return the known channel that a code suggests, or `OTHER`."""
    return CHANNELS.get(code.lower(), OTHER)
