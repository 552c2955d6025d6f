"""Content negotiation: the media type by Accept, the language by Accept-Language (RFC 9110, 12.5)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cadran.web.problem import HttpRefused

JSON: Final = "application/json"
CSV: Final = "text/csv"
#: The most characters read of a header. They limit the keys of the two caches below (1,024 entries each: 3 MB).
_LENGTH_MAX = 1000


def _weighted(header: str) -> list[tuple[str, float]]:
    """Return the words of a header with their weights. An invalid weight counts as 0."""
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
        # The most specific range decides, even if a wider range has another weight.
        weight = ranges.get(offer, ranges.get(f"{kind}/*", ranges.get("*/*", 0.0)))
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def choose_media_type(accept: str | None, offers: Sequence[str]) -> str:
    """Return the offer that the caller ranks highest, the first offer among equals. Refuses with ``not_acceptable``."""
    if not accept or not accept.strip():
        return offers[0]
    chosen = _chosen(accept[:_LENGTH_MAX], tuple(offers))
    if chosen is None:
        raise HttpRefused(
            f"The resource offers none of the accepted media types. It offers: {', '.join(offers)}.",
            code="not_acceptable",
        )
    return chosen


def choose_language(accept_language: str | None) -> str:
    """Return the language that the caller ranks higher, "en" or "fr". The default is English."""
    return _language(accept_language[:_LENGTH_MAX]) if accept_language else "en"


@lru_cache(maxsize=1024)
def _language(accept_language: str) -> str:
    weights = {"en": 0.0, "fr": 0.0}
    for word, weight in _weighted(accept_language):
        primary = word.partition("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], weight)
    return "fr" if weights["fr"] > weights["en"] else "en"
