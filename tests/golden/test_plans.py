"""Snapshots of the SQL of every kind of plan, so that reviews show changes. CADRAN_UPDATE_GOLDEN=1 rewrites them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cadran.compiler.lattice.lattice import LATTICE
from cadran.compiler.plan import make_plan
from cadran.domain.ask import Condition
from cadran.domain.directory import RollupState
from tests.domain.sample_directory import directory, question

HERE = Path(__file__).parent
UPDATE = os.environ.get("CADRAN_UPDATE_GOLDEN") == "1"


def where(**values: list[str]) -> list[Condition]:
    return [Condition(name, each) for name, each in values.items()]


#: The question of each file: its metrics and its other arguments. ``one_zone=False`` adds a site in India; with
#: ``intervals``, the first site has aggregated intervals.
GOLDEN: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "month_by_channel": (("contacts", "qos", "aht"), {"period": "2015", "grain": "month", "by": ("channel",)}),
    "month_by_segment": (("qos",), {"period": "2015", "grain": "month", "by": ("segment",)}),
    "month_by_moment": (("complaints",), {"period": "2015", "grain": "month", "by": ("moment",)}),
    "month_by_segment_and_moment": (("asa",), {"period": "2015", "grain": "year", "by": ("segment", "moment")}),
    "day_by_site": (("contacts", "wait_max"), {"grain": "day", "by": ("site",)}),
    "day_by_channel": (("abandonment_rate",), {"grain": "day", "where": where(channel=["phone"])}),
    "complaints_on_mondays": (("qos", "repeat_rate"), {"where": where(moment=["complain"], weekday=["1"])}),
    "usual_day": (("contacts",), {"period": "2015", "by": ("time_of_day",)}),
    "usual_monday": (("qos",), {"period": "2015", "by": ("time_of_day",), "where": where(weekday=["1"])}),
    "usual_monday_of_a_channel": (
        ("qos",),
        {"period": "2015", "by": ("time_of_day",), "where": where(weekday=["1"], channel=["chat"])},
    ),
    "quarters_of_a_day": (("handled",), {"period": "2015-12-24", "grain": "quarter_hour"}),
    "hours_by_segment": (("handled",), {"period": "2015-12-24", "grain": "hour", "by": ("segment",)}),
    "named_zone": (("contacts",), {"grain": "day", "zone": "America/New_York", "by": ("weekday",)}),
    "sites_of_two_zones": (
        ("contacts",),
        {"grain": "hour", "by": ("site",), "one_zone": False, "period": "2015-12-24"},
    ),
    "partner": (("contacts", "outbound"), {"grain": "week", "by": ("partner",), "where": where(partner=["ACME"])}),
    "agents": (("aht", "transfer_rate"), {"grain": "day", "by": ("agent",), "where": where(team=["north"])}),
    "agents_by_segment": (("aht_per_leg",), {"by": ("agent", "segment")}),
    "agents_by_team": (("aht", "handled"), {"by": ("team",), "where": where(segment=["gold"])}),
    "answers_by_agent": (("asa", "first_response_time(hours=open)"), {"by": ("agent",)}),
    "answers_of_a_team_by_segment": (("handle_time",), {"by": ("segment",), "where": where(team=["north"])}),
    "agents_of_teams": (("aht", "handled"), {"where": where(team=["north", "south"])}),
    "cases": (("fcr", "contacts_per_case"), {"period": "2015", "grain": "month", "by": ("channel",)}),
    "cases_of_a_week": (("fcr_flagged",), {"period": "2015-W50", "by": ("moment",)}),
    "cases_by_agent": (("fcr",), {"by": ("agent",)}),
    "reasons": (("contacts",), {"by": ("reason",), "where": where(outcome=["abandoned", "deflected"])}),
    "queues_by_month": (("contacts", "qos"), {"period": "2015", "grain": "month", "by": ("queue",)}),
    "queues_by_day": (("contacts", "aht"), {"grain": "day", "by": ("queue",)}),
    "queues_of_sites_by_month": (("qos",), {"period": "2015", "grain": "month", "by": ("site", "first_queue")}),
    "queues_of_sites_by_day": (("qos",), {"grain": "day", "by": ("site", "queue")}),
    "service_level_from_queue": (
        ("service_level(within=20,wait_from=queue)",),
        {"period": "2015", "grain": "month", "by": ("queue",)},
    ),
    "service_level_from_queue_by_day": (
        ("service_level(within=33,wait_from=queue)",),
        {"grain": "day", "by": ("queue",)},
    ),
    "service_level_from_queue_by_hour": (
        ("service_level(within=33,wait_from=queue)",),
        {"period": "2015-12-24", "grain": "hour", "by": ("queue",)},
    ),
    "thresholds_from_queue_of_a_year": (("service_level(within=33,wait_from=queue)",), {"period": "2015"}),
    "visits_by_month": (("queue_offered", "queue_asa"), {"period": "2015", "grain": "month", "by": ("queue",)}),
    "visits_by_day": (("queue_offered", "flow_out_rate"), {"grain": "day", "by": ("queue",)}),
    "visits_of_sites_by_month": (("queue_service_level(within=33)",), {"period": "2015", "by": ("site", "queue")}),
    "visits_of_sites_by_day": (("queue_service_level(within=33)",), {"grain": "day", "by": ("site",)}),
    "visits_by_hour": (
        ("queue_service_level(within=33)",),
        {"period": "2015-12-24", "grain": "hour", "by": ("queue",)},
    ),
    "agents_of_queues": (("agents_available",), {"period": "2015-12-24", "grain": "hour", "by": ("queue",)}),
    "day_by_attribute": (
        ("contacts", "aht"),
        {"grain": "day", "by": ("campaign",), "where": where(campaign=["spring", "none"])},
    ),
    "month_by_attribute_and_channel": (("qos",), {"period": "2015", "grain": "month", "by": ("campaign", "channel")}),
    "day_by_attribute_and_channel": (("qos",), {"grain": "day", "by": ("campaign", "channel")}),
    "attributes_together": (("qos",), {"by": ("product",), "where": where(campaign=["spring"])}),
    "attribute_by_agent": (("aht",), {"by": ("agent", "product")}),
    "attribute_of_surveys": (("csat",), {"by": ("campaign", "sent_by"), "where": where(transferred_to=["legal"])}),
    "threshold": (("service_level(within=20)",), {"period": "2015", "grain": "month"}),
    "threshold_between_edges": (("service_level(within=25)",), {"period": "2015"}),
    "threshold_of_a_month": (("service_level(within=25)",), {"period": "2015-12"}),
    "answer_norms": (("service_level(formula=offered_ex_short)",), {"period": "2015", "grain": "year"}),
    "threshold_that_is_named": (("service_level(within=33)",), {"period": "2015"}),
    "threshold_that_is_named_by_day": (("service_level(within=33)",), {"grain": "day"}),
    "threshold_that_is_named_by_hour": (("qos_net(short=33)",), {"period": "2015-12-24", "grain": "hour"}),
    "threshold_that_is_named_by_time_of_day": (("qos_net(short=33)",), {"period": "2015", "by": ("time_of_day",)}),
    "threshold_that_is_named_by_reason": (("qos_net(short=33)",), {"by": ("outcome",)}),
    "threshold_that_is_being_filled": (("qos_net(short=34)",), {"period": "2015"}),
    "open_hours_threshold": (("service_level_open_hours(within=33)",), {"period": "2015"}),
    "open_hours_threshold_by_day": (("service_level_open_hours(within=33)",), {"grain": "day"}),
    "open_hours_threshold_by_reason": (("service_level_open_hours(within=33)",), {"by": ("reason",)}),
    "percentile_by_site": (("wait", "wait(percentile=0.9)"), {"period": "2015", "by": ("site",)}),
    "percentile_by_day_and_channel": (("wait(percentile=0.9)",), {"grain": "day", "by": ("channel",)}),
    "percentile_by_day": (("wait(percentile=0.9)",), {"grain": "day"}),
    "percentile_by_hour": (("wait(percentile=0.9)",), {"period": "2015-12-24", "grain": "hour"}),
    "handle_times_of_the_year": (("handle_time",), {"period": "2015"}),
    "handle_times_by_day_and_channel": (("handle_time",), {"grain": "day", "by": ("channel",)}),
    "answer_times_by_agent": (("handle_time",), {"period": "2015", "by": ("agent",)}),
    "answer_times_by_team_and_day": (("handle_time",), {"grain": "day", "by": ("team",)}),
    "answer_times_by_agent_and_reason": (("handle_time",), {"by": ("agent", "reason")}),
    "distribution": (("handle_time",), {"period": "2015", "binned": True}),
    "distribution_by_day": (("handle_time",), {"grain": "day", "binned": True}),
    "distribution_by_segment": (("handle_time",), {"by": ("segment",), "binned": True}),
    "percentile": (("wait(percentile=0.9)",), {"period": "2015", "by": ("channel",)}),
    "customers": (("customers_in_contact", "cost_to_serve", "clv"), {"period": "2015", "by": ("segment",)}),
    "base": (("contact_share_of_customers",), {"period": "2015", "grain": "month", "by": ("segment",)}),
    "budget": (
        ("budget_consumed", "budget_pace"),
        {"grain": "month", "by": ("site",), "where": where(moment=["complain"])},
    ),
    "surveys_by_channel": (("csat",), {"period": "2015", "grain": "month", "by": ("channel",)}),
    "surveys": (("csat", "nps", "survey_response_rate"), {"period": "2015", "grain": "month", "by": ("site",)}),
    "surveys_of_a_week": (("dissatisfied", "ces(kind=relationship)"), {"period": "2015-W50", "by": ("moment",)}),
    "surveys_sent": (
        ("survey_response_rate(kind=relationship)", "surveyed_wait(kind=relationship)"),
        {"period": "2015", "by": ("site",)},
    ),
    "surveys_sent_by_agent": (("survey_response_rate(kind=relationship)",), {"period": "2015", "by": ("agent",)}),
    "surveys_by_agent": (("csat_mean",), {"by": ("agent",)}),
    "goodwill_count": (("goodwill_cost", "goodwill_return(kind=goodwill)"), {"period": "2015", "by": ("site",)}),
    "goodwill_of_a_week": (("goodwill_count",), {"period": "2015-W50", "by": ("segment",)}),
    "goodwill_by_gesture": (("goodwill_count", "goodwill_above_limit_rate"), {"by": ("gesture",)}),
    "goodwill_of_months": (("goodwill_above_month_limit",), {"period": "2015-W50", "by": ("agent",)}),
    "goodwill_by_agent": (("goodwill_cost", "goodwill_revenue"), {"by": ("agent",), "where": where(channel=["phone"])}),
    "churn": (
        ("churned_customers", "churn_rate(goodwill=with)", "churn_cost"),
        {"period": "2015", "grain": "month", "by": ("segment",)},
    ),
    "potential": (("potential", "management_cost"), {"period": "2015"}),
    "scores": (("score(instrument=csat)",), {"period": "2015", "by": ("site",)}),
    "scores_of_a_week": (("score(instrument=csat,kind=relationship)",), {"period": "2015-W50", "by": ("channel",)}),
    "scores_by_segment": (("score(instrument=csat)",), {"period": "2015", "by": ("segment",)}),
    "index": (("cxi", "loop_closed_rate", "loop_delay"), {"period": "2015", "grain": "month"}),
    "employees": (("employee_nps",), {"period": "2015", "by": ("team",)}),
    "employees_by_hour": (("employee_nps",), {"period": "2015-12-24", "grain": "hour"}),
    "waits_of_surveyed": (("surveyed_wait(of=answered)",), {"period": "2015", "by": ("channel",)}),
    "promises": (("callback_kept_rate",), {"period": "2015", "grain": "month", "by": ("channel",)}),
    "promises_of_a_week": (("callback_kept_rate(counts=reached)",), {"period": "2015-W50", "by": ("moment",)}),
    "promises_by_reason": (("callback_kept_rate",), {"by": ("reason",)}),
    "recovery": (("recovered_losses", "customer_reach", "customers_to_call"), {"grain": "week", "by": ("site",)}),
    "recovery_of_two_zones": (("customers_to_call",), {"one_zone": False, "where": where(channel=["phone"])}),
    "open_hours": (
        ("first_response_time(hours=open)", "next_reply_time"),
        {"period": "2015", "grain": "month", "by": ("channel",)},
    ),
    "open_hours_of_a_week": (
        ("service_level_open_hours(within=3600)",),
        {"period": "2015-W50", "where": where(channel=["email"])},
    ),
    "handle_times": (("handle_time(percentile=0.9)",), {"period": "2015", "by": ("channel",)}),
    "handle_times_by_day": (("handle_time",), {"by": ("site",), "grain": "day"}),
    "handle_times_by_segment": (("handle_time",), {"by": ("segment",)}),
    "open_hours_between_edges": (("service_level_open_hours(within=25,formula=all_incoming)",), {"by": ("site",)}),
    "requests": (
        ("resolution_rate", "contacts_per_resolution(count=attempts)"),
        {"period": "2015", "grain": "month", "by": ("channel",)},
    ),
    "requests_of_a_week": (("resolution_time", "reopen_rate"), {"period": "2015-W50", "by": ("moment",)}),
    "requests_by_agent": (("complaint_resolution_time",), {"period": "2015", "by": ("agent",)}),
    "requests_of_a_week_by_agent": (("resolution_time",), {"period": "2015-W50", "by": ("agent",)}),
    "requests_by_agent_and_channel": (("resolution_time",), {"by": ("agent", "channel")}),
    "backlog": (
        ("backlog", "backlog_age", "oldest_open", "days_to_clear"),
        {"grain": "day", "by": ("site",), "where": where(moment=["complain"])},
    ),
    "backlog_by_the_hour": (("backlog",), {"period": "2015-12-24", "grain": "hour", "by": ("segment",)}),
    "backlog_by_agent_and_channel": (("backlog", "days_to_clear"), {"grain": "week", "by": ("agent", "channel")}),
    "backlog_of_sites_of_two_zones": (
        ("backlog", "oldest_open"),
        {"grain": "day", "by": ("partner",), "one_zone": False, "period": "2015-12-24"},
    ),
    "several_facts": (("qos", "csat", "occupancy"), {"grain": "day", "by": ("site",)}),
    "agent_time_by_month": (("occupancy", "utilisation"), {"period": "2015", "grain": "month", "by": ("site",)}),
    "agent_time_by_day": (("adherence", "shrinkage"), {"grain": "day", "by": ("agent",)}),
    "agent_time_of_the_usual_day": (
        ("occupancy",),
        {"period": "2015", "by": ("time_of_day",), "where": where(team=["north"])},
    ),
    "agent_time_by_hour": (("occupancy",), {"period": "2015-12-24", "grain": "hour", "by": ("team",)}),
    "agent_time_by_hour_and_agent": (("occupancy",), {"period": "2015-12-24", "grain": "hour", "by": ("agent",)}),
    "throughput": (("contacts_per_agent_hour",), {"grain": "day", "by": ("site",)}),
    "throughput_by_hour": (("contacts_per_agent_hour",), {"period": "2015-12-24", "grain": "hour", "by": ("team",)}),
    "punctuality": (("late_login", "early_logout"), {"grain": "day", "by": ("team",)}),
    "punctuality_between_instants": (
        ("late_login",),
        {"start": "2015-12-24T06:00:30+01:00", "end": "2015-12-24T12:00:30+01:00"},
    ),
    "turnover": (("turnover",), {"period": "2015", "grain": "month", "by": ("team",)}),
    "tired": (("tired_agents",), {"grain": "week", "by": ("site",), "where": where(partner=["ACME"])}),
    "required_agents": (("required_agents",), {"period": "2015-12-24", "grain": "hour", "by": ("site",)}),
    "waiting": (
        ("contacts_waiting", "oldest_wait", "expected_wait"),
        {"start": "2015-12-24T08:00:00+01:00", "end": "2015-12-24T10:30:00+01:00", "where": where(channel=["phone"])},
    ),
    "waiting_by_the_hour": (("contacts_waiting",), {"period": "2015-12-24", "grain": "hour", "by": ("site",)}),
    "doing": (
        ("agents_available", "agents_paused"),
        {"start": "2015-12-24T08:00:00+01:00", "end": "2015-12-24T10:30:00+01:00", "where": where(site=["PAU"])},
    ),
    "doing_by_team_of_two_zones": (
        ("agents_on_contact", "agents_in_acw"),
        {"period": "2015-12-24", "grain": "hour", "by": ("team",), "one_zone": False},
    ),
    "share_of_channel": (("share_of_channel",), {"period": "2015", "by": ("site", "channel")}),
    "intervals_by_month": (
        ("qos", "service_level", "fcr"),
        {"period": "2015", "grain": "month", "by": ("channel",), "intervals": True},
    ),
    "intervals_by_day": (
        ("aht", "queue_service_level(within=20)"),
        {"grain": "day", "by": ("partner",), "where": where(channel=["phone"]), "intervals": True},
    ),
    "intervals_by_hour": (
        ("occupancy", "service_level(within=20)"),
        {"period": "2015-12-24", "grain": "hour", "where": where(time_of_day=["09:00..12:00"]), "intervals": True},
    ),
}


def written(name: str) -> str:
    """Return every statement of a plan with its arguments, as text."""
    metrics, options = GOLDEN[name]
    company = replace(
        directory(one_zone=options.get("one_zone", True)),
        thresholds=frozenset({33.0, 34.0}),
        intervals={1: (date(2015, 1, 1), date(2015, 12, 31))} if options.get("intervals") else {},
        rollups=RollupState(thresholds=frozenset({33.0}), attributes=frozenset({1})),
    )
    options = {name: value for name, value in options.items() if name != "intervals"}
    planned = make_plan(question(*metrics, **options), company, values_max=1_000_000)
    pieces = []
    for fragment in planned.fragments:
        arguments = [f"-- ${number} {value!r}" for number, value in enumerate(fragment.statement.arguments, start=1)]
        pieces.append("\n".join([f"-- {fragment.why}", *arguments, fragment.statement.sql]))
    return f"-- {', '.join(metrics)}\n\n" + ";\n\n".join(pieces) + ";\n"


@pytest.mark.parametrize("name", GOLDEN)
def test_the_statements_are_as_reviewed(name: str):
    path = HERE / f"{name}.sql"
    if UPDATE:
        path.write_text(written(name), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == written(name), (
        "if it is meant: CADRAN_UPDATE_GOLDEN=1, and look at the difference"
    )


def test_no_file_is_left_over():
    assert {path.stem for path in HERE.glob("*.sql")} == GOLDEN.keys()


def test_every_table_of_the_lattice_answers_something():
    """Check every table but two: the sample answers only questions over very many contacts, and ``taken_fact`` is
    always read together with agent time, which has quarter-hours only."""
    every = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.sql"))
    assert not [
        table.sql
        for table in LATTICE
        if not table.sampled and table.name != "taken_fact" and f"FROM {table.sql} AS f" not in every
    ]
