"""How often one caller may ask: token buckets, one for each caller and each address, in the memory of a process.

A bucket holds a minute's requests and fills evenly. By hand: a request that is served from finished bytes takes some
fifty microseconds in all, and a library's bucket twenty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Final

from cadran.errors import RateLimited

#: Buckets kept, some 300 bytes each and so 30 MB; names have 300 characters at most (a token's subject has 255, an
#: address is cut). It bounds memory, not requests: those that are full again go first.
_BUCKETS_MAX: Final = 100_000
_MINUTE: Final = 60.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Rates:
    """The buckets of one kind; ``what`` names in whose name they are kept, for the refusal."""

    def __init__(self, what: str, *, seconds: Callable[[], float] = monotonic) -> None:
        self._what = what
        self._seconds = seconds
        self._buckets: dict[str, _Bucket] = {}

    def take(self, name: str, per_minute: int) -> tuple[int, int]:
        """Take one request out of a bucket; gives how many are left, and the seconds until it is full again. Raises
        RateLimited."""
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
                f"More than {per_minute} requests a minute from this {self._what}; try again in {wait} s.",
                retry_after_seconds=wait,
                per_minute=per_minute,
            )
        bucket.left = left = left - 1.0
        return int(left), ceil((per_minute - left) * _MINUTE / per_minute)

    def _added(self, name: str, bucket: _Bucket) -> _Bucket:
        """A new bucket. Where there are too many, those that are full again go, else the older half: whoever comes from
        many addresses must not fill the memory."""
        if len(self._buckets) >= _BUCKETS_MAX:
            kept = {each: one for each, one in self._buckets.items() if one.at > bucket.at - _MINUTE}
            recent = sorted(kept.items(), key=lambda each: each[1].at)[-_BUCKETS_MAX // 2 :]
            self._buckets = kept if len(kept) < _BUCKETS_MAX else dict(recent)
        self._buckets[name] = bucket
        return bucket


class Concurrent:
    """How many requests of one caller are under way, streams too; ``what`` names in whose name they are counted."""

    def __init__(self, what: str = "key") -> None:
        self._what = what
        self._open: dict[str, int] = {}

    def enter(self, name: str, most: int) -> None:
        """One more. Raises RateLimited."""
        number = self._open.get(name, 0)
        if number >= most:
            raise RateLimited(
                f"More than {most} requests of this {self._what} are under way; wait for one to end.",
                retry_after_seconds=1,
            )
        self._open[name] = number + 1

    def leave(self, name: str) -> None:
        """One less."""
        number = self._open[name] - 1
        if number:
            self._open[name] = number
        else:
            del self._open[name]
