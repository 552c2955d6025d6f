"""What is sent to make and change objectives: the forms of the bodies, and the same as plain values; the parameters."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from cadran.domain.bounds import CURSOR_MAX, KEY_RESULTS_MAX, NUMBER_DIGITS_MAX, VALUES_MAX, WORD_MAX
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.directory import Directory
from cadran.domain.filter_name import current_filter_name, split_filter_name
from cadran.objectives.model import rules
from cadran.objectives.model.filter import FIRST, FIRST_MAX, Wanted, wanted_in
from cadran.objectives.model.objective import STATES
from cadran.objectives.model.rules import PATH_MAX, TEXT_MAX, TITLE_MAX, UNIT_MAX
from cadran.rest.changes import Sent
from cadran.rest.parameter import Parameter, by_name, read
from cadran.web.deprecation import NEGATION_SINCE, note_deprecated

AS_OF: Final = Parameter(
    "as_of",
    "As of this day on the owner's wall clock, which is not counted itself; today unless given.",
    example="2015-10-01",
)
LIST: Final = (
    Parameter("owner", "Whose: company, site:CODE or team:CODE.", example="site:PAU"),
    Parameter("state", "Only those in these states.", "list", ["active"], STATES),
    Parameter("period", "Only those whose time overlaps this period, named as everywhere.", example="2015-Q4"),
    Parameter("parent", "Only those aligned to this objective.", "number"),
    Parameter("first", f"How many a page holds, 1 to {FIRST_MAX}; {FIRST} unless given.", "number", FIRST),
    Parameter("after", "The end_cursor of the page before.", characters_max=CURSOR_MAX),
    AS_OF,
)
_LIST_BY_NAME: Final = by_name(LIST)
_ONE_BY_NAME: Final = by_name((AS_OF,))
Number = Annotated[float, Field(allow_inf_nan=False)]
Title = Annotated[str, StringConstraints(max_length=4 * TITLE_MAX)]
Text = Annotated[str, StringConstraints(max_length=4 * TEXT_MAX)]
Word = Annotated[str, StringConstraints(max_length=WORD_MAX)]
Values = Annotated[list[Word], Field(max_length=VALUES_MAX)]
#: One filter that keeps values and one that leaves values out, of each dimension.
_FILTERS_MAX: Final = 2 * len(DIMENSIONS)


class OwnerSent(Sent):
    """Whose an objective is: the company's, a site's or a team's; never one person's."""

    kind: Word
    code: Word | None = None


class PathPoint(Sent):
    """How much of the way is to be done before a day begins, 0 to 1."""

    on: date
    share: Number


class KeyResultChange(Sent):
    """What of a key result is to be otherwise."""

    title: Title = Field(default="", description=f"1 to {TITLE_MAX} characters.")
    metric: Word | None = Field(default=None, description="As in a question; null: its check-ins tell its value.")
    where: dict[Word, Values] = Field(
        default_factory=dict,
        max_length=_FILTERS_MAX,
        description="Filters as of a question: {site: [PAU], channel.not: [email]}; never agent.",
    )
    unit: str = Field(default="", max_length=4 * UNIT_MAX, description="Of what is not measured.")
    better: Word | None = Field(default=None, description="higher or lower, where the metric doesn't say.")
    baseline: Number = 0.0
    target: Number = 0.0
    deadline: date | None = Field(default=None, description="The first day after it; the objective's end unless given.")
    path: list[PathPoint] = Field(
        default_factory=list, max_length=PATH_MAX, description="The way, where it is not even."
    )


class KeyResultSent(KeyResultChange):
    """A key result to be made."""

    title: Title = Field(description=f"1 to {TITLE_MAX} characters.")
    baseline: Number
    target: Number


class ScoreSent(Sent):
    """The score of a key result, 0.0 to 1.0."""

    key_result: int
    score: Number


class ObjectiveSent(Sent):
    """An objective to be made."""

    title: Title = Field(description=f"1 to {TITLE_MAX} characters.")
    description: Text = ""
    owner: OwnerSent
    start: date
    end: date = Field(description="The first day after it.")
    parent: int | None = Field(default=None, description="The objective that it is aligned to.")
    state: Word = Field(default="draft", description="draft or active.")
    key_results: list[KeyResultSent] = Field(default_factory=list, max_length=KEY_RESULTS_MAX)


class ObjectiveChange(Sent):
    """What of an objective is to be otherwise. With state closed come a retrospective and, where they are not to be
    what progress amounts to, scores."""

    title: Title = ""
    description: Text = ""
    owner: OwnerSent = OwnerSent(kind="company")
    start: date = date.min
    end: date = date.max
    parent: int | None = None
    state: Word = "draft"
    scores: list[ScoreSent] = Field(default_factory=list, max_length=KEY_RESULTS_MAX)
    retrospective: Text = ""


class CheckInSent(Sent):
    """What is said of a key result."""

    on: date | None = Field(default=None, description="Of which day; today unless given.")
    value: Number | None = Field(default=None, description="How it stands, where it is not measured.")
    confidence: Number | None = Field(default=None, description="How sure one is that it will be reached, 0 to 1.")
    comment: Text = ""


def plain(sent: Sent) -> dict[str, Any]:
    """What was sent, and nothing that was not; filters as conditions, numbers of objectives within bounds."""
    values = sent.model_dump(exclude_unset=True)
    parent = values.get("parent")
    if parent is not None and not 0 <= parent < 10**NUMBER_DIGITS_MAX:
        raise rules.no_parent(parent)
    for each in (values, *values.get("key_results", ())):
        if "where" in each:
            each["where"] = _conditions(each["where"])
    return values


def _conditions(where: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the filters as conditions; one given in both spellings has the values of both."""
    merged: dict[str, list[str]] = {}
    for written, values in where.items():
        name = current_filter_name(written)
        if name != written:
            note_deprecated(NEGATION_SINCE)
        merged.setdefault(name, []).extend(values)
    filters = [(*split_filter_name(name), values) for name, values in merged.items()]
    return [{"dimension": dimension, "values": values, "negated": negated} for dimension, negated, values in filters]


def as_of(query_string: bytes) -> str | None:
    """The day that one objective is asked as of."""
    found: str | None = read(query_string, _ONE_BY_NAME).get("as_of")
    return found


def wanted(query_string: bytes, directory: Directory, today: date) -> tuple[Wanted, str | None]:
    """Which objectives are asked for, and as of when."""
    given = read(query_string, _LIST_BY_NAME)
    found = wanted_in(
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
