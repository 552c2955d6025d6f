"""The request bodies and query parameters of objectives, and their plain values."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from cadran.domain.bounds import CURSOR_MAX, KEY_RESULTS_MAX, NUMBER_DIGITS_MAX, VALUES_MAX, WORD_MAX
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.directory import Directory
from cadran.domain.filter_name import current_filter_name, split_filter_name
from cadran.objectives.model import rules
from cadran.objectives.model.filter import FIRST, FIRST_MAX, ObjectiveFilter, parse_filter
from cadran.objectives.model.objective import STATES
from cadran.objectives.model.rules import PATH_MAX, TEXT_MAX, TITLE_MAX, UNIT_MAX
from cadran.rest.changes import RequestForm
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.web.deprecation import NEGATION_SINCE, note_deprecated

AS_OF: Final = Parameter(
    "as_of",
    "The day that objectives are shown as of, in the owner's time zone; figures end before it. Default: today.",
    example="2015-10-01",
)
LIST: Final = (
    Parameter("owner", "The owner of the objectives to list: company, site:CODE or team:CODE.", example="site:PAU"),
    Parameter("state", "The states of the objectives to list; default: all.", "list", ["active"], STATES),
    Parameter(
        "period", "A named period, such as 2015-Q4. Only objectives that overlap it are listed.", example="2015-Q4"
    ),
    Parameter("parent", "The number of a parent. Only objectives that are aligned to it are listed.", "number"),
    Parameter("first", f"The page size: 1 to {FIRST_MAX} objectives; default: {FIRST}.", "number", FIRST),
    Parameter(
        "after", "The cursor that the page begins after: end_cursor of the previous page.", characters_max=CURSOR_MAX
    ),
    AS_OF,
)
_LIST_BY_NAME: Final = index_by_name(LIST)
_ONE_BY_NAME: Final = index_by_name((AS_OF,))
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

    on: date = Field(description="The day before which the share is due.")
    share: Number = Field(description="The share of the way from baseline to target, 0 to 1.")


class KeyResultChange(RequestForm):
    """The members of a key result to change; absent members stay as they are."""

    title: Title = Field(default="", description=f"What the key result is to reach, in 1 to {TITLE_MAX} characters.")
    metric: Word | None = Field(
        default=None,
        description="The metric to measure, written as in a question; null if check-ins give the value.",
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
        description=f"The unit of the value, up to {UNIT_MAX} characters; the metric's unit if there is a metric.",
    )
    better: Word | None = Field(
        default=None, description="The better direction, higher or lower, if the metric has none."
    )
    baseline: Number = Field(default=0.0, description="The value at the start, in the key result's unit.")
    target: Number = Field(default=0.0, description="The value to reach by the deadline, in the key result's unit.")
    deadline: date | None = Field(
        default=None, description="The first day after the key result; null: the objective's end."
    )
    path: list[PathPoint] = Field(
        default_factory=list,
        max_length=PATH_MAX,
        description="The shares of the way that are due by days; empty for even progress.",
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
    description: Text = Field(default="", description=f"Why the objective matters, in up to {TEXT_MAX:,} characters.")
    owner: OwnerBody = Field(description="The owner of the objective.")
    start: date = Field(description="The first day of the objective.")
    end: date = Field(description="The first day after the objective.")
    parent: int | None = Field(
        default=None, description="The number of the objective that this one is aligned to; null for none."
    )
    state: Word = Field(default="draft", description="The state of the new objective: draft or active.")
    key_results: list[KeyResultBody] = Field(
        default_factory=list, max_length=KEY_RESULTS_MAX, description="The key results to create with the objective."
    )


class ObjectiveChange(RequestForm):
    """The members of an objective to change; absent members stay as they are. The state closed requires a
    retrospective. It accepts scores; a key result without a score scores its progress."""

    title: Title = Field(default="", description=f"What the objective is to reach, in 1 to {TITLE_MAX} characters.")
    description: Text = Field(default="", description=f"Why the objective matters, in up to {TEXT_MAX:,} characters.")
    owner: OwnerBody = Field(default=OwnerBody(kind="company"), description="The owner of the objective.")
    start: date = Field(
        default=date.min, description="The first day of the objective.", json_schema_extra=_without_default
    )
    end: date = Field(
        default=date.max, description="The first day after the objective.", json_schema_extra=_without_default
    )
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
        default="", description=f"The reason for value or confidence, in up to {TEXT_MAX:,} characters."
    )


def to_json(sent: RequestForm) -> dict[str, Any]:
    """Return the sent members as plain values. Filters become conditions. Raises QuestionRefused if a parent's number
    has too many digits."""
    values = sent.model_dump(exclude_unset=True)
    parent = values.get("parent")
    if parent is not None and not 0 <= parent < 10**NUMBER_DIGITS_MAX:
        raise rules.make_no_parent_refusal(parent)
    for each in (values, *values.get("key_results", ())):
        if "where" in each:
            each["where"] = _conditions(each["where"])
    return values


def _conditions(where: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the filters as conditions. A filter given in both spellings has the values of both."""
    merged: dict[str, list[str]] = {}
    for written, values in where.items():
        name = current_filter_name(written)
        if name != written:
            note_deprecated(NEGATION_SINCE)
        merged.setdefault(name, []).extend(values)
    filters = [(*split_filter_name(name), values) for name, values in merged.items()]
    return [{"dimension": dimension, "values": values, "negated": negated} for dimension, negated, values in filters]


def read_as_of(query_string: bytes) -> str | None:
    """Return the day that one objective is asked as of; None for today."""
    found: str | None = read_parameters(query_string, _ONE_BY_NAME).get("as_of")
    return found


def read_filter(query_string: bytes, directory: Directory, today: date) -> tuple[ObjectiveFilter, str | None]:
    """Return the filter of the list, and the day that its objectives are asked as of (None for today)."""
    given = read_parameters(query_string, _LIST_BY_NAME)
    found = parse_filter(
        owner=given.get("owner"),
        states=given.get("state"),
        period=given.get("period"),
        parent=given.get("parent"),
        first=given.get("first", FIRST),
        after=given.get("after"),
        directory=directory,
        today=today,
    )
    return found, given.get("as_of")
