"""Waits over channels that are not alike: seconds on the phone and days for a letter make a mean that tells of neither.

Takes a call and its question; gives a notice that names the channels pooled, where some are answered at once and others
later. Who splits by channel, or asks of one kind only, has nothing to be told.
"""

from __future__ import annotations

from typing import Final

from cadran.domain.answer import Notice
from cadran.domain.covering import covered
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.question import MetricCall, Question

_WAITS: Final = ("asa", "time_to_abandon", "wait", "oldest_wait", "expected_wait")


def pooled_channels(call: MetricCall, question: Question, directory: Directory) -> Notice | None:
    """The channels of both kinds that a figure of waits puts together; None where it doesn't."""
    if call.slug not in _WAITS or "channel" in question.by:
        return None
    known = frozenset(directory.members.get("channel", {})) - {0}
    channels = covered(question.where, directory).get("channel", known) & known
    later, at_once = channels & directory.asynchronous, channels - directory.asynchronous
    if not (later and at_once):
        return None
    first, last = _codes(at_once, directory), _codes(later, directory)
    return Notice(
        "pooled_channels",
        Label(
            f"{call.name} pools channels answered at once ({first}) with channels answered later ({last}):"
            " split by channel, or filter it.",
            f"{call.name} mêle des canaux traités sur-le-champ ({first}) et des canaux traités plus tard ({last}) :"
            " ventilez par canal, ou filtrez.",
        ),
    )


def _codes(channels: frozenset[int], directory: Directory) -> str:
    return ", ".join(sorted(directory.member("channel", each).code or "" for each in channels))
