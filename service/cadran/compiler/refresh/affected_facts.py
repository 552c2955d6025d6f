"""What a mark says has changed, and the facts whose rollups are read off it: the one place where that is declared.

Every statement that marks a site's day names the change; the refresh recomputes the rollups of the facts that the
change reaches, and no others. A mark that names none, or one that is not known here, reaches all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from cadran.domain.metric import Fact

#: Nobody says what: everything is recomputed.
EVERYTHING: Final = "everything"
FACTS: Final[frozenset[Fact]] = frozenset(get_args(Fact))

#: By change, on the day of what changed: ``contact`` a contact's own row; ``standing`` what others make of a contact
#: that stays as it is (whether it repeats one, was called back, reached, old enough to be judged); ``hours`` the open
#: part of its wait; ``leg`` an agent's share of it; ``taken`` whether and when that share was taken at work; ``case``
#: and ``step`` the cases worked out; ``state`` a state that lasts, off which nothing is read but what agents are doing;
#: ``recovery`` what is to be worked off, which is read as it is; the others their own rows. What follows from a change
#: elsewhere (the day of a promise whose contact was corrected) is marked there, as a change of that.
INFLUENCE: Final[Mapping[str, frozenset[Fact]]] = {
    EVERYTHING: FACTS,
    "contact": frozenset({"contact", "customer", "response", "handling", "callback"}),
    "standing": frozenset({"contact", "customer"}),
    "hours": frozenset({"response"}),
    "leg": frozenset({"leg", "taken"}),
    "taken": frozenset({"taken"}),
    "case": frozenset({"case"}),
    "step": frozenset({"step"}),
    "survey": frozenset({"survey", "score", "employee"}),
    "goodwill": frozenset({"goodwill"}),
    "callback": frozenset({"callback"}),
    "time": frozenset({"time"}),
    "shift": frozenset({"shift"}),
    "state": frozenset(),
    "recovery": frozenset(),
}


def reached_by(change: str) -> frozenset[Fact]:
    """The facts whose rollups a change reaches."""
    return INFLUENCE.get(change, FACTS)


def narrowest(facts: Iterable[Fact]) -> list[str]:
    """For each of these facts the change that reaches it and the fewest others."""
    return sorted({min(changes_reaching([fact]), key=lambda change: len(INFLUENCE[change])) for fact in facts})


def changes_reaching(facts: Iterable[Fact]) -> list[str]:
    """The changes that reach any of these facts."""
    wanted = frozenset(facts)
    return [change for change, reached in INFLUENCE.items() if wanted & reached]
