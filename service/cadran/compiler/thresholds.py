"""Thresholds: from a metric's arguments, or from the norms that channels promise, to the rows that each applies to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from cadran.compiler.fragment import Threshold
from cadran.domain.directory import Directory, Norm
from cadran.domain.metric import WAIT_EDGES, Term


def thresholds_of(term: Term, arguments: Mapping[str, float | str], directory: Directory) -> tuple[Threshold, ...]:
    """The thresholds of a term, together covering each row at most once; empty when the term has none.

    ``within`` falls back to the end of each channel's norm; rows of a channel without a norm are under no threshold.
    """
    if not term.within:
        return ()
    given = arguments.get(term.within)
    if given is not None:
        return (Threshold(float(given)),)
    return tuple(_from_norms(directory))


def normed_channels(directory: Directory) -> tuple[int, ...]:
    """The channels that have a norm."""
    return tuple(sorted({norm.channel_id for norm in directory.norms}))


def _from_norms(directory: Directory) -> Iterator[Threshold]:
    """One threshold for each distinct norm, channels with the same one taken together."""
    alike: dict[Threshold, list[int]] = {}
    for channel in normed_channels(directory):
        norms = [norm for norm in directory.norms if norm.channel_id == channel]
        particular = tuple(sorted({norm.moment_id for norm in norms if norm.moment_id}))
        for moment in (0, *particular):
            dated = sorted((n for n in norms if n.moment_id == moment), key=_start)
            for norm, following in pairwise((*dated, None)):
                assert norm is not None
                one = Threshold(
                    float(norm.bad_seconds),
                    moments=(moment,) if moment else None,
                    not_moments=() if moment else particular,
                    first_day=norm.valid_from,
                    end_day=following.valid_from if following is not None else None,
                )
                alike.setdefault(one, []).append(channel)
    for one, channels in alike.items():
        yield Threshold(one.seconds, tuple(channels), one.moments, one.not_moments, one.first_day, one.end_day)


def _start(norm: Norm) -> str:
    return norm.valid_from.isoformat() if norm.valid_from else ""


def on_edge(threshold: Threshold) -> bool:
    """Whether the wait-time bins answer for it exactly."""
    return threshold.seconds in WAIT_EDGES


def beyond_bins(threshold: Threshold) -> bool:
    """Whether it lies past the last edge, where bins say nothing."""
    return threshold.seconds > WAIT_EDGES[-1]
