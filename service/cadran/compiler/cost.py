"""What a question costs, known before it runs: the cells that its answer could hold."""

from __future__ import annotations

from typing import Final

from cadran.domain.dimension import DIMENSIONS
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.domain.window import Grain
from cadran.errors import QuestionRefused

_SECONDS: Final = {
    Grain.QUARTER_HOUR: 900,
    Grain.HOUR: 3600,
    Grain.DAY: 86400,
    Grain.WEEK: 604800,
    Grain.MONTH: 2592000,
    Grain.YEAR: 31536000,
}


def affordable(question: Question, directory: Directory, cells_max: int) -> None:
    """Refuse a question whose answer could hold more cells than the limit, with its cost and what fits."""
    groups = 1
    for dimension in question.by:
        members = directory.members.get(dimension)
        declared = DIMENSIONS[dimension]
        groups *= len(members) + 1 if members is not None else min(declared.high - declared.low + 1, 100)
    days = question.window.days()
    seconds = (days[1] - days[0]).days * 86400

    def buckets(grain: Grain) -> int:
        return 1 if grain is Grain.TOTAL else -(-seconds // _SECONDS[grain])

    if buckets(question.grain) * groups <= cells_max:
        return
    fits = next((grain for grain in _SECONDS if buckets(grain) * groups <= cells_max), Grain.TOTAL)
    nearest = "ask for fewer splits" if fits is Grain.TOTAL else f"grain={fits.value} fits"
    raise QuestionRefused(
        f"grain={question.grain.value} over this window is {buckets(question.grain):,} buckets × {groups:,} groups;"
        f" the limit is {cells_max:,} cells; {nearest}.",
        code="too_costly",
        parameter="grain",
        suggestions=(fits.value,),
    )
