"""The documents of a settlement, with their texts in one language."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypeAlias, TypedDict

from pydantic import Field

from cadran.contracts.model.windows import ExclusionKind
from cadran.contracts.settlement.attainment import State
from cadran.contracts.settlement.forecast import Method
from cadran.contracts.settlement.penalty import Code
from cadran.domain.metric import Better
from cadran.web.documents import BoundText, InstantText, NoticeDocument

Start: TypeAlias = Annotated[
    BoundText, Field(description="The first instant, in RFC 3339 with the offset of the contract's zone.")
]
End: TypeAlias = Annotated[
    BoundText, Field(description="The end, which is excluded, in RFC 3339 with the offset of the contract's zone.")
]
Attained: TypeAlias = Annotated[
    float | None,
    Field(description="The figure: numerator over denominator, in the metric's unit; null if the denominator is 0."),
]
Numerator: TypeAlias = Annotated[float, Field(description="The numerator of the figure.")]
Denominator: TypeAlias = Annotated[float, Field(description="The denominator of the figure.")]
Observations: TypeAlias = Annotated[float, Field(description="The number of observations behind the figure.")]


class SlaMarginDocument(TypedDict):
    """The margin of a term: what is left before its target is missed."""

    misses_left: Annotated[
        int | None,
        Field(
            description="The number of further misses in a row that still meet the target; 0 if it is missed already;"
            " null for a mean, or if no number of misses would break it."
        ),
    ]
    late_calls_left: Annotated[
        int | None,
        Field(
            description="The number of further late answers in a row that still meet the target of a service level;"
            " null for other metrics."
        ),
    ]
    hits_needed: Annotated[
        int | None,
        Field(
            description="The number of good contacts in a row that are needed until the target is met again; 0 if it is"
            " met; null for a mean, or if no number is enough."
        ),
    ]
    seconds_left: Annotated[
        float | None,
        Field(
            description="The seconds that the contacts of a mean may take in addition, summed over all contacts; below"
            " 0 if the target is missed; null for a share."
        ),
    ]


class SlaForecastDocument(TypedDict):
    """The forecast of a term's figure at the end of the period."""

    method: Annotated[
        Method,
        Field(
            description="How the figure is forecast: complete if the period is over, weekday_mean from the means of"
            " each weekday over the last eight weeks, none if the history is too short."
        ),
    ]
    value: Annotated[
        float | None, Field(description="The forecast figure of the whole period; null without a forecast.")
    ]
    low: Annotated[float | None, Field(description="The lower bound of the 95% interval; null without a forecast.")]
    high: Annotated[float | None, Field(description="The upper bound of the 95% interval; null without a forecast.")]


class SlaLineDocument(TypedDict):
    """A line of the amount due."""

    code: Annotated[
        Code,
        Field(
            description="What the line is for: missed windows, points worse than the target, a step, a bonus, or the"
            " reduction to a cap."
        ),
    ]
    label: Annotated[str, Field(description="The text of the line, in the language of Accept-Language.")]
    quantity: Annotated[float, Field(description="The number of windows or points; 1 for other lines.")]
    rate: Annotated[float, Field(description="The amount per window or point, before rounding.")]
    amount: Annotated[
        float, Field(description="The amount of the line, rounded to the cent; below 0 for a bonus and a cap.")
    ]


class SlaPenaltyDocument(TypedDict):
    """The amount due for a term."""

    amount: Annotated[
        float, Field(description="The sum of the lines: the partner owes it above 0, and receives it below 0.")
    ]
    lines: Annotated[list[SlaLineDocument], Field(description="The lines that the amount consists of.")]


class SlaExclusionDocument(TypedDict):
    """A time that is excluded from the settlement."""

    start: Start
    end: End
    kind: Annotated[
        ExclusionKind,
        Field(description="Why the time is excluded: force majeure, or more contacts than forecast."),
    ]
    reason: Annotated[str, Field(description="The reason, in the language of Accept-Language.")]
    contacts: Annotated[int | None, Field(description="The contacts that came; null unless the kind is volume.")]
    expected: Annotated[
        int | None, Field(description="The contacts that were forecast; null unless the kind is volume.")
    ]


class SlaWindowDocument(TypedDict):
    """A measurement window of a term."""

    start: Start
    end: End
    attained: Attained
    numerator: Numerator
    denominator: Denominator
    n: Observations
    met: Annotated[
        bool | None,
        Field(description="Whether the window met the target; null if it is empty, excluded or pending."),
    ]
    state: Annotated[
        State,
        Field(
            description="The state of the window: met or missed its target, empty without contacts, excluded from the"
            " settlement, or pending because it ends after the loaded data."
        ),
    ]


class SlaTermDocument(TypedDict):
    """A term of a contract over the period."""

    term: Annotated[str, Field(description="The code of the term.")]
    label: Annotated[str, Field(description="The name of the term, in the language of Accept-Language.")]
    metric: Annotated[str, Field(description="The metric with its arguments, such as service_level(within=20).")]
    better: Annotated[Better, Field(description="Whether higher or lower figures are better.")]
    unit: Annotated[str, Field(description="The unit of the metric, such as ratio or seconds.")]
    target: Annotated[float, Field(description="The target that the figure has to reach, in the metric's unit.")]
    attained: Attained
    met: Annotated[bool | None, Field(description="Whether the figure reaches the target; null if it is undefined.")]
    numerator: Numerator
    denominator: Denominator
    n: Observations
    window: Annotated[str, Field(description="The width of a measurement window, such as quarter_hour, day or month.")]
    windows: Annotated[int, Field(description="The number of windows that met or missed the target.")]
    windows_met: Annotated[int, Field(description="The number of windows that met the target.")]
    windows_empty: Annotated[int, Field(description="The number of windows within the hours in which no contact came.")]
    windows_excluded: Annotated[int, Field(description="The number of windows that are excluded from the settlement.")]
    windows_pending: Annotated[int, Field(description="The number of windows that end after the loaded data.")]
    margin: Annotated[SlaMarginDocument, Field(description="What is left before the target is missed.")]
    forecast: Annotated[SlaForecastDocument, Field(description="The forecast of the figure at the end of the period.")]
    penalty: Annotated[SlaPenaltyDocument, Field(description="The amount due for the term.")]
    by_window: NotRequired[
        Annotated[
            list[SlaWindowDocument],
            Field(description="Each measurement window, oldest first; absent without windows=true."),
        ]
    ]


class SlaPeriodDocument(TypedDict):
    """The settlement period, by its name and its bounds."""

    name: Annotated[str, Field(description="The name of the period, such as 2015-12 or 2015-Q4.")]
    start: Start
    end: End
    zone: Annotated[str, Field(description="The IANA zone of the contract's clock.")]


class SlaFiguresDocument(TypedDict):
    """The figures of a term that a restatement compares."""

    attained: Annotated[
        float | None, Field(description="The figure of the term in the metric's unit; null if it is undefined.")
    ]
    numerator: Numerator
    denominator: Denominator
    n: Observations
    windows: Annotated[int, Field(description="The number of windows that met or missed the target.")]
    windows_met: Annotated[int, Field(description="The number of windows that met the target.")]
    amount: Annotated[float, Field(description="The amount due for the term, in the service's currency.")]


class SlaRestatementDocument(TypedDict):
    """A term whose figures have changed since its period was sealed."""

    term: Annotated[str, Field(description="The code of the term.")]
    sealed: Annotated[SlaFiguresDocument, Field(description="The figures as they were sealed.")]
    now: Annotated[SlaFiguresDocument, Field(description="The figures as the data are now.")]
    change: Annotated[
        SlaFiguresDocument,
        Field(description="The present figures minus the sealed figures; attained is null if one of the two is."),
    ]


class StatementDocument(TypedDict):
    """A sealed statement. It has the members of Sla; every text is in English and French, and every window is
    included."""

    contract: Annotated[str, Field(description="The code of the contract.")]
    partner: Annotated[str, Field(description="The code of the partner.")]
    version: Annotated[int, Field(description="The version of the contract that settles the period.")]
    period: Annotated[SlaPeriodDocument, Field(description="The settlement period, by its name and its bounds.")]
    over: Annotated[bool, Field(description="Whether the loaded data reach the end of the period.")]
    sealed: Annotated[bool, Field(description="Whether the period is sealed.")]
    sealed_at: Annotated[InstantText | None, Field(description="When the period was sealed; null if it is not sealed.")]
    as_of: Annotated[
        InstantText | None,
        Field(description="How far the data reached when the figures were computed; null without data."),
    ]
    data_version: Annotated[str, Field(description="The version of the data behind the figures.")]
    currency: Annotated[str, Field(description="The currency of all amounts, as an ISO 4217 code.")]
    amount: Annotated[
        float, Field(description="The total amount due: the partner owes it above 0, and receives it below 0.")
    ]


class LocalizedStatementDocument(StatementDocument):
    """A statement with its texts in one language."""

    label: Annotated[str, Field(description="The name of the contract, in the language of Accept-Language.")]
    terms: Annotated[list[SlaTermDocument], Field(description="The terms, in the contract's order.")]
    excluded: Annotated[
        list[SlaExclusionDocument],
        Field(description="The times that are excluded from the settlement, oldest first."),
    ]
    lines: Annotated[list[SlaLineDocument], Field(description="The lines that concern all terms: the contract's cap.")]


class SettlementDocument(LocalizedStatementDocument):
    """The settlement of a contract's period: the sealed statement, or the state of the data now."""

    restatements: Annotated[
        list[SlaRestatementDocument],
        Field(description="The terms whose figures have changed since the period was sealed."),
    ]
    signature: Annotated[
        str | None,
        Field(
            description="The detached JWS of the sealed statement; null if the period is not sealed or the service has"
            " no signing key."
        ),
    ]
    warnings: Annotated[list[NoticeDocument], Field(description="What a reader of these figures should know.")]


class SlaDocument(SettlementDocument):
    """The settlement of a contract's period: the sealed statement, or the state of the data now."""

    generated_at: Annotated[InstantText, Field(description="When this response was computed.")]
    stale_after: Annotated[InstantText, Field(description="Until when this response may be shown as current.")]
