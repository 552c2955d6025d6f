"""Thresholds: from a metric's arguments, or from the answer norms that channels promise, to the rows that each applies
to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from cadran.compiler.fragment import Threshold
from cadran.domain.directory import AnswerNorm, Directory
from cadran.domain.metric import WAIT_EDGES, Term


def thresholds_of(term: Term, arguments: Mapping[str, float | str], directory: Directory) -> tuple[Threshold, ...]:
    """The thresholds of a term, together covering each row at most once; empty when the term has none.

    ``within`` falls back to the end of each channel's answer norm, or with ``bound`` "good" to its first bound. Rows of
    a channel without an answer norm are under no threshold.
    """
    if not term.within:
        return ()
    given = arguments.get(term.within)
    if given is not None:
        return (Threshold(float(given)),)
    return tuple(_from_norms(directory, good=arguments.get("bound") == "good"))


def covered(directory: Directory) -> tuple[Threshold, ...]:
    """The rows that are under some answer norm, as scopes (their seconds mean nothing)."""
    scopes: dict[Threshold, list[int]] = {}
    for channel in normed_channels(directory):
        spans: dict[tuple[object, ...], Threshold] = {}
        for one in _of_channel([norm for norm in directory.answer_norms if norm.channel_id == channel]):
            # One answer norm follows the other without a gap, so together they hold from the first to the last.
            earlier = spans.get((one.moments, one.not_moments), one)
            spans[one.moments, one.not_moments] = replace(one, seconds=0.0, first_day=earlier.first_day)
        for scope in spans.values():
            scopes.setdefault(scope, []).append(channel)
    return tuple(replace(scope, channels=tuple(channels)) for scope, channels in scopes.items())


def normed_channels(directory: Directory) -> tuple[int, ...]:
    """The channels that have a norm."""
    return tuple(sorted({norm.channel_id for norm in directory.answer_norms}))


def _from_norms(directory: Directory, *, good: bool) -> Iterator[Threshold]:
    """One threshold for each distinct answer norm, channels with the same one taken together."""
    alike: dict[Threshold, list[int]] = {}
    for channel in normed_channels(directory):
        for one in _of_channel([norm for norm in directory.answer_norms if norm.channel_id == channel], good=good):
            alike.setdefault(one, []).append(channel)
    for one, channels in alike.items():
        yield replace(one, channels=tuple(channels))


def _of_channel(answer_norms: list[AnswerNorm], *, good: bool = False) -> Iterator[Threshold]:
    """A channel's answer norms as thresholds. A moment's own answer norm stands before the general one from its first
    day on."""
    particular = tuple(sorted({norm.moment_id for norm in answer_norms if norm.moment_id}))
    general = _spans([norm for norm in answer_norms if not norm.moment_id], good=good)
    for one in general:
        yield replace(one, not_moments=particular)
    for moment in particular:
        own = _spans([norm for norm in answer_norms if norm.moment_id == moment], good=good)
        begin = own[0].first_day
        if begin is not None:
            for one in general:
                if one.first_day is None or one.first_day < begin:
                    yield replace(one, moments=(moment,), end_day=min(one.end_day or begin, begin))
        for one in own:
            yield replace(one, moments=(moment,))


def _spans(answer_norms: list[AnswerNorm], *, good: bool) -> list[Threshold]:
    """Each answer norm until the next one holds."""
    dated = sorted(answer_norms, key=lambda norm: norm.valid_from or date.min)
    return [
        Threshold(
            float(norm.good_seconds if good else norm.bad_seconds),
            first_day=norm.valid_from,
            end_day=following.valid_from if following else None,
        )
        for norm, following in zip_longest(dated, dated[1:])
    ]


def on_edge(threshold: Threshold) -> bool:
    """Whether the wait-time bins answer for it exactly."""
    return threshold.seconds in WAIT_EDGES


def beyond_bins(threshold: Threshold) -> bool:
    """Whether it lies past the last edge, where bins say nothing."""
    return threshold.seconds > WAIT_EDGES[-1]


def within_months(threshold: Threshold) -> bool:
    """Whether whole months tell where it begins and ends to hold."""
    return all(day is None or day.day == 1 for day in (threshold.first_day, threshold.end_day))
