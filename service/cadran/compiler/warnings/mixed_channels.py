"""The warning about waits over synchronous and asynchronous channels together.

Seconds on the phone and days for a letter make a meaningless mean. Takes a question. If the question pools channels
answered at once with channels answered later, gives both groups, and a notice that names them. A question that splits
by channel, or covers one kind only, gets no notice. The expected wait never pools both kinds: it leaves out channels
answered later (see ``compiler/special/live``).
"""

from __future__ import annotations

from typing import Final

from cadran.domain.access.question_members import find_covered_members
from cadran.domain.answer import Notice
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.question import Question

_WAITS: Final = ("asa", "time_to_abandon", "wait", "wait_mean", "wait_mean_delayed", "oldest_wait")


def both_kinds(question: Question, directory: Directory) -> tuple[frozenset[int], frozenset[int]] | None:
    """Return the channels answered at once, and the channels answered later, that a question pools; None without both
    kinds."""
    if "channel" in question.by:
        return None
    known = frozenset(directory.members.get("channel", {})) - {0}
    channels = find_covered_members(question.where, directory).get("channel", known) & known
    at_once, later = channels - directory.asynchronous, channels & directory.asynchronous
    return (at_once, later) if at_once and later else None


def pooled_channels(question: Question, directory: Directory) -> Notice | None:
    """Return the notice about waits that pool both kinds of channels; None if the question pools no such waits."""
    calls = [call.name for call in question.metrics if call.slug in _WAITS]
    kinds = both_kinds(question, directory)
    if not calls or kinds is None:
        return None
    first, last = (_codes(each, directory) for each in kinds)
    return Notice(
        "pooled_channels",
        Label(
            f"{' and '.join(calls)} {'pools' if len(calls) == 1 else 'pool'} channels answered at once ({first}) with"
            f" channels answered later ({last}): split by channel, or filter it.",
            f"{' et '.join(calls)} {'mêle' if len(calls) == 1 else 'mêlent'} des canaux traités sur-le-champ ({first})"
            f" et des canaux traités plus tard ({last}) : ventilez par canal, ou filtrez.",
        ),
    )


def _codes(channels: frozenset[int], directory: Directory) -> str:
    return ", ".join(sorted(directory.member("channel", each).code or "" for each in channels))
