"""The parts of live figures: waiting contacts, recently answered contacts, states of agents. See ``parts``.

They do not add up over time (see ``compiler/special/live``).
"""

from __future__ import annotations

from cadran.domain.parts.part import Part

QUEUE_PARTS = (
    Part("waiting", "queue"),
    Part("waiting_longest", "queue", merge="max"),
    # The contacts ahead of a contact that arrives now. Asynchronous channels do not count if the question covers both
    # kinds.
    Part("in_line", "queue"),
    Part("in_line_longest", "queue", merge="max"),
    # 1 if any contact waits, else NULL: the longest wait is divided by it, and is undefined if no contact waits.
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
