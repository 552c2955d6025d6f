"""Rules of objectives and key results: they turn sent values into forms to store, and give a reason for every refusal.

The rules take plain values with the names of REST's bodies and GraphQL's inputs, and the part of the directory that the
sender knows. They return forms that are ready to store. Above all, they refuse anything that singles out one person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, Final

from cadran.domain.ask import Condition
from cadran.domain.bounds import VALUES_MAX, check_list
from cadran.domain.directory import Directory
from cadran.domain.metric import Better
from cadran.domain.metric_ref import parse_metric_ref
from cadran.domain.window import YEAR_MAX, YEAR_MIN
from cadran.errors import QuestionRefused, unknown
from cadran.objectives.model.objective import OWNERS, Owner

#: The greatest absolute value, and the least distance from baseline to target. They keep progress and projections
#: finite.
NUMBER_MAX: Final = 1e12
WAY_MIN: Final = 1e-9
TITLE_MAX: Final = 200
TEXT_MAX: Final = 4_000
UNIT_MAX: Final = 40
DAYS_MAX: Final = 3_660
PATH_MAX: Final = 100
_PLACES: Final = ("partner", "site", "team")
_ONE_PERSON: Final = (
    "Objectives and key results belong to a team, a site or the company, never to one person: they are there to pull "
    "together, not to appraise people. Name a team of at least two, or its site."
)


@dataclass(frozen=True, slots=True)
class ObjectiveForm:
    """The members of an objective, except its state and its parent."""

    title: str
    description: str
    owner: Owner
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class KeyResultForm:
    """The members of a key result. ``metric`` is a metric reference; None if check-ins give the value."""

    title: str
    metric: str | None
    where: tuple[Condition, ...]
    unit: str
    better: Better
    baseline: float
    target: float
    deadline: date
    path: tuple[tuple[date, float], ...]


@dataclass(frozen=True, slots=True)
class CheckInForm:
    """The members of a check-in."""

    on: date
    value: float | None
    confidence: float | None
    comment: str


def make_refusal(detail: str, parameter: str, *, code: str = "bad_parameter") -> QuestionRefused:
    """Return the refusal of a sent value; ``parameter`` names the value."""
    return QuestionRefused(detail, code=code, parameter=parameter)


def make_no_parent_refusal(number: int | str) -> QuestionRefused:
    """Return the refusal of a parent that does not exist or that the sender may not read."""
    detail = f"There is no objective {number} to align to; /v1/objectives lists those that you may read."
    return make_refusal(detail, "parent", code="unknown_objective")


def parse_objective(sent: Mapping[str, Any], directory: Directory) -> ObjectiveForm:
    """Return the form of an objective. Raises QuestionRefused: ``bad_parameter``, ``bad_window``, ``one_person`` or
    ``unknown_…``."""
    start, end = sent["start"], sent["end"]
    if not (start.year >= YEAR_MIN and end.year <= YEAR_MAX):
        raise make_refusal(f"start and end lie in the years {YEAR_MIN} to {YEAR_MAX}.", "start", code="bad_window")
    if not start < end:
        raise make_refusal(
            "end must come after start: it is the first day after the objective.", "end", code="bad_window"
        )
    if (end - start).days > DAYS_MAX:
        raise make_refusal(f"An objective runs for {DAYS_MAX} days at most.", "end", code="bad_window")
    title = _text(sent["title"], "title", TITLE_MAX, needed=True)
    description = _text(sent.get("description") or "", "description", TEXT_MAX)
    return ObjectiveForm(title, description, parse_owner(sent["owner"], directory), start, end)


def parse_owner(sent: Mapping[str, Any], directory: Directory) -> Owner:
    """Return the owner. Raises QuestionRefused: ``one_person``, ``bad_parameter`` or ``unknown_…``."""
    kind, code = sent["kind"], sent.get("code")
    if kind in ("agent", "person"):
        raise make_refusal(_ONE_PERSON, "owner", code="one_person")
    if kind not in OWNERS:
        raise make_refusal(f"An owner is one of {', '.join(OWNERS)}.", "owner")
    if kind == "company":
        if code:
            raise make_refusal("The company has no code: leave it out.", "owner")
        return Owner("company")
    number = directory.codes.get(kind, {}).get((code or "").lower())
    if number is None:
        raise unknown(kind, code or "", directory.known(kind), parameter="owner")
    if kind == "team":
        _check_several_agents({number}, directory, "owner")
    return Owner(kind, directory.member(kind, number).code)


def parse_key_result(sent: Mapping[str, Any], of: ObjectiveForm, directory: Directory) -> KeyResultForm:
    """Return the form of a key result. The planner, not this function, checks whether its metric can be asked with
    these filters. Raises QuestionRefused: ``one_person``, ``bad_target``, ``against_direction``, ``bad_window``,
    ``bad_path`` …"""
    title = _text(sent["title"], "title", TITLE_MAX, needed=True)
    where = _scope(sent.get("where") or (), of.owner, directory, measured=sent.get("metric") is not None)
    baseline, target = _number(sent["baseline"], "baseline"), _number(sent["target"], "target")
    if abs(target - baseline) < WAY_MIN:
        raise make_refusal(
            "The target equals the baseline: there is no progress to measure. To hold a figure at its level, load a "
            "target (cadran load --as targets).",
            "target",
            code="bad_target",
        )
    metric, unit, better = _measure(sent, upward=target > baseline)
    if (target > baseline) != (better == "higher"):
        raise make_refusal(
            f"{metric or title} is better {better}: its target must lie on that side of its baseline.",
            "target",
            code="against_direction",
        )
    deadline = sent.get("deadline") or of.end
    if not of.start < deadline <= of.end:
        raise make_refusal(
            "The deadline is the first day after the key result: a day after the objective's start, up to its end.",
            "deadline",
            code="bad_window",
        )
    path = _path(sent.get("path") or (), of.start, deadline)
    return KeyResultForm(title, metric, where, unit, better, baseline, target, deadline, path)


def parse_check_in(sent: Mapping[str, Any], *, measured: bool, start: date, today: date) -> CheckInForm:
    """Return the form of a check-in. Raises QuestionRefused: ``measured_value``, ``bad_window`` or
    ``bad_parameter``."""
    value, confidence = sent.get("value"), sent.get("confidence")
    comment = _text(sent.get("comment") or "", "comment", TEXT_MAX)
    if value is not None and measured:
        raise make_refusal(
            "A metric measures this key result, so it takes no value: send a confidence or a comment.",
            "value",
            code="measured_value",
        )
    if confidence is not None and not 0 <= confidence <= 1:
        raise make_refusal("confidence runs from 0 to 1.", "confidence")
    if value is None and confidence is None and not comment:
        raise make_refusal("The check-in is empty: send a value, a confidence or a comment.", "comment")
    on = sent.get("on") or today
    if not start <= on <= today:
        raise make_refusal(f"The day of a check-in must lie between {start} and today.", "on", code="bad_window")
    return CheckInForm(on, None if value is None else _number(value, "value"), confidence, comment)


def parse_retrospective(text: str | None) -> str:
    """Return the retrospective without surrounding blanks. Raises QuestionRefused if it is empty: closing requires
    one."""
    return _text(text or "", "retrospective", TEXT_MAX, needed=True)


def _measure(sent: Mapping[str, Any], *, upward: bool) -> tuple[str | None, str, Better]:
    """Return metric, unit and better direction. If there is a metric, they come from the catalogue."""
    wished, way = sent.get("better"), "higher" if upward else "lower"
    if wished not in (None, "higher", "lower"):
        raise make_refusal("better is higher or lower.", "better")
    if sent.get("metric") is None:
        return None, _text(sent.get("unit") or "", "unit", UNIT_MAX), wished or way  # type: ignore[return-value]  # one of the two words
    call = parse_metric_ref(sent["metric"])
    better = call.metric.better or wished or way
    if wished not in (None, better):
        raise make_refusal(f"{call.slug} is better {better}.", "better", code="against_direction")
    return call.name, call.metric.unit, better  # type: ignore[return-value]  # one of the two words


def _scope(
    sent: Sequence[Mapping[str, Any]], of: Owner, directory: Directory, *, measured: bool
) -> tuple[Condition, ...]:
    """Return the filters. If a measured key result names no place, add a filter by its owner's site or team."""
    where = [Condition(each["dimension"], tuple(each["values"]), bool(each.get("negated", False))) for each in sent]
    for each in where:
        check_list("where", each.values, VALUES_MAX)
    if where and not measured:
        raise make_refusal("where filters what a metric measures: name a metric, or leave where out.", "where")
    if any(each.dimension == "agent" for each in where):
        raise make_refusal(_ONE_PERSON, "where", code="one_person")
    codes = directory.codes.get("team", {})
    for each in where:
        teams = {codes[value.lower()] for value in each.values if value.lower() in codes}
        if each.dimension == "team" and teams:
            _check_several_agents(set(codes.values()) - teams if each.negated else teams, directory, "where")
    if measured and of.code is not None and not any(each.dimension in _PLACES and not each.negated for each in where):
        where.append(Condition(of.kind, (of.code,)))
    return tuple(where)


def _check_several_agents(teams: set[int], directory: Directory, parameter: str) -> None:
    """Raise QuestionRefused if the teams have one agent in total. Teams without a known agent single out no person."""
    agents = sum(agent.parent in teams for agent in directory.members.get("agent", {}).values())
    if agents == 1:
        raise make_refusal(_ONE_PERSON, parameter, code="one_person")


def _path(sent: Sequence[Mapping[str, Any]], start: date, deadline: date) -> tuple[tuple[date, float], ...]:
    if len(sent) > PATH_MAX:
        raise make_refusal(f"A path has {PATH_MAX} points at most.", "path", code="bad_path")
    path = tuple((each["on"], _number(each["share"], "path")) for each in sent)
    days = [on for on, _ in path]
    shares = [share for _, share in path]
    if days != sorted(set(days)) or shares != sorted(shares):
        raise make_refusal(
            "The points of a path follow each other: later days, no smaller shares.", "path", code="bad_path"
        )
    if path and not (start <= days[0] and days[-1] <= deadline and shares[0] >= 0 and shares[-1] <= 1):
        raise make_refusal("A path runs from start to deadline, with shares from 0 to 1.", "path", code="bad_path")
    return path


def _number(value: Any, parameter: str) -> float:
    number = float(value)
    if not isfinite(number) or abs(number) > NUMBER_MAX:
        raise make_refusal(f"{parameter} is a number from -{NUMBER_MAX:,.0f} to {NUMBER_MAX:,.0f}.", parameter)
    return number


def _text(text: str, parameter: str, length_max: int, *, needed: bool = False) -> str:
    stripped = text.strip()
    if (needed and not stripped) or len(stripped) > length_max or "\0" in stripped:
        raise make_refusal(f"{parameter} has {1 if needed else 0} to {length_max} characters.", parameter)
    return stripped
