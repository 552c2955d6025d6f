"""The forms of objectives: the bodies of REST's requests, and the inputs of GraphQL's mutations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from cadran.domain.bounds import KEY_RESULTS_MAX, VALUES_MAX, WORD_MAX
from cadran.domain.dimension import DIMENSIONS
from cadran.objectives.model.objective import STATES
from cadran.objectives.model.rules import PATH_MAX, TEXT_MAX, TITLE_MAX, UNIT_MAX
from cadran.web.forms import RequestForm

Number = Annotated[float, Field(allow_inf_nan=False)]
Title = Annotated[str, StringConstraints(max_length=4 * TITLE_MAX)]
Text = Annotated[str, StringConstraints(max_length=4 * TEXT_MAX)]
Word = Annotated[str, StringConstraints(max_length=WORD_MAX)]
Values = Annotated[list[Word], Field(max_length=VALUES_MAX)]
#: Each dimension can have one filter that includes values and one that excludes values.
_FILTERS_MAX: Final = 2 * len(DIMENSIONS)


def _without_default(schema: dict[str, Any]) -> None:
    """Remove the default of an optional member of a change: an absent member stays as it is."""
    schema.pop("default", None)


class OwnerBody(RequestForm):
    """The owner of an objective: the company, a site or a team; never one person."""

    kind: Word = Field(description="The kind of the owner: company, site or team.")
    code: Word | None = Field(default=None, description="The code of the site or team; null for the company.")


class PathPoint(RequestForm):
    """A point of a path: the share of the way that is due before a day begins."""

    on: date = Field(description="The day before which the share is due, such as 2015-12-01.")
    share: Number = Field(description="The share of the way from baseline to target, 0 to 1.")


class KeyResultChange(RequestForm):
    """The members of a key result to change; absent members stay as they are."""

    title: Title = Field(default="", description=f"What the key result is to reach, in 1 to {TITLE_MAX} characters.")
    baseline: Number = Field(default=0.0, description="The value at the start, in the key result's unit.")
    target: Number = Field(default=0.0, description="The value to reach by the deadline, in the key result's unit.")
    metric: Word | None = Field(
        default=None,
        description="The metric reference that measures the key result, as in a question; null if check-ins give"
        " the value.",
    )
    where: dict[Word, Values] = Field(
        default_factory=dict,
        max_length=_FILTERS_MAX,
        description="Filters of the measurement, as in a question: {site: [PAU], channel.not: [email]}; never agent."
        " Without a place, the owner's site or team is added.",
    )
    unit: str = Field(
        default="",
        max_length=4 * UNIT_MAX,
        description=f"The unit of the value, 0 to {UNIT_MAX} characters; the metric's unit if there is a metric.",
    )
    better: Word | None = Field(
        default=None, description="The better direction of the value, higher or lower, if the metric has none."
    )
    deadline: date | None = Field(
        default=None, description="The first day after the key result; null: the objective's end."
    )
    path: list[PathPoint] = Field(
        default_factory=list,
        max_length=PATH_MAX,
        description=f"The shares of the way that are due by days, at most {PATH_MAX} points; empty for even progress.",
    )


class KeyResultBody(KeyResultChange):
    """A key result to create."""

    title: Title = Field(description=f"What the key result is to reach, in 1 to {TITLE_MAX} characters.")
    baseline: Number = Field(description="The value at the start, in the key result's unit.")
    target: Number = Field(description="The value to reach by the deadline, in the key result's unit.")


class ScoreBody(RequestForm):
    """The score of a key result when its objective closes."""

    key_result: int = Field(description="The number of the key result.")
    score: Number = Field(description="The score of the key result, 0.0 to 1.0.")


class ObjectiveBody(RequestForm):
    """An objective to create."""

    title: Title = Field(description=f"What the objective is to reach, in 1 to {TITLE_MAX} characters.")
    owner: OwnerBody = Field(description="The owner of the objective.")
    start: date = Field(description="The first day of the objective, such as 2015-01-01.")
    end: date = Field(description="The first day after the objective.")
    description: Text = Field(default="", description=f"Why the objective matters, in 0 to {TEXT_MAX:,} characters.")
    parent: int | None = Field(
        default=None, description="The number of the objective that this one is aligned to; null for none."
    )
    state: Word = Field(default="draft", description="The state of the new objective: draft or active.")
    key_results: list[KeyResultBody] = Field(
        default_factory=list,
        max_length=KEY_RESULTS_MAX,
        description=f"The key results to create with the objective, at most {KEY_RESULTS_MAX:,} of them;"
        " CADRAN_OBJECTIVE_KEY_RESULTS_MAX may allow fewer.",
    )


class ObjectiveChange(RequestForm):
    """The members of an objective to change; absent members stay as they are. The state closed requires a
    retrospective. It accepts scores; a key result without a score scores its progress."""

    title: Title = Field(default="", description=f"What the objective is to reach, in 1 to {TITLE_MAX} characters.")
    owner: OwnerBody = Field(default=OwnerBody(kind="company"), description="The owner of the objective.")
    start: date = Field(
        default=date.min,
        description="The first day of the objective, such as 2015-01-01.",
        json_schema_extra=_without_default,
    )
    end: date = Field(
        default=date.max, description="The first day after the objective.", json_schema_extra=_without_default
    )
    description: Text = Field(default="", description=f"Why the objective matters, in 0 to {TEXT_MAX:,} characters.")
    parent: int | None = Field(
        default=None, description="The number of the objective that this one is aligned to; null for none."
    )
    state: Word = Field(
        default="draft",
        description=f"The state of the objective: {', '.join(STATES)}.",
        json_schema_extra=_without_default,
    )
    scores: list[ScoreBody] = Field(
        default_factory=list,
        max_length=KEY_RESULTS_MAX,
        description="The scores of key results, only with state closed.",
    )
    retrospective: Text = Field(
        default="", description=f"What was learned, in 1 to {TEXT_MAX:,} characters, only with state closed."
    )


class CheckInBody(RequestForm):
    """A check-in on a key result: a value, a confidence or a comment."""

    on: date | None = Field(default=None, description="The day that the check-in is about; default: today.")
    value: Number | None = Field(
        default=None, description="The value of the key result on that day; only if no metric measures it."
    )
    confidence: Number | None = Field(
        default=None, description="How sure the author is of reaching the target, 0 to 1."
    )
    comment: Text = Field(
        default="", description=f"The reason for value or confidence, in 0 to {TEXT_MAX:,} characters."
    )
