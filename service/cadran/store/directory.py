"""The directory read from the database: members of all dimensions, zones, kinds, answer norms, targets and more."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from cadran import sqlfiles
from cadran.domain.annotation import Annotation
from cadran.domain.dimension import Attribute
from cadran.domain.directory import AnswerNorm, Calendar, Directory, GestureLimit, Instrument, Member, fixed_members
from cadran.domain.metric import Label
from cadran.domain.target import SCOPES, Target
from cadran.store.pool import Pool


async def read_directory(pool: Pool, *, currency: str) -> Directory:
    """Read the directory. Its version is read first: if the data change during the read, the notification of the change
    causes another read."""
    state = await pool.fetch(sqlfiles.read("store/state.sql:data_state"))
    members = fixed_members()
    attributes = [_attribute(row) for row in await pool.fetch(sqlfiles.read("facts/attributes.sql:listed"))]
    members |= {each.name: {} for each in attributes}
    # Values are stored by the column of their attribute, and asked for by its name.
    names = {each.column: each.name for each in attributes}
    for row in await pool.fetch(sqlfiles.read("store/directory.sql:members")):
        label_en = row["label_en"] or row["label_fr"] or row["code"]
        member = Member(row["member_id"], row["code"], label_en, row["label_fr"] or label_en, row["parent"])
        members.setdefault(names.get(row["dimension"], row["dimension"]), {})[member.member_id] = member
    members["first_queue"] = members.setdefault("queue", {})
    kinds: dict[str, set[int]] = defaultdict(set)
    zones: dict[int, str] = {}
    full: set[str] = set()
    for row in await pool.fetch(sqlfiles.read("store/directory.sql:kinds")):
        kinds[row["kind"]].add(row["member_id"])
        if row["kind"] == "zone":
            zones[row["member_id"]] = row["value"]
        elif row["kind"] == "full":
            full.add(names.get(row["value"], row["value"]))
    answer_norms = tuple(
        AnswerNorm(*row.values()) for row in await pool.fetch(sqlfiles.read("store/directory.sql:answer_norms"))
    )
    instruments = tuple(
        Instrument(*row.values()) for row in await pool.fetch(sqlfiles.read("store/directory.sql:instruments"))
    )
    gesture_limits, month_limits = await _read_limits(pool)
    employed = {
        row["agent_id"]: (row["joined_on"], row["left_on"])
        for row in await pool.fetch(sqlfiles.read("store/directory.sql:employed"))
    }
    return Directory(
        version=state[0]["whole_version"],
        members=members,
        zones=zones,
        asynchronous=frozenset(kinds["asynchronous"]),
        phones=frozenset(kinds["phone"]),
        complaints=frozenset(kinds["complaint"]),
        answer_norms=answer_norms,
        currency=currency,
        instruments=instruments,
        gesture_limits=gesture_limits,
        month_limits=month_limits,
        calendars=await _read_calendars(pool),
        targets=tuple([_target(row) for row in await pool.fetch(sqlfiles.read("store/directory.sql:targets"))]),
        annotations=tuple(
            [_annotation(row) for row in await pool.fetch(sqlfiles.read("store/directory.sql:annotations"))]
        ),
        employed=employed,
        shares_agents=(await pool.fetch(sqlfiles.read("store/directory.sql:shared_agents")))[0]["shared"],
        queue_norms=await _read_queue_norms(pool),
        full=frozenset(full),
        attributes={each.name: each for each in attributes},
        intervals=await _read_interval_days(pool),
        thresholds=frozenset([row["seconds"] for row in await pool.fetch(sqlfiles.read("facts/thresholds.sql:known"))]),
    )


async def _read_interval_days(pool: Pool) -> dict[int, tuple[date, date]]:
    rows = await pool.fetch(sqlfiles.read("store/directory.sql:interval_days"))
    return {row["site_id"]: (row["first_day"], row["last_day"]) for row in rows}


async def _read_queue_norms(pool: Pool) -> dict[int, tuple[int, int]]:
    rows = await pool.fetch(sqlfiles.read("store/directory.sql:queue_norms"))
    return {row["queue_id"]: (row["good_seconds"], row["bad_seconds"]) for row in rows}


async def _read_calendars(pool: Pool) -> dict[int, Calendar]:
    exceptions: dict[int, dict[date, bool]] = defaultdict(dict)
    for row in await pool.fetch(sqlfiles.read("store/directory.sql:closings")):
        exceptions[row["site_id"]][row["day"]] = row["opens"]
    hours: dict[int, list[tuple[int, date, date]]] = defaultdict(list)
    for row in await pool.fetch(sqlfiles.read("store/directory.sql:openings")):
        hours[row["site_id"]].append((row["weekday"], row["first_day"], row["end_day"]))
    return {site: Calendar(tuple(each), exceptions[site]) for site, each in hours.items()}


async def _read_limits(pool: Pool) -> tuple[tuple[GestureLimit, ...], tuple[GestureLimit, ...]]:
    """Return the limits of the gestures, and those of what one agent may give in a month."""
    found = [_gesture_limit(row) for row in await pool.fetch(sqlfiles.read("store/directory.sql:gesture_limits"))]
    return tuple(each for each in found if each.gesture_id), tuple(each for each in found if not each.gesture_id)


def _gesture_limit(row: Any) -> GestureLimit:
    amount = row["limit_amount"]
    # An amount without cents is a whole number, as in figures.
    number = None if amount is None else int(amount) if amount == int(amount) else float(amount)
    return GestureLimit(row["gesture_id"], row["valid_from"], row["valid_to"], number)


def _attribute(row: Any) -> Attribute:
    label = row["label_en"] or row["label_fr"] or row["name"]
    return Attribute(row["number"], row["name"], Label(label, row["label_fr"] or label))


def _target(row: Any) -> Target:
    bounds = (row["target"], row["warning"], row["bad"])
    return Target(row["metric"], _scope(row, SCOPES), row["valid_from"], row["valid_to"], *bounds)


def _annotation(row: Any) -> Annotation:
    label = row["label_en"] or row["label_fr"] or row["code"]
    scope = _scope(row, ("site", "partner", "channel", "segment"))
    return Annotation(row["code"], row["kind"], row["starts"], row["ends"], scope, label, row["label_fr"] or label)


def _scope(row: Any, names: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((name, row[name]) for name in names if row[name])
