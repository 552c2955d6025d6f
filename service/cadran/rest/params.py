"""The query string into an Ask and the wish for its presentation. What is declared here is read, and told by OpenAPI.

Takes the raw query string; refuses as ``rest.parameter`` does. What the words mean is the domain's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from cadran.compiler.cost import Sheet, sheet_of
from cadran.domain.answer import Answer
from cadran.domain.ask import NOW as PRESENT
from cadran.domain.ask import Ask, Condition
from cadran.domain.bounds import CURSOR_MAX, METRICS_MAX
from cadran.domain.dimension import DIMENSIONS, Dimension
from cadran.domain.directory import Directory
from cadran.domain.filter_name import filter_name, split_filter_name
from cadran.domain.question import Compare, Question
from cadran.domain.scorecard import weighed
from cadran.domain.verdicts import judged, noted
from cadran.domain.window import Grain
from cadran.rest.parameter import Parameter, by_name, read
from cadran.rest.table import members


def _filters(dimension: Dimension) -> tuple[Parameter, Parameter]:
    if dimension.kind == "member":
        words, example = "codes, or none for what is not given", "none"
    elif dimension.slug == "time_of_day":
        words, example = (
            "quarter-hours such as 12:15, or ranges such as 12:15..12:30 (the end is left out)",
            "09:00..12:15",
        )
    else:
        words = f"numbers from {dimension.low} to {dimension.high}, or ranges such as 1..5 (the end included)"
        example = f"{dimension.low}..{min(dimension.low + 4, dimension.high)}"
    name, label = dimension.slug, dimension.label.en
    negated = filter_name(name, negated=True)
    return (
        # Without examples of their own: a page that sends every example at once would ask for nothing at all.
        Parameter(name, f"{label}: only these; {words}; `{name}={example}`.", "list"),
        Parameter(negated, f"{label}: all but these; `{negated}={example}`.", "list"),
    )


PERIOD: Final = (
    Parameter(
        "period",
        "A named window: now (of what is told of an instant), today, yesterday, "
        "this_week, last_week, week_to_date, this_month, last_month, month_to_date, "
        "this_year, last_year, year_to_date, last_7_days (any number), 2015, 2015-Q4, 2015-12, 2015-W50, 2015-12-24. "
        "Either this or start and end.",
        example="2015-12",
    ),
    Parameter("start", "The window's start: 2015-12-01, 2015-12-01T09:00, or with an offset."),
    Parameter("end", "The window's end, which is left out; written as start is."),
    Parameter(
        "zone", "An IANA zone for the window and its buckets; each site's own unless given.", example="Europe/Paris"
    ),
)
FILTERS: Final = tuple(parameter for dimension in DIMENSIONS.values() for parameter in _filters(dimension))
COMPARE: Final = Parameter(
    "compare", "What to set the figures against.", "choice", choices=tuple(each.value for each in Compare)
)
DISPLAY: Final = Parameter("display", "Adds each value as a screen shows it: 92%, 5:16.", "flag", example=True)
EXPLAIN: Final = Parameter("explain", "Adds which table or rollup answered, the SQL, and why.", "flag")

METRICS: Final = Parameter(
    "metrics",
    "Metrics of the catalogue, with arguments in parentheses.",
    "list",
    ["qos", "aht", "service_level(within=20)"],
    required=True,
    longest=METRICS_MAX,
)
SHAPE: Final = Parameter(
    "shape", "Rows, or columns for charts; CSV always has rows.", "choice", "rows", ("rows", "columns")
)
AFTER: Final = Parameter("after", "Where to go on: what the page before told as next.", characters_max=CURSOR_MAX)
PARTS: Final = Parameter("parts", "Gives each figure as value, numerator, denominator, n and 95% interval.", "flag")

TARGETS: Final = Parameter(
    "targets", "Adds to each figure the target that holds, its status (good, warning, bad) and the distance.", "flag"
)
ANNOTATIONS: Final = Parameter(
    "annotations",
    "Adds the campaigns, incidents, strikes, releases … that overlap the window; CSV names those of each row.",
    "flag",
)

INDICATORS: Final = (
    METRICS,
    *PERIOD,
    Parameter("grain", "The width of a time bucket.", "choice", "day", tuple(each.value for each in Grain)),
    Parameter("by", "Dimensions to split by, in this order.", "list", ["site"], tuple(DIMENSIONS)),
    *FILTERS,
    COMPARE,
    Parameter("fill", "Adds the buckets without data.", "flag"),
    Parameter("order", "The metric that ranks the groups: qos ascends, -qos descends.", example="-qos"),
    Parameter("top", "Keeps this many groups; needs by.", "number", 5),
    SHAPE,
    PARTS,
    DISPLAY,
    TARGETS,
    ANNOTATIONS,
    EXPLAIN,
)  # fmt: skip
_NAMED: Final = replace(METRICS, about="Metrics of the catalogue; the headline ones unless given.", required=False)
SCORECARD: Final = (_NAMED, *PERIOD, *FILTERS, COMPARE, ANNOTATIONS, EXPLAIN)
NOW: Final = (
    replace(
        METRICS,
        about="Metrics of what is told of an instant; those of what is happening now unless given.",
        example=["contacts_waiting", "expected_wait(method=head_of_line)"],
        required=False,
    ),
    PERIOD[-1],
    *FILTERS,
    COMPARE,
    EXPLAIN,
)

_INDICATORS_BY_NAME: Final = by_name(INDICATORS)
_SCORECARD_BY_NAME: Final = by_name(SCORECARD)
_NOW_BY_NAME: Final = by_name(NOW)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and how it shall look."""

    ask: Ask
    columns: bool = False
    parts: bool = False
    display: bool = False
    explain: bool = False
    targets: bool = False
    annotations: bool = False
    board: bool = False

    @classmethod
    def of(cls, ask: Ask, given: Mapping[str, Any]) -> Self:
        """What is asked, to look as these parameters say."""
        return cls(
            ask,
            columns=given.get("shape") == "columns",
            parts=given.get("parts", False),
            display=given.get("display", False),
            explain=given.get("explain", False),
            targets=given.get("targets", False),
            annotations=given.get("annotations", False),
        )

    def sheet(self, question: Question, *, beside: int = 0, by_row: bool = False) -> Sheet:
        """The values of each row of the answer (``beside``: besides keys and figures; ``by_row``: with annotations)."""
        shown = members(question, parts=self.parts, display=self.display, targets=self.targets)
        return sheet_of(question, members=shown, beside=beside + (self.annotations and by_row))

    def dressed(self, answer: Answer, directory: Directory, *, by_row: bool = False) -> Answer:
        """The answer with the verdicts and annotations asked for (``by_row``: of each row), and what a board has to be
        warned of."""
        if self.board:
            answer = weighed(answer)
        if self.targets:
            answer = judged(answer, directory)
        return noted(answer, directory, by_row=by_row) if self.annotations else answer


def indicators(query_string: bytes) -> Asked:
    """What ``/v1/indicators`` is asked."""
    given = read(query_string, _INDICATORS_BY_NAME)
    ask = Ask(
        metrics=given.get("metrics", ()),
        grain=given.get("grain", "total"),
        by=given.get("by", ()),
        fill=given.get("fill", False),
        order=given.get("order"),
        top=given.get("top"),
        **common(given),
    )
    return Asked.of(ask, given)


def scorecard(query_string: bytes, usual: Callable[[set[str]], tuple[str, ...]]) -> Asked:
    """What ``/v1/scorecard`` is asked; ``usual`` gives the metrics where none are named, by the dimensions filtered
    on."""
    given = read(query_string, _SCORECARD_BY_NAME)
    return Asked(
        Ask(metrics=_metrics(given, usual), **common(given)),
        explain=given.get("explain", False),
        targets=True,
        annotations=given.get("annotations", False),
        board=True,
    )


def now(query_string: bytes, usual: Callable[[set[str]], tuple[str, ...]]) -> Asked:
    """What ``/v1/now`` is asked; ``usual`` as for the scorecard."""
    given = read(query_string, _NOW_BY_NAME)
    ask = Ask(metrics=_metrics(given, usual), **common({**given, "period": PRESENT}))
    return Asked(ask, explain=given.get("explain", False), targets=True)


def _metrics(given: Mapping[str, Any], usual: Callable[[set[str]], tuple[str, ...]]) -> tuple[str, ...]:
    return given.get("metrics") or usual({split_filter_name(name)[0] for name in given} & set(DIMENSIONS))


def nothing(query_string: bytes) -> None:
    """For resources that take no parameters."""
    read(query_string, {})


def common(given: Mapping[str, Any]) -> dict[str, Any]:
    """What every ``Ask`` takes: window, filters, comparison."""
    filters = [(*split_filter_name(name), values) for name, values in given.items()]
    where = [
        Condition(dimension, values, negated=negated)
        for dimension, negated, values in filters
        if dimension in DIMENSIONS
    ]
    words = {name: given.get(name) for name in ("period", "start", "end", "zone", "compare")}
    return {"where": where, **words}
