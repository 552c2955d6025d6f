"""What a question costs, known before it runs: the cells that its answer could hold.

A cell is what a bucket tells of a group, of up to ten figures; more figures are more cells. A percentile, which is read
from the counts of some twenty bins, and required agents, which are searched for, count as ten figures each.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cadran.domain.ask import sites_in
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import Grain
from cadran.errors import TooCostly

_SECONDS: Final = {
    Grain.QUARTER_HOUR: 900,
    Grain.HOUR: 3600,
    Grain.DAY: 86400,
    Grain.WEEK: 604800,
    Grain.MONTH: 2592000,
    Grain.YEAR: 31536000,
}
_FIGURES: Final = 10
_DEAR: Final = ("percentile", "computed")


def cells(question: Question, directory: Directory) -> int:
    """The cells that the answer could hold: buckets × groups, for every ten figures."""
    return _buckets(question, question.grain, directory) * _groups(question, directory) * _sheets(question)


def affordable(question: Question, directory: Directory, cells_max: int) -> None:
    """Refuse a question whose answer could hold more cells than the limit, with its cost and what fits."""
    cost = cells(question, directory)
    if cost <= cells_max:
        return
    groups, fits = _groups(question, directory), fitting(question, directory, cells_max)
    sheets = _sheets(question)
    figures = (
        ""
        if sheets == 1
        else f" × {sheets} (one for every {_FIGURES} figures; percentiles and required agents count as {_FIGURES})"
    )
    fewer = "ask for fewer splits" if sheets == 1 else "ask for fewer splits or metrics"
    nearest = fewer if fits is Grain.TOTAL else f"grain={fits.value} fits"
    raise TooCostly(
        f"grain={question.grain.value} over this window is {_buckets(question, question.grain, directory):,} buckets"
        f" × {groups:,} groups{figures}; the limit is {cells_max:,} cells; {nearest}.",
        cost=cost,
        limit=cells_max,
        parameter="grain",
        suggestions=(fits.value,),
    )


def fitting(question: Question, directory: Directory, cells_max: int) -> Grain:
    """The finest grain that would cost no more than this; the whole window where none does."""
    each = _groups(question, directory) * _sheets(question)
    return next((grain for grain in _SECONDS if _buckets(question, grain, directory) * each <= cells_max), Grain.TOTAL)


def _sheets(question: Question) -> int:
    """How many times ten figures there are."""
    figures = sum(_FIGURES if call.metric.kind in _DEAR else 1 for call in question.metrics)
    return -(-figures // _FIGURES)


def _groups(question: Question, directory: Directory) -> int:
    groups = 1
    for dimension in question.by:
        if dimension in directory.members:
            groups *= _members(dimension, question, directory)
        else:
            declared = DIMENSIONS[dimension]
            groups *= min(declared.high - declared.low + 1, 100)
    return groups


def _members(dimension: str, question: Question, directory: Directory) -> int:
    """How many groups of a dimension the filters leave, and one for "not given". A scope is among the filters: a cost
    tells nobody how many members there are outside of theirs."""
    left = _left(dimension, question, directory)
    return len(directory.members[dimension] if left is None else left) + 1


def _left(dimension: str, question: Question, directory: Directory) -> set[int] | None:
    """The members that the filters leave, by their own codes or by what they belong to; None where all are."""
    sites = _sites(question, directory)
    above: Collection[int] | None = None
    if dimension == "agent":
        above = _left("team", question, directory)
    elif dimension in ("site", "team"):
        above = sites
    elif dimension == "partner" and sites is not None:
        above = {directory.member("site", site).parent for site in sites}
    codes = directory.codes.get(dimension, {})
    own = [each.values for each in question.where if each.dimension == dimension and not each.negated]
    named = {codes[code.lower()] for code in own[0] if code.lower() in codes} if own else None
    if above is None:
        return named
    belongs = {"team": "parent", "agent": "parent"}.get(dimension, "member_id")
    members = directory.members.get(dimension, {})
    below = {number for number, each in members.items() if getattr(each, belongs) in above}
    return below if named is None else below & named


def _sites(question: Question, directory: Directory) -> set[int] | None:
    """The sites that the filters leave: by site and partner, or those that the teams asked about belong to."""
    found = sites_in(question.where, directory)
    sites = None if found is None else {*found}
    codes = directory.codes.get("team", {})
    for each in question.where:
        if each.dimension == "team" and not each.negated:
            homes = {directory.member("team", codes.get(code.lower())).parent for code in each.values}
            # A team that belongs to no site may work at any.
            if 0 not in homes:
                sites = homes if sites is None else sites & homes
    return sites


def _buckets(question: Question, grain: Grain, directory: Directory) -> int:
    zone = question.window.zone
    first, end = question.window.days(directory.zones.values() if zone is None else [zone])
    return 1 if grain is Grain.TOTAL else -(-(end - first).days * 86400 // _SECONDS[grain])
