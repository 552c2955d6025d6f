"""The parameters of figures, and their translation into an ask and display options.

Takes the parameters as ``rest.parameter`` has read them. The domain checks what the values mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Self

from cadran.compiler.cost import Sheet, make_sheet
from cadran.domain.ask import NOW as PRESENT
from cadran.domain.ask import Ask, Condition
from cadran.domain.bounds import CURSOR_MAX, METRICS_MAX
from cadran.domain.dimension import ATTRIBUTES_MAX, DIMENSIONS, Dimension
from cadran.domain.filter_name import NEGATION, filter_name, split_filter_name
from cadran.domain.metric_ref import Order, parse_columns
from cadran.domain.presentation import Presentation
from cadran.domain.question import Compare, MetricRef, Question
from cadran.domain.window import WIDTHS, Grain
from cadran.rest.parameter import ATTRIBUTE_FILTERS, Parameter
from cadran.rest.table import count_members


def _filters(dimension: Dimension) -> tuple[Parameter, Parameter]:
    if dimension.kind == "member":
        words, example = "codes; `none` selects contacts without a value", "none"
    elif dimension.slug == "time_of_day":
        words, example = (
            "quarter-hours such as 12:15, or ranges such as 12:15..12:30, whose end is excluded",
            "09:00..12:15",
        )
    else:
        words = f"numbers from {dimension.low} to {dimension.high}, or ranges such as 1..5, whose end is included"
        example = f"{dimension.low}..{min(dimension.low + 4, dimension.high)}"
    name, label = dimension.slug, dimension.label.en
    negated = filter_name(name, negated=True)
    return (
        # Filters have no examples: a client that sends every example at once would match no contact.
        Parameter(name, f"{label}: only these values count. Values are {words}. Example: `{name}={example}`.", "list"),
        Parameter(negated, f"{label}: all values but these count. Example: `{negated}={example}`.", "list"),
    )


PERIOD: Final = (
    Parameter(
        "period",
        "A named window: now (for metrics of an instant), today, yesterday, "
        "this_week, last_week, week_to_date, this_month, last_month, month_to_date, "
        "this_year, last_year, year_to_date, last_7_days (any number), 2015, 2015-Q4, 2015-12, 2015-W50, 2015-12-24. "
        "Give either period, or start and end.",
        example="2015-12",
    ),
    Parameter("start", "The start of the window: 2015-12-01, 2015-12-01T09:00, or a time with an offset."),
    Parameter("end", "The end of the window, which the window excludes; in the same form as start."),
    Parameter(
        "zone",
        "The IANA time zone of the window and its buckets. Without it, each site uses its own zone.",
        example="Europe/Paris",
    ),
)
FILTERS: Final = (
    *(parameter for dimension in DIMENSIONS.values() for parameter in _filters(dimension)),
    Parameter(
        ATTRIBUTE_FILTERS,
        "Filters by the contacts' own attributes, each a parameter of the attribute's name, which /v1/catalogue lists:"
        f" codes separated by commas, or with `{NEGATION}` after the name all values but these. Example:"
        f" `campaign=spring,none`, `campaign{NEGATION}=spring`.",
        "attributes",
    ),
)
COMPARE: Final = Parameter(
    "compare", "The window to compare the figures with.", "choice", choices=tuple(each.value for each in Compare)
)
DISPLAY: Final = Parameter("display", "Adds each value as display text, such as 92% or 5:16.", "flag", example=True)
EXPLAIN: Final = Parameter("explain", "Adds the tables or rollups that were read, the SQL, and why.", "flag")

METRICS: Final = Parameter(
    "metrics",
    "Metrics of the catalogue, with their arguments in parentheses. An answer names each as the request writes it, or"
    " by the argument as: service_level(within=20,as=sl20).",
    "list",
    ["qos", "aht", "service_level(within=20)"],
    required=True,
    longest=METRICS_MAX,
)
SHAPE: Final = Parameter(
    "shape", "The layout: rows, or columns for charts. CSV always has rows.", "choice", "rows", ("rows", "columns")
)
AFTER: Final = Parameter("after", "The cursor: `next` of the previous page.", characters_max=CURSOR_MAX)
PARTS: Final = Parameter("parts", "Adds the numerator, denominator, n and 95% interval of each value.", "flag")

TARGETS: Final = Parameter(
    "targets", "Adds to each figure its target, status (good, warning, bad) and distance from the target.", "flag"
)
ANNOTATIONS: Final = Parameter(
    "annotations",
    "Adds the campaigns, incidents, strikes, releases … that overlap the window. CSV lists those of each row.",
    "flag",
)

STEP: Final = Parameter(
    "step",
    "The width of rows by time of day; default: quarter_hour.",
    "choice",
    choices=tuple(each.value for each in WIDTHS),
)
BANDS: Final = Parameter(
    "bands",
    "Adds the 10th and the 90th percentile of the days of each time of day or weekday. Needs a split by one of them,"
    " and no grain.",
    "flag",
)

BY: Final = Parameter(
    "by",
    "Dimensions to group by, in this order. The contacts' own attributes are dimensions, too: see /v1/catalogue.",
    "list",
    ["site"],
    tuple(DIMENSIONS),
    more_choices=ATTRIBUTES_MAX,
)

INDICATORS: Final = (
    METRICS,
    *PERIOD,
    Parameter("grain", "The width of the time buckets.", "choice", "day", tuple(each.value for each in Grain)),
    BY,
    STEP,
    *FILTERS,
    COMPARE,
    BANDS,
    Parameter("fill", "Adds rows for buckets without data.", "flag"),
    Parameter("order", "The metric that orders the groups: qos ascends, -qos descends.", example="-qos"),
    Parameter("top", "The maximum number of groups. Requires by.", "number", 5),
    SHAPE,
    PARTS,
    DISPLAY,
    TARGETS,
    ANNOTATIONS,
    EXPLAIN,
)  # fmt: skip
_NAMED: Final = replace(METRICS, about=f"{METRICS.about} The default is the headline metrics.", required=False)
SCORECARD: Final = (_NAMED, *PERIOD, *FILTERS, COMPARE, ANNOTATIONS, EXPLAIN)
NOW: Final = (
    replace(
        METRICS,
        about="Metrics of an instant, as in /v1/indicators. The default is the metrics of the present.",
        example=["contacts_waiting", "expected_wait(method=head_of_line)"],
        required=False,
    ),
    PERIOD[-1],
    *FILTERS,
    COMPARE,
    EXPLAIN,
)


#: A function that returns the default metrics of a request, for the set of filtered dimensions.
UsualMetrics = Callable[[set[str]], tuple[MetricRef, ...]]


@dataclass(frozen=True, slots=True)
class FiguresRequest:
    """A request to an endpoint of figures: the ask and the display options. ``names`` are the names of the metrics'
    columns."""

    ask: Ask
    names: Mapping[MetricRef, str] = field(default_factory=dict)
    columns: bool = False
    parts: bool = False
    display: bool = False
    explain: bool = False
    targets: bool = False
    annotations: bool = False
    board: bool = False

    @classmethod
    def of(cls, ask: Ask, given: Mapping[str, Any], names: Mapping[MetricRef, str] = MappingProxyType({})) -> Self:
        """Return the request for this ask, with the display options among the parameters given."""
        return cls(
            ask,
            names,
            columns=given.get("shape") == "columns",
            parts=given.get("parts", False),
            display=given.get("display", False),
            explain=given.get("explain", False),
            targets=given.get("targets", False),
            annotations=given.get("annotations", False),
        )

    def sheet(self, question: Question, *, beside: int = 0, by_row: bool = False) -> Sheet:
        """Return the size of the answer for the cost limit.

        ``beside`` counts the values of a row in addition to keys and figures. With ``by_row``, the annotations are
        counted once per row.
        """
        shown = count_members(question, parts=self.parts, display=self.display, targets=self.targets)
        return make_sheet(question, members=shown, beside=beside + (self.annotations and by_row))

    def presentation(self, *, by_row: bool = False) -> Presentation:
        """Return what to show next to the figures. ``by_row`` adds the annotations of each row."""
        return Presentation(self.targets, self.annotations, by_row, headlines=self.board)


def make_indicators_request(given: Mapping[str, Any]) -> FiguresRequest:
    """Return the request for ``/v1/indicators``."""
    names = parse_columns(given.get("metrics", ()), given.get("by", ()))
    ask = Ask(
        metrics=tuple(names),
        grain=given.get("grain", "total"),
        by=given.get("by", ()),
        fill=given.get("fill", False),
        order=Order.parse(given.get("order"), names),
        top=given.get("top"),
        **parse_common(given),
    )
    return FiguresRequest.of(ask, given, names)


def make_scorecard_request(given: Mapping[str, Any], usual: UsualMetrics) -> FiguresRequest:
    """Return the request for ``/v1/scorecard``.

    Without ``metrics``, ``usual`` returns the default metrics for the set of filtered dimensions.
    """
    names = parse_columns(given.get("metrics", ()))
    return FiguresRequest(
        Ask(metrics=tuple(names) or _usual_metrics(given, usual), **parse_common(given)),
        names,
        explain=given.get("explain", False),
        targets=True,
        annotations=given.get("annotations", False),
        board=True,
    )


def make_now_request(given: Mapping[str, Any], usual: UsualMetrics) -> FiguresRequest:
    """Return the request for ``/v1/now``. ``usual`` is the same as for ``make_scorecard_request``."""
    names = parse_columns(given.get("metrics", ()))
    metrics = tuple(names) or _usual_metrics(given, usual)
    ask = Ask(metrics=metrics, **parse_common({**given, "period": PRESENT}))
    return FiguresRequest(ask, names, explain=given.get("explain", False), targets=True)


def _usual_metrics(given: Mapping[str, Any], usual: UsualMetrics) -> tuple[MetricRef, ...]:
    return usual({condition.dimension for condition in _read_filters(given)})


def parse_common(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that every ``Ask`` takes: window, filters, comparison."""
    words = {name: given.get(name) for name in ("period", "start", "end", "zone", "compare", "step")}
    return {"where": _read_filters(given), "bands": given.get("bands", False), **words}


def _read_filters(given: Mapping[str, Any]) -> list[Condition]:
    """Return the filters among the parameters: those by declared dimensions, and those by attributes."""
    filters = {name: values for name, values in given.items() if split_filter_name(name)[0] in DIMENSIONS}
    every = [*filters.items(), *given.get(ATTRIBUTE_FILTERS, {}).items()]
    named = [(*split_filter_name(name), values) for name, values in every]
    return [Condition(dimension, values, negated=negated) for dimension, negated, values in named]
