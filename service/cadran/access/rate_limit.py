"""Rate limits: token buckets, one for each caller and each address, in the memory of a process.

A bucket holds the requests of a minute and fills evenly. The buckets are our own code, since a request that the
response cache answers takes about fifty microseconds, and a library's bucket alone takes twenty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Final

from cadran.errors import RateLimited

#: The most buckets in memory: about 300 bytes each, 30 MB in all. Names have at most 300 characters (the subject of a
#: token has 255, an address is cut). The limit bounds memory, not requests: full buckets are evicted first.
_BUCKETS_MAX: Final = 100_000
_MINUTE: Final = 60.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class RateLimits:
    """The buckets of one kind. ``what`` names the kind in refusals, such as key or address."""

    def __init__(self, what: str, *, seconds: Callable[[], float] = monotonic) -> None:
        self._what = what
        self._seconds = seconds
        self._buckets: dict[str, _Bucket] = {}

    def take(self, name: str, per_minute: int) -> tuple[int, int]:
        """Take one request from a bucket. Return the requests left, and the seconds until the bucket is full.

        Raises RateLimited.
        """
        now = self._seconds()
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._added(name, _Bucket(float(per_minute), now))
        left = bucket.left + (now - bucket.at) * per_minute / _MINUTE
        if left > per_minute:
            left = float(per_minute)
        bucket.at = now
        if left < 1.0:
            bucket.left = left
            wait = ceil((1.0 - left) * _MINUTE / per_minute)
            raise RateLimited(
                f"More than {per_minute} requests per minute from this {self._what}. Retry in {wait} s.",
                retry_after_seconds=wait,
                per_minute=per_minute,
            )
        bucket.left = left = left - 1.0
        return int(left), ceil((per_minute - left) * _MINUTE / per_minute)

    def _added(self, name: str, bucket: _Bucket) -> _Bucket:
        """Add a bucket.

        Above the limit, full buckets are evicted, else the older half: a caller with many addresses must not fill the
        memory.
        """
        if len(self._buckets) >= _BUCKETS_MAX:
            recently_used = {each: one for each, one in self._buckets.items() if one.at > bucket.at - _MINUTE}
            recent = sorted(recently_used.items(), key=lambda each: each[1].at)[-_BUCKETS_MAX // 2 :]
            self._buckets = recently_used if len(recently_used) < _BUCKETS_MAX else dict(recent)
        self._buckets[name] = bucket
        return bucket


class ConcurrencyLimit:
    """The number of concurrent requests of each caller, streams included. ``what`` names the kind in refusals."""

    def __init__(self, what: str = "key") -> None:
        self._what = what
        self._open: dict[str, int] = {}

    def enter(self, name: str, most: int) -> None:
        """Count one more request. Raises RateLimited."""
        number = self._open.get(name, 0)
        if number >= most:
            raise RateLimited(
                f"More than {most} requests of this {self._what} are in progress. Wait for one to end.",
                retry_after_seconds=1,
            )
        self._open[name] = number + 1

    def leave(self, name: str) -> None:
        """Count one request less."""
        number = self._open[name] - 1
        if number:
            self._open[name] = number
        else:
            del self._open[name]
