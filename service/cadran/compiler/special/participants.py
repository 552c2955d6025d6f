"""Contacts that several agents, teams or sites took part in, each counted once in a row or a total.

The legs that a question finds may include several of such a contact. So the different contacts are counted, which takes
as long as sorting them. Where all legs of a row are those of one agent, of one team, or all legs of their contacts, the
leg that counts is known beforehand. Such rows are sums.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from cadran.compiler.select import Fragment, PartUse, QueryScope, select
from cadran.domain.dimension import LEG_DIMENSIONS
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Question


def count_shared(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of shared contacts."""
    who = _find_participant(scoped.question)
    if who is not None:
        uses = tuple(replace(use, part=PARTS[f"{use.part.slug}_{who}"]) for use in uses)
    return select(scoped, uses, ignores)


def _find_participant(question: Question) -> Literal["contact", "team", "agent"] | None:
    """Return whose legs each row has: those of one team, of one agent, or all of the contact; None if it depends.

    Members outside the caller's scope share a row, so a row may have several of them."""
    named = LEG_DIMENSIONS & {*question.by, *(each.dimension for each in question.where)}
    if not named:
        return "contact"
    for who in ("team", "agent"):
        if named == {who} and not question.scope and (who in question.by or _names_one(question, who)):
            return who
    return None


def _names_one(question: Question, dimension: str) -> bool:
    """Return whether a filter leaves one member of a dimension."""
    return any(each.dimension == dimension and len(each.values) == 1 and not each.negated for each in question.where)
