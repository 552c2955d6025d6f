"""Wait thresholds of a metric, from its arguments or from the channels' answer norms, with the rows they apply to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from cadran.compiler.fragment import Threshold
from cadran.domain.directory import AnswerNorm, Directory
from cadran.domain.metric import Term
from cadran.domain.parts.parts import PARTS
from cadran.domain.parts.queue import VISIT_FACTS


def thresholds_of(term: Term, arguments: Mapping[str, float | str], directory: Directory) -> tuple[Threshold, ...]:
    """Return the thresholds of a term; empty when the term has none. Each row has at most one threshold.

    Without an argument, ``within`` is the upper bound of each channel's answer norm, or with ``bound`` "good" the lower
    bound; of queue visits, that of their queue, if it has a norm. Rows without an answer norm have no threshold.
    """
    if not term.within:
        return ()
    seconds = arguments.get(term.within)
    if seconds is not None:
        return (Threshold(float(seconds)),)
    good = arguments.get("bound") == "good"
    of_channels = tuple(_norm_thresholds(directory, good=good))
    if PARTS[term.part].fact not in VISIT_FACTS or not directory.queue_norms:
        return of_channels
    alike: dict[float, list[int]] = {}
    for queue, bounds in directory.queue_norms.items():
        alike.setdefault(float(bounds[0] if good else bounds[1]), []).append(queue)
    of_queues = [Threshold(each, queues=tuple(queues)) for each, queues in alike.items()]
    others = [replace(each, not_queues=tuple(directory.queue_norms)) for each in of_channels]
    return (*of_queues, *others)


def covered(directory: Directory, *, visits: bool = False) -> tuple[Threshold, ...]:
    """Return the rows that have an answer norm, as scopes. The seconds of these scopes are meaningless. ``visits`` may
    have the norm of their queue instead of that of their channel."""
    if visits and directory.queue_norms:
        return (*covered(directory), Threshold(0.0, queues=tuple(directory.queue_norms)))
    scopes: dict[Threshold, list[int]] = {}
    for channel in normed_channels(directory):
        spans: dict[tuple[object, ...], Threshold] = {}
        for one in _channel_thresholds([norm for norm in directory.answer_norms if norm.channel_id == channel]):
            # Answer norms follow each other without gaps, so the scope lasts from the first norm to the last.
            earlier = spans.get((one.moments, one.not_moments), one)
            spans[one.moments, one.not_moments] = replace(one, seconds=0.0, first_day=earlier.first_day)
        for scope in spans.values():
            scopes.setdefault(scope, []).append(channel)
    return tuple(replace(scope, channels=tuple(channels)) for scope, channels in scopes.items())


def normed_channels(directory: Directory) -> tuple[int, ...]:
    """Return the channels that have an answer norm."""
    return tuple(sorted({norm.channel_id for norm in directory.answer_norms}))


def _norm_thresholds(directory: Directory, *, good: bool) -> Iterator[Threshold]:
    """Yield one threshold for each distinct answer norm. Channels with equal norms share a threshold."""
    alike: dict[Threshold, list[int]] = {}
    for channel in normed_channels(directory):
        norms = [norm for norm in directory.answer_norms if norm.channel_id == channel]
        for one in _channel_thresholds(norms, good=good):
            alike.setdefault(one, []).append(channel)
    for one, channels in alike.items():
        yield replace(one, channels=tuple(channels))


def _channel_thresholds(answer_norms: list[AnswerNorm], *, good: bool = False) -> Iterator[Threshold]:
    """Yield the thresholds of a channel's answer norms. A norm for a moment replaces the general norm from its first
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
    """Return the thresholds of successive answer norms: each ends on the day on which the next one starts."""
    dated = sorted(answer_norms, key=lambda norm: norm.valid_from or date.min)
    return [
        Threshold(
            float(norm.good_seconds if good else norm.bad_seconds),
            first_day=norm.valid_from,
            end_day=following.valid_from if following else None,
        )
        for norm, following in zip_longest(dated, dated[1:])
    ]


def within_months(threshold: Threshold) -> bool:
    """Return whether the threshold starts and ends on the first day of a month."""
    return all(day is None or day.day == 1 for day in (threshold.first_day, threshold.end_day))
