"""Freshness headers: the last instant of a response's data, and the instant until which the response may be shown.

Every response with cache metadata (``web/cache_policy``) gets these headers, with 200 and with 304. They are valid for
the instant at which the response is sent. A browser that revalidates a stored response reuses the stored body and takes
the headers of the 304 (RFC 9111, 3.2), so only a header can say how long the old body is still good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from math import floor, inf
from typing import Final

Headers = list[tuple[bytes, bytes]]
AS_OF: Final = b"cadran-as-of"
STALE: Final = b"cadran-stale"
STALE_AFTER: Final = b"cadran-stale-after"
CACHE_CONTROL: Final = b"cache-control"
#: Computed headers are reused for this long. Their computation took a fourteenth of the time of a cached response.
_REUSED_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Validity:
    """The time until which figures may be shown as present. Instants are Unix seconds.

    ``as_of`` is the last instant of the data. ``stale_after`` is the value in the answer itself. ``seconds`` is how
    long a response may be shown after it was sent. ``moves_at`` is when the question's period begins to mean another
    window. ``stale`` marks an older answer, sent while the database is unavailable.
    """

    as_of: datetime | None
    stale_after: float
    seconds: float
    moves_at: float = inf
    stale: bool = False

    def joined(self, other: Validity) -> Validity:
        """Return the validity of a response that shows the figures of ``self`` and ``other``."""
        known = [each.as_of for each in (self, other) if each.as_of is not None]
        return Validity(
            min(known, default=None),
            min(self.stale_after, other.stale_after),
            min(self.seconds, other.seconds),
            min(self.moves_at, other.moves_at),
            self.stale or other.stale,
        )

    def until(self, sent: float, *, listening: bool) -> float:
        """Return the instant until which a response sent at ``sent`` may be shown. Both are Unix seconds.

        While the process receives notifications of changes (``listening``), a cached answer is as true as a new one, so
        its time begins anew with each response. Without notifications, the response may be shown for ``seconds`` only.
        """
        if self.stale:
            return min(self.stale_after, self.moves_at, sent)
        renewed = sent + self.seconds
        return min(max(self.stale_after, renewed) if listening else renewed, self.moves_at)

    def whole_seconds_hold(self, sent: float) -> float:
        """Return how many seconds the headers computed at ``sent`` stay correct in whole seconds.

        The process is listening. The headers stay correct without limit while each response begins its time anew.
        """
        renewed = sent + self.seconds
        if not self.stale and self.stale_after <= renewed <= self.moves_at - _REUSED_SECONDS:
            return inf
        return (self.until(sent, listening=True) - sent) % 1.0


class FreshnessHeaders:
    """The source of the freshness headers of one response, used each time the response is sent.

    ``now`` and ``expires`` are seconds of the cache's clock: the present, and the time when the response leaves the
    cache.
    """

    __slots__ = ("_expires", "_fresh_seconds", "_recent", "_recent_until", "_settled", "_settled_until", "_validity")

    def __init__(
        self, validity: Validity | None, *, now: float, expires: float, fresh_seconds: float, sent: float
    ) -> None:
        self._validity = validity
        self._expires = expires
        self._fresh_seconds = fresh_seconds
        # An answer about the past may be shown for a long time. Its headers stay the same until little time is left.
        left = expires - now
        self._settled = make_sent_headers(validity, left, fresh_seconds, sent, listening=True)
        if validity is not None:
            shown = min(validity.stale_after, validity.moves_at) - sent
            left = 0.0 if validity.stale else min(left, shown - max(validity.seconds, fresh_seconds))
        self._settled_until = now + left - fresh_seconds
        self._recent, self._recent_until = self._settled, -inf

    def headers(self, now: float, clock: Callable[[], datetime], *, listening: bool) -> Headers:
        """Return the headers of a response that is sent at this instant."""
        if listening and now < self._settled_until:
            return self._settled
        if listening and now < self._recent_until:
            return self._recent
        sent, left, validity = clock().timestamp(), self._expires - now, self._validity
        found = make_sent_headers(validity, left, self._fresh_seconds, sent, listening=listening)
        if listening:
            # Cache-Control has whole seconds: reused headers promise too much once the fraction has passed.
            hold = inf if validity is None else validity.whole_seconds_hold(sent)
            self._recent, self._recent_until = found, now + min(_REUSED_SECONDS, left % 1.0, hold)
        return found


def make_lasting_headers(validity: Validity | None) -> Headers:
    """Return the headers that stay the same as long as the response is stored."""
    if validity is None:
        return []
    # The header is also sent with false, since a browser keeps the old value of a header that a 304 leaves out.
    found = [(STALE, b"true" if validity.stale else b"false")]
    return found if validity.as_of is None else [(AS_OF, _instant(floor(validity.as_of.timestamp())) + b"Z"), *found]


def make_sent_headers(
    validity: Validity | None, left_seconds: float, fresh_seconds: float, sent: float, *, listening: bool
) -> Headers:
    """Return the headers that depend on the instant ``sent`` at which a response is sent.

    The response is fresh for the ``left_seconds`` that it stays in the cache, but for at most ``fresh_seconds``,
    because a change may go unnoticed for that long. Afterwards it may be shown once more while it is revalidated,
    unless its figures have expired.
    """
    fresh = max(0.0, min(left_seconds, fresh_seconds))
    if validity is None:
        return [(CACHE_CONTROL, _cache_control(int(fresh), int(fresh)))]
    milliseconds = floor(validity.until(sent, listening=listening) * 1000)
    shown = milliseconds / 1000 - sent
    max_age = max(0, int(min(fresh, shown)))
    second, rest = divmod(milliseconds, 1000)
    return [
        (STALE_AFTER, b"%b.%03dZ" % (_instant(second), rest)),
        (CACHE_CONTROL, _cache_control(max_age, max(0, int(min(fresh_seconds, shown - max_age))))),
    ]


@lru_cache(maxsize=128)
def _instant(second: int) -> bytes:
    """Return an instant in the form of RFC 3339, without the zone."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()


@lru_cache(maxsize=1024)
def _cache_control(max_age: int, revalidating: int) -> bytes:
    """Return the value of Cache-Control. ``revalidating`` is the time of stale-while-revalidate, in seconds."""
    if max_age == revalidating == 0:
        return b"private, no-cache"
    if revalidating == 0:
        return b"private, max-age=%d" % max_age
    return b"private, max-age=%d, stale-while-revalidate=%d" % (max_age, revalidating)
