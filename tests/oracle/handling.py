"""Oracles of handled contacts and their handle times, over contacts or legs. See ``figures``."""

from __future__ import annotations

from typing import Any

from tests.oracle.figures import Figure, Group, contacts, counted, divided, of, oracle, ranked, total
from tests.oracle.truth import inbound
from tests.oracle.world import Row


@oracle("handle_time")
def _handle_time(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = of(contacts(group, any_direction=group.names_direction), "handled")
    times = [float(row["talk"] + row["hold"] + row["acw"]) for row in rows if row["talk"] is not None]
    return ranked(times, arguments.get("percentile", 0.5))


def _handled(group: Group) -> list[Row]:
    """Return the handled contacts, inbound unless the question names the direction.

    In a question by team or agent, they are the contacts of the group's legs, each once and with these legs.
    """
    if not group.people:
        return of(contacts(group, any_direction=group.names_direction), "handled")
    rows = [leg for leg in group.rows("leg") if group.names_direction or inbound(leg)]
    first: dict[Any, Row] = {}
    for leg in sorted(rows, key=lambda leg: (leg["of"], leg["leg"])):
        first.setdefault(leg["of"], {**leg, "legs": []})["legs"].append(leg)
    return list(first.values())


@oracle("resolution_flagged")
def _flagged(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = of(contacts(group, any_direction=group.names_direction), "handled")
    known = [row for row in rows if row["resolved"] is not None]
    return divided(len([row for row in known if row["resolved"]]), len(known))


@oracle("handled")
def _handled_count(group: Group, arguments: dict[str, Any]) -> Figure:
    return counted(len([row for row in _handled(group) if inbound(row)]))


@oracle("aht", "talk_time", "hold_time", "acw")
def _times(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    names = {"aht": ("talk", "hold", "acw"), "talk_time": ("talk",), "hold_time": ("hold",), "acw": ("acw",)}[slug]
    rows = _handled(group)
    if group.people:
        timed = [[leg for leg in row["legs"] if leg["talk"] is not None] for row in rows]
        return divided(total([leg for legs in timed for leg in legs], *names), len([legs for legs in timed if legs]))
    rows = [row for row in rows if row["talk"] is not None]
    return divided(total(rows, *names), len(rows))


@oracle("aht_per_leg")
def _per_leg(group: Group, arguments: dict[str, Any]) -> Figure:
    legs = [leg for leg in group.rows("leg") if leg["talk"] is not None and (group.names_direction or inbound(leg))]
    return divided(total(legs, "talk", "hold", "acw"), len(legs))


@oracle("transfer_rate", "escalation_rate")
def _passed_on(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows = _handled(group)
    mark = "transferred_to" if slug == "transfer_rate" else "escalated"
    return divided(len([row for row in rows if row[mark]]), len(rows))
