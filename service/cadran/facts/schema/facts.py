"""All kinds of facts that load, in the order in which they are loaded: rows that other rows refer to come first."""

from collections.abc import Mapping
from typing import Final

from cadran.facts.schema.agent_time import SCHEDULES, STATES
from cadran.facts.schema.callback import CALLBACKS
from cadran.facts.schema.case import CASES, REOPENINGS
from cadran.facts.schema.contact import CONTACTS
from cadran.facts.schema.fact import StagedFact
from cadran.facts.schema.goodwill import GOODWILL
from cadran.facts.schema.interval import INTERVALS
from cadran.facts.schema.leg import LEGS
from cadran.facts.schema.survey import SURVEYS
from cadran.facts.schema.visit import VISITS

_ALL: Final = (CONTACTS, LEGS, VISITS, SURVEYS, GOODWILL, CALLBACKS, CASES, REOPENINGS, STATES, SCHEDULES, INTERVALS)
FACTS: Final[Mapping[str, StagedFact]] = {fact.kind: fact for fact in _ALL}


def list_followers(kind: str) -> list[StagedFact]:
    """Return the kinds whose rows follow the rows of a kind, in the order in which their locks are taken."""
    return [fact for fact in FACTS.values() if kind in fact.follows]
