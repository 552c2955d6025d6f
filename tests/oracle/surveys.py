"""Surveys of the made-up contact centre: the instruments, and the surveys sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.oracle.world import ATTRIBUTES, SEGMENTS, Row, World, instant

#: The two csat instruments share a scale and may be counted together. The two ces instruments have opposite scales
#: and may not.
INSTRUMENTS: dict[str, Row] = {
    "csat5": {"kind": "csat", "low": 1, "high": 5, "satisfied_from": 4, "dissatisfied_to": 2, "better": "higher"},
    "csat-chat": {"kind": "csat", "low": 1, "high": 5, "satisfied_from": 4, "dissatisfied_to": 2, "better": "higher"},
    "NPS": {"kind": "nps", "low": 0, "high": 10, "satisfied_from": 9, "dissatisfied_to": 6, "better": "higher"},
    "ces7": {"kind": "ces", "low": 1, "high": 7, "satisfied_from": 5, "dissatisfied_to": 3, "better": "higher"},
    "ces5": {"kind": "ces", "low": 1, "high": 5, "satisfied_from": 2, "dissatisfied_to": 4, "better": "lower"},
    "needs": {"kind": "cxi", "low": 1, "high": 5, "satisfied_from": 4, "dissatisfied_to": 2, "better": "higher"},
    "easy": {"kind": "cxi", "low": 1, "high": 5, "satisfied_from": 4, "dissatisfied_to": 2, "better": "higher"},
    "enjoyed": {"kind": "cxi", "low": 0, "high": 10, "satisfied_from": 9, "dissatisfied_to": 5, "better": "higher"},
    "solved": {"kind": "fcr", "low": 0, "high": 1, "satisfied_from": 1, "dissatisfied_to": 0, "better": "higher"},
    "cos": {"kind": "cos", "low": 0, "high": 20, "satisfied_from": 15, "dissatisfied_to": 8, "better": "higher"},
    "staff": {"kind": "employee", "low": 0, "high": 10, "satisfied_from": 9, "dissatisfied_to": 6, "better": "higher"},
}
SLUGS = (
    "csat", "csat_mean", "nps", "ces", "survey_response_rate", "dissatisfied", "survey_score", "survey_satisfaction",
    "score", "cxi", "fcr_declared", "loop_closed_rate", "loop_delay", "surveyed_wait",
)  # fmt: skip
#: Metrics that need a named instrument, because instruments with several scales are in use.
NAMED = ("ces", "survey_score", "survey_satisfaction", "score")
PERCENTILES = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999)
WEEK = timedelta(days=7)
MEDIA = ("sms", "email")
EXCLUDED = ("test", "duplicate", "wrong_number")


def survey(world: World, random: Random, code: str) -> Row:
    """Return a random survey: hot or cold after a contact, or cold about a site or team."""
    instrument = random.choice([*INSTRUMENTS])
    scale = INSTRUMENTS[instrument]
    of_employees = scale["kind"] == "employee"
    row: Row = {
        "source": "tool", "survey": code, "contact_source": None, "contact": None, "customer": None, "site": None,
        "team": None, "segment": None, "instrument": instrument, "hot": False,
        "sent_by": random.choice([*MEDIA, None]),
    }  # fmt: skip
    follows = world.contacts and random.random() < 0.85 and not of_employees
    key = random.choice([*world.contacts]) if follows else None
    if key is not None:
        row |= {"contact_source": key[0], "contact": key[1], "hot": random.random() < 0.75}
        asked_from = world.contacts[key]["offered_at"]
    else:
        row["team"] = random.choice([*world.teams, None])
        of_team = world.teams[row["team"]] if row["team"] else None
        row["site"] = random.choice([*world.sites, *([None] if of_team else [])])
        row["customer"] = random.choice([*world.customers, None]) if not of_employees else None
        row["segment"] = random.choice([*SEGMENTS, None])
        asked_from = instant(world, random, world.sites[row["site"] or of_team or ""]["zone"])
    row["sent_at"] = asked_from + timedelta(minutes=random.randrange(2_000))
    answered = random.random() < 0.7
    row["answered_at"] = row["sent_at"] + timedelta(minutes=random.randrange(4_000)) if answered else None
    row["score"] = Decimal(random.randint(scale["low"], scale["high"])) if answered else None
    row["verbatim"] = random.choice([None, "merci, « très » bien", "bad, slow"]) if answered else None
    delay = timedelta(minutes=random.choice([0, 45, 3_000, 10_080, 10_081, 40_000]))
    row["called_back_at"] = row["answered_at"] + delay if answered and random.random() < 0.6 else None
    return row


def with_surveys(world: World, count: int) -> World:
    """Add ``count`` surveys to the world and return it."""
    for number in range(count):
        row = survey(world, Random(number), f"s{number}")
        world.surveys[row["source"], row["survey"]] = row
    return world


def surveys_of(world: World, contacts: Sequence[Row]) -> list[Row]:
    """Return the surveys that count, with the attributes of their contact, at the site and instant at which they
    count."""
    by_id = {(row["source"], row["contact"]): row for row in contacts}
    found = []
    for row in world.surveys.values():
        followed = by_id.get((row["contact_source"], row["contact"]))
        placed = {**row, **_followed(world, row, followed)}
        if placed["outcome"] in EXCLUDED:
            continue
        asked = row["answered_at"] or row["sent_at"]
        placed["offered_at"] = followed["offered_at"] if followed and row["hot"] else asked
        placed["offered_site"] = placed["site"]
        placed["partner"] = world.sites[placed["site"]]["partner"]
        placed["mature"] = bool(row["answered_at"] and world.horizon and row["answered_at"] + WEEK <= world.horizon)
        found.append(placed)
    return found


def sendings_of(surveys: Sequence[Row]) -> list[Row]:
    """Return the relationship surveys among these, at the instants of their sending."""
    return [{**row, "offered_at": row["sent_at"]} for row in surveys if not row["hot"]]


def _followed(world: World, row: Row, followed: Row | None) -> Row:
    names = (
        "channel",
        "moment",
        "reason",
        "direction",
        "outcome",
        "transferred_to",
        *ATTRIBUTES,
        "team",
        "agent",
        "queue",
    )
    if followed is not None:
        return {name: followed[name] for name in ("site", "segment", "wait", *names)}
    customer = world.customers.get(row["customer"] or "", {})
    nothing: Row = dict.fromkeys((*names, "wait"))
    site = row["site"] or world.teams[row["team"]]
    told = {"direction": "inbound", "segment": row["segment"] or customer.get("segment"), "team": row["team"]}
    return nothing | told | {"site": site}


def arguments_of(slug: str, random: Random) -> dict[str, Any]:
    """Return random arguments for a survey metric. Metrics in ``NAMED`` always get an instrument."""
    found: dict[str, Any] = {"kind": random.choice(["transactional", "relationship"])} if random.random() < 0.5 else {}
    if slug in NAMED or random.random() < 0.3:
        kind = {"csat": "csat", "csat_mean": "csat", "fcr_declared": "fcr"}.get(slug, slug)
        fitting = [code for code, row in INSTRUMENTS.items() if row["kind"] == kind]
        found["instrument"] = random.choice(fitting or [code for code in INSTRUMENTS if code != "staff"])
    if slug in ("score", "surveyed_wait"):
        found["percentile"] = random.choice(PERCENTILES)
    if slug == "surveyed_wait":
        found["of"] = random.choice(["sent", "answered"])
    return found
