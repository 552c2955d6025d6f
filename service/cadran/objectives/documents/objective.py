"""The documents of objectives, with the same members at every edge."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypedDict

from pydantic import Field

from cadran.domain.directory import Directory
from cadran.objectives.documents.key_result import PACE, KeyResultDocument, encode_key_result
from cadran.objectives.model.objective import OwnerKind, State
from cadran.objectives.model.pace import Pace
from cadran.objectives.progress import ObjectiveProgress
from cadran.objectives.reader import Page
from cadran.web.documents import NoticeDocument, Number


class ObjectiveOwnerDocument(TypedDict):
    """The owner of an objective; never one person."""

    kind: Annotated[OwnerKind, Field(description="The kind of the owner.")]
    code: Annotated[str | None, Field(description="The code of the site or team; null for the company.")]
    label: Annotated[
        str | None,
        Field(description="The name of the site or team, in the language of Accept-Language; null for the company."),
    ]


class ObjectiveDocument(TypedDict):
    """What a site, a team or the company wants to reach within a period, as of a day."""

    objective: Annotated[Number, Field(description="The number of the objective.")]
    title: Annotated[str, Field(description="What the objective is to reach.")]
    description: Annotated[str, Field(description="Why the objective matters; may be empty.")]
    owner: Annotated[ObjectiveOwnerDocument, Field(description="The owner of the objective.")]
    start: Annotated[date, Field(description="The first day of the objective.")]
    end: Annotated[date, Field(description="The first day after the objective.")]
    zone: Annotated[
        str, Field(description="The IANA time zone of the owner, in which the objective's days begin and end.")
    ]
    parent: Annotated[
        int | None,
        Field(
            description="The number of the objective that this one is aligned to; null for none, or if you may not"
            " see it."
        ),
    ]
    state: Annotated[State, Field(description="The state of the objective.")]
    version: Annotated[str, Field(description="The ETag of the objective; a change sends it as If-Match.")]
    as_of: Annotated[date, Field(description="The day that the objective is shown as of; figures end before it.")]
    data_as_of: Annotated[
        datetime | None,
        Field(description="How far the measured data reach; null without measured key results."),
    ]
    progress: Annotated[
        float | None,
        Field(description="The mean progress of the key results, each held within 0 to 1; null if unknown."),
    ]
    expected: Annotated[
        float | None, Field(description="The mean of the progress expected by the day, 0 to 1; null if unknown.")
    ]
    pace: Annotated[Pace | None, Field(description=PACE)]
    confidence: Annotated[
        float | None, Field(description="The mean confidence of the key results, 0 to 1; null without check-ins.")
    ]
    score: Annotated[
        float | None,
        Field(description="The mean score of the key results, 0 to 1; null until the objective closes."),
    ]
    key_results: Annotated[list[KeyResultDocument], Field(description="The key results that you may see.")]
    withheld: Annotated[int, Field(description="The number of key results that you may not see.")]
    retrospective: Annotated[
        str | None, Field(description="What was learned; null until the close, and for embed tokens.")
    ]
    created_at: Annotated[datetime, Field(description="When the objective was created.")]
    created_by: Annotated[str, Field(description="The name of the creator; empty for embed tokens.")]
    changed_at: Annotated[datetime, Field(description="When the objective or a key result last changed.")]
    closed_at: Annotated[datetime | None, Field(description="When the objective was closed; null until then.")]
    warnings: Annotated[list[NoticeDocument], Field(description="Warnings about the figures.")]


class ObjectiveEdgeDocument(TypedDict):
    """An objective with its cursor."""

    cursor: Annotated[str, Field(description="The cursor of the objective, for the parameter after.")]
    node: Annotated[ObjectiveDocument, Field(description="The objective at the cursor.")]


class PageInfoDocument(TypedDict):
    """The place of a page in its list."""

    has_next_page: Annotated[bool, Field(description="Whether more objectives follow.")]
    has_previous_page: Annotated[bool, Field(description="Whether the page begins after a cursor.")]
    start_cursor: Annotated[str | None, Field(description="The cursor of the first objective; null on an empty page.")]
    end_cursor: Annotated[str | None, Field(description="The cursor of the last objective; null on an empty page.")]


class ObjectivesDocument(TypedDict):
    """A page of objectives."""

    edges: Annotated[
        list[ObjectiveEdgeDocument],
        Field(description="The objectives of the page, in the order of their creation."),
    ]
    page_info: Annotated[PageInfoDocument, Field(description="The place of the page in the list.")]


def encode_page(found: Page, directory: Directory, language: str) -> ObjectivesDocument:
    """Return a page of objectives, each with its cursor."""
    edges: list[ObjectiveEdgeDocument] = [
        {"cursor": str(each.objective.number), "node": encode_objective(each, directory, language)}
        for each in found.objectives
    ]
    return {
        "edges": edges,
        "page_info": {
            "has_next_page": found.more,
            "has_previous_page": found.after > 0,
            "start_cursor": edges[0]["cursor"] if edges else None,
            "end_cursor": edges[-1]["cursor"] if edges else None,
        },
    }


def encode_objective(found: ObjectiveProgress, directory: Directory, language: str) -> ObjectiveDocument:
    """Return one objective with its key results and their check-ins."""
    of = found.objective
    owner = directory.member(of.owner.kind, directory.codes.get(of.owner.kind, {}).get((of.owner.code or "").lower()))
    return {
        "objective": of.number,
        "title": of.title,
        "description": of.description,
        "owner": {
            "kind": of.owner.kind,
            "code": of.owner.code,
            "label": None if of.owner.code is None else owner.label(language),
        },
        "start": of.start,
        "end": of.end,
        "zone": found.zone,
        "parent": found.parent,
        "state": of.state,
        "version": of.tag,
        "as_of": found.day,
        "data_as_of": found.data_as_of,
        "progress": found.progress,
        "expected": found.expected,
        "pace": found.pace,
        "confidence": found.confidence,
        "score": found.score,
        "key_results": [encode_key_result(each, directory, language) for each in found.key_results],
        "withheld": found.withheld,
        "retrospective": of.retrospective,
        "created_at": of.created_at,
        "created_by": of.created_by,
        "changed_at": of.changed_at,
        "closed_at": of.closed_at,
        "warnings": [{"code": each.code, "detail": each.detail[language]} for each in found.warnings],
    }
