"""What the caller would rather have: a media type by Accept, a language by Accept-Language (RFC 9110, 12.5)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cadran.web.problem import HttpRefused

JSON: Final = "application/json"
CSV: Final = "text/csv"
#: What is read of a header, and so the most characters of a key of the two memos below (1,024 entries each: 3 MB).
_LENGTH_MAX = 1000


def _weighted(header: str) -> list[tuple[str, float]]:
    """The words of a header with their weights; what cannot be read weighs nothing."""
    found = []
    for element in header.split(","):
        word, *parameters = (piece.strip().lower() for piece in element.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                weight = _weight(value.strip())
                break
        if word:
            found.append((word, weight))
    return found


def _weight(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0


@lru_cache(maxsize=1024)
def _chosen(accept: str, offers: tuple[str, ...]) -> str | None:
    ranges = dict(_weighted(accept))
    best, best_weight = None, 0.0
    for offer in offers:
        kind = offer.partition("/")[0]
        # The most specific range decides, whatever a wider one weighs.
        weight = ranges.get(offer, ranges.get(f"{kind}/*", ranges.get("*/*", 0.0)))
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def media_type(accept: str | None, offers: Sequence[str]) -> str:
    """The offer that the caller ranks highest, ours first among equals; refused with code ``not_acceptable``."""
    if not accept or not accept.strip():
        return offers[0]
    chosen = _chosen(accept[:_LENGTH_MAX], tuple(offers))
    if chosen is None:
        raise HttpRefused(f"Offered here: {', '.join(offers)}.", code="not_acceptable")
    return chosen


def language(accept_language: str | None) -> str:
    """Return "en" or "fr", whichever the caller ranks higher; English when neither is named."""
    return _language(accept_language[:_LENGTH_MAX]) if accept_language else "en"


@lru_cache(maxsize=1024)
def _language(accept_language: str) -> str:
    weights = {"en": 0.0, "fr": 0.0}
    for word, weight in _weighted(accept_language):
        primary = word.partition("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], weight)
    return "fr" if weights["fr"] > weights["en"] else "en"
