"""The parts of what is happening at an instant: who waits, who was answered, what agents do. See ``parts``.

Nothing of it adds up over time (see ``compiler/special/live``).
"""

from __future__ import annotations

from cadran.domain.metric import Part

QUEUE_PARTS = (
    Part("waiting", "queue"),
    Part("waiting_longest", "queue", merge="max"),
    # The line that whoever comes now would stand in: of channels answered at once, where others are asked for too.
    Part("in_line", "queue"),
    Part("in_line_longest", "queue", merge="max"),
    # One where anybody waits, so that the longest wait over it is undefined where nobody does.
    Part("in_line_any", "queue", merge="max"),
)
ANSWERED_LATELY_PARTS = (
    Part("lately_answered", "lately"),
    Part("lately_waited", "lately"),
)
DOING_PARTS = tuple(
    Part(f"doing_{slug}", "doing", direction="any") for slug in ("available", "on_contact", "acw", "paused")
)
LIVE_PARTS = (*QUEUE_PARTS, *ANSWERED_LATELY_PARTS, *DOING_PARTS)
LIVE_FACTS = frozenset(part.fact for part in LIVE_PARTS)
