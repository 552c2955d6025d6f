"""Oracles of resolution, customers, costs and revenue. See ``figures``."""

from __future__ import annotations

from typing import Any

from tests.oracle.customer_history import latest
from tests.oracle.figures import Figure, Group, contacts, counted, divided, of, oracle, total
from tests.oracle.world import Row


@oracle("fcr", "fcr_flagged")
def _fcr(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    cases = [case for case in group.rows("case") if case["mature"]]
    if slug == "fcr":
        return divided(len([case for case in cases if case["contacts"] == 1]), len(cases))
    cases = [case for case in cases if case["resolved"] is not None]
    return divided(len([case for case in cases if case["resolved"] and case["contacts"] == 1]), len(cases))


@oracle("channels_per_case")
def _channels_per_case(group: Group, arguments: dict[str, Any]) -> Figure:
    cases = [case for case in group.rows("case") if case["mature"]]
    return divided(sum(case["channels"] for case in cases), len(cases))


@oracle("contacts_per_case")
def _per_case(group: Group, arguments: dict[str, Any]) -> Figure:
    cases = [case for case in group.rows("case") if case["mature"]]
    return divided(sum(case[arguments.get("count", "contacts")] for case in cases), len(cases))


@oracle("repeat_rate")
def _repeats(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = [row for row in contacts(group) if row["customer"] is not None]
    return divided(len([row for row in rows if row["preceded"]]), len(rows))


@oracle("share_of_channel")
def _share_of_channel(group: Group, arguments: dict[str, Any]) -> Figure:
    return divided(len(contacts(group)), len(contacts(group, ignoring=("channel",))))


@oracle("share_by_phone", "complaint_rate")
def _share(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows = contacts(group)
    return divided(
        len([row for row in rows if (row["kind"] == "phone" if slug == "share_by_phone" else row["complaint"])]),
        len(rows),
    )


def _people(group: Group) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in contacts(group):
        if row["customer"] is not None:
            found.setdefault(row["customer"], []).append(row)
    return found


@oracle("customers_in_contact")
def _customers(group: Group, arguments: dict[str, Any]) -> Figure:
    return counted(len(_people(group)))


@oracle("contact_share_of_customers")
def _reach(group: Group, arguments: dict[str, Any]) -> Figure:
    return divided(len(group.in_base(group.rows("reach"))), len(group.base()))


@oracle("clv", "potential", "management_cost")
def _lifetime(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    """Compute the mean over customers of the value known on the day of their last contact."""
    world = group.world
    told = {"clv": world.values, "potential": world.potentials, "management_cost": world.management}[slug]
    known = []
    for customer, rows in _people(group).items():
        found = latest(told[customer], max(row["day"] for row in rows))
        if found is not None:
            known.append(found)
    return divided(sum(known), len(known))


@oracle("cost_to_serve")
def _cost_to_serve(group: Group, arguments: dict[str, Any]) -> Figure:
    """Compute the cost per customer with at least one known cost. An unknown cost does not count as zero."""
    rows = [row for rows in _people(group).values() for row in rows if row["cost"] is not None]
    return divided(total(rows, "cost"), len({row["customer"] for row in rows}))


def _priced(group: Group) -> list[Row]:
    return [row for row in contacts(group, any_direction=group.names_direction) if row["cost"] is not None]


@oracle("cost_per_contact")
def _cost_per_contact(group: Group, arguments: dict[str, Any]) -> Figure:
    rows = _priced(group)
    handled = arguments.get("per", "offered") == "handled"
    return divided(total(rows, "cost"), len(of(rows, "handled") if handled else rows))


@oracle("budget_consumed", "budget_pace")
def _budget(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows = _priced(group)
    budget = group.budget_year() if slug == "budget_consumed" else group.budget_window()
    return divided(total(rows, "cost"), budget, len(rows))


def _conversations(group: Group) -> list[Row]:
    return of(contacts(group, any_direction=True), "handled")


@oracle("revenue")
def _revenue(group: Group, arguments: dict[str, Any]) -> Figure:
    amount = total(group.rows("contact"), "revenue")
    return Figure(amount, amount, None, len(_conversations(group)))


@oracle("revenue_per_contact")
def _revenue_per_contact(group: Group, arguments: dict[str, Any]) -> Figure:
    return divided(total(group.rows("contact"), "revenue"), len(_conversations(group)))
