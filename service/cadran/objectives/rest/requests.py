"""The query parameters of objectives, and the plain values of bodies."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from cadran.domain.bounds import CURSOR_MAX, NUMBER_DIGITS_MAX
from cadran.domain.directory import Directory
from cadran.domain.filter_name import current_filter_name, split_filter_name
from cadran.objectives.model import rules
from cadran.objectives.model.filter import FIRST, FIRST_MAX, ObjectiveFilter, parse_filter
from cadran.objectives.model.objective import STATES
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.web.deprecation import NEGATION_SINCE, note_deprecated
from cadran.web.forms import RequestForm

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
