"""The modules whose REST operations are served: the one list that a new module of a feature joins."""

from __future__ import annotations

from typing import Final

from cadran.administration.rest import documents, embed_tokens, keys, me
from cadran.api import resources
from cadran.contracts.rest import contracts, sla
from cadran.insights.rest import agents, insights, reports, staffing
from cadran.lists.rest import contacts, recovery, surveys
from cadran.objectives.rest import key_results, objectives
from cadran.rest import indicators
from cadran.rest.operation import Operation
from cadran.rest.routing import find_operations

OPERATIONS: Final[tuple[Operation, ...]] = find_operations(
    (
        indicators,
        insights,
        reports,
        agents,
        staffing,
        contacts,
        surveys,
        recovery,
        objectives,
        key_results,
        contracts,
        sla,
        me,
        keys,
        embed_tokens,
        documents,
        resources,
    )
)
