"""Oracles of gestures and lost customers. See ``figures``."""

from __future__ import annotations

from typing import Any

from tests.oracle.figures import Figure, Group, counted, divided, oracle, total
from tests.oracle.goodwill import helped
from tests.oracle.world import Row


@oracle("goodwill_count", "goodwill_cost", "goodwill_revenue", "goodwill_return")
def _gestures(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    wanted = arguments.get("kind", "all")
    rows = [row for row in group.rows("goodwill") if wanted in ("all", row["kind"])]
    if slug == "goodwill_count":
        return counted(len(rows))
    if slug == "goodwill_cost":
        return Figure(total(rows, "cost"), total(rows, "cost"), None, len(rows))
    rows = [row for row in rows if row["revenue"] is not None]
    revenue = total(rows, "revenue")
    if slug == "goodwill_revenue":
        return Figure(revenue, revenue, None, len(rows))
    return divided(revenue, total(rows, "cost"), len(rows))


@oracle("goodwill_within_limit", "goodwill_above_limit", "goodwill_above_limit_rate")
def _limits(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    wanted = arguments.get("kind", "all")
    rows = [row for row in group.rows("goodwill") if wanted in ("all", row["kind"]) and row["limit"] is not None]
    above = len([row for row in rows if row["cost"] > row["limit"]])
    if slug == "goodwill_above_limit_rate":
        return divided(above, len(rows))
    return counted(above if slug == "goodwill_above_limit" else len(rows) - above)


@oracle("goodwill_within_month_limit", "goodwill_above_month_limit")
def _month_limits(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    wanted = arguments.get("kind", "all")
    rows = [row for row in group.rows("goodwill") if wanted in ("all", row["kind"]) and row["month_limit"] is not None]
    above = len([row for row in rows if row["month_cost"] > row["month_limit"]])
    return counted(above if slug == "goodwill_above_month_limit" else len(rows) - above)


def _chosen(group: Group, arguments: dict[str, Any], customers: set[str]) -> set[str]:
    """Return the customers with, or without, a gesture, as the argument ``goodwill`` demands; all by default."""
    wanted = arguments.get("goodwill", "all")
    given = helped(group.world, *group.days())
    return {each for each in customers if wanted == "all" or (each in given) == (wanted == "with")}


@oracle("churned_customers", "churn_rate", "churn_cost")
def _losses(group: Group, arguments: dict[str, Any], slug: str) -> Figure:
    rows: list[Row] = group.rows("loss")
    lost = _chosen(group, arguments, {row["customer"] for row in rows})
    if slug == "churned_customers":
        return counted(len(lost))
    if slug == "churn_rate":
        return divided(len(lost), len(_chosen(group, arguments, set(group.base()))))
    valued = [row for row in rows if row["customer"] in lost and row["value"] is not None]
    return Figure(total(valued, "value"), total(valued, "value"), None, len(valued))
