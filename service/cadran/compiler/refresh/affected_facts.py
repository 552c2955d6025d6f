"""The kinds of change that a mark can name, and the facts whose rollups each change affects.

Every statement that marks a day of a site names the change. The refresh recomputes only the rollups of the facts that
the change affects. A mark with no change, or with an unknown one, affects all facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from cadran.domain.parts.part import Fact

#: The change of marks that name no particular change: all rollups are recomputed.
EVERYTHING: Final = "everything"
FACTS: Final[frozenset[Fact]] = frozenset(get_args(Fact))

#: The facts that each change affects, on the day of the changed row. ``contact``: a contact's row. ``standing``: flags
#: of an unchanged contact that other contacts determine (a repeat, called back, reached, old enough to be judged).
#: ``threshold`` and ``attribute``: one that the rollups hold from now on. ``hours``: the part of a wait in opening
#: hours. ``leg``: an agent's part of a contact. ``taken``: whether and when a leg was taken at work. ``case`` and
#: ``step``: the derived cases. ``state``: a lasting agent state, which only the live metrics read. ``recovery``:
#: entries to work off, which no rollup contains. ``goodwill``: gestures; no rollup contains what an agent gave in a
#: month. Every other change concerns the rows of its name. Consequences on another day (the day of a promise whose
#: contact was corrected) get a separate mark on that day.
INFLUENCE: Final[Mapping[str, frozenset[Fact]]] = {
    EVERYTHING: FACTS,
    "contact": frozenset(
        {
            *("contact", "customer", "response", "handling", "waits", "handle_times", "within", "within_open"),
            *("answered", "answer_times", "callback"),
            *("queued", "queued_within", "visit", "visit_within"),
        }
    ),
    "standing": frozenset({"contact", "customer"}),
    "threshold": frozenset({"within", "within_open", "queued_within", "visit_within"}),
    "attribute": frozenset({"contact", "customer"}),
    "hours": frozenset({"response", "within_open", "answered"}),
    "visit": frozenset({"visit", "visit_within"}),
    "interval": frozenset({"interval", "interval_within"}),
    "leg": frozenset({"leg", "shared", "taken"}),
    "taken": frozenset({"taken"}),
    "case": frozenset({"case"}),
    "step": frozenset({"step"}),
    "survey": frozenset({"survey", "sending", "score", "employee"}),
    "goodwill": frozenset({"goodwill"}),
    "callback": frozenset({"callback"}),
    "time": frozenset({"time"}),
    "shift": frozenset({"shift"}),
    "state": frozenset(),
    "recovery": frozenset(),
}


def find_affected_facts(change: str) -> frozenset[Fact]:
    """Return the facts whose rollups a change affects."""
    return INFLUENCE.get(change, FACTS)


def find_narrowest(facts: Iterable[Fact]) -> list[str]:
    """Return for each of these facts the change that affects the fact and the fewest others; sorted and distinct."""
    return sorted({min(find_changes_reaching([fact]), key=lambda change: len(INFLUENCE[change])) for fact in facts})


def find_changes_reaching(facts: Iterable[Fact]) -> list[str]:
    """Return the changes that affect any of these facts."""
    wanted = frozenset(facts)
    return [change for change, reached in INFLUENCE.items() if wanted & reached]
