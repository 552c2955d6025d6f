"""The documents of a settlement, with their texts in one language."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypeAlias, TypedDict

from cadran.contracts.model.windows import ExclusionKind
from cadran.contracts.settlement.attainment import State
from cadran.contracts.settlement.forecast import Method
from cadran.contracts.settlement.penalty import Code
from cadran.domain.metric import Better
from cadran.web.answer_documents import NoticeDocument
from cadran.web.documents import BoundText, InstantText

Start: TypeAlias = Annotated[BoundText, "The first instant, in RFC 3339 with the offset of the contract's zone."]
End: TypeAlias = Annotated[BoundText, "The end, which is excluded, in RFC 3339 with the offset of the contract's zone."]
Attained: TypeAlias = Annotated[
    float | None, "The figure: numerator over denominator, in the metric's unit; null if the denominator is 0."
]
Numerator: TypeAlias = Annotated[float, "The numerator of the figure."]
Denominator: TypeAlias = Annotated[float, "The denominator of the figure."]
Observations: TypeAlias = Annotated[float, "The number of observations behind the figure."]


class SlaMarginDocument(TypedDict):
    """The margin of a term: what is left before its target is missed."""

    misses_left: Annotated[
        int | None,
        "The number of further misses in a row that still meet the target; 0 if it is missed already;"
        " null for a mean, or if no number of misses would break it.",
    ]
    late_calls_left: Annotated[
        int | None,
        "The number of further late answers in a row that still meet the target of a service level;"
        " null for other metrics.",
    ]
    hits_needed: Annotated[
        int | None,
        "The number of good contacts in a row that are needed until the target is met again; 0 if it is"
        " met; null for a mean, or if no number is enough.",
    ]
    seconds_left: Annotated[
        float | None,
        "The seconds that the contacts of a mean may take in addition, summed over all contacts; below"
        " 0 if the target is missed; null for a share.",
    ]


class SlaForecastDocument(TypedDict):
    """The forecast of a term's figure at the end of the period."""

    method: Annotated[
        Method,
        "How the figure is forecast: complete if the period is over, weekday_mean from the means of"
        " each weekday over the last eight weeks, none if the history is too short.",
    ]
    value: Annotated[float | None, "The forecast figure of the whole period; null without a forecast."]
    low: Annotated[float | None, "The lower bound of the 95% interval; null without a forecast."]
    high: Annotated[float | None, "The upper bound of the 95% interval; null without a forecast."]


class SlaLineDocument(TypedDict):
    """A line of the amount due."""

    code: Annotated[
        Code,
        "What the line is for: missed windows, points worse than the target, a step, a bonus, or the"
        " reduction to a cap.",
    ]
    label: Annotated[str, "The text of the line, in the language of Accept-Language."]
    quantity: Annotated[float, "The number of windows or points; 1 for other lines."]
    rate: Annotated[float, "The amount per window or point, before rounding."]
    amount: Annotated[float, "The amount of the line, rounded to the cent; below 0 for a bonus and a cap."]


class SlaPenaltyDocument(TypedDict):
    """The amount due for a term."""

    amount: Annotated[float, "The sum of the lines: the partner owes it above 0, and receives it below 0."]
    lines: Annotated[list[SlaLineDocument], "The lines that the amount consists of."]


class SlaExclusionDocument(TypedDict):
    """A time that is excluded from the settlement."""

    start: Start
    end: End
    kind: Annotated[ExclusionKind, "Why the time is excluded: force majeure, or more contacts than forecast."]
    reason: Annotated[str, "The reason, in the language of Accept-Language."]
    contacts: Annotated[int | None, "The contacts that came; null unless the kind is volume."]
    expected: Annotated[int | None, "The contacts that were forecast; null unless the kind is volume."]


class SlaWindowDocument(TypedDict):
    """A measurement window of a term."""

    start: Start
    end: End
    attained: Attained
    numerator: Numerator
    denominator: Denominator
    n: Observations
    met: Annotated[bool | None, "Whether the window met the target; null if it is empty, excluded or pending."]
    state: Annotated[
        State,
        "The state of the window: met or missed its target, empty without contacts, excluded from the"
        " settlement, or pending because it ends after the loaded data.",
    ]


class SlaTermDocument(TypedDict):
    """A term of a contract over the period."""

    term: Annotated[str, "The code of the term."]
    label: Annotated[str, "The name of the term, in the language of Accept-Language."]
    metric: Annotated[str, "The metric with its arguments, such as service_level(within=20)."]
    metric_version: Annotated[str, "The version of the metric's definition that computes the figures, such as v1."]
    better: Annotated[Better, "Whether higher or lower figures are better."]
    unit: Annotated[str, "The unit of the metric, such as ratio or seconds."]
    target: Annotated[float, "The target that the figure has to reach, in the metric's unit."]
    attained: Attained
    met: Annotated[bool | None, "Whether the figure reaches the target; null if it is undefined."]
    numerator: Numerator
    denominator: Denominator
    n: Observations
    unknown_waits: Annotated[
        int | None,
        "The number of contacts whose wait the source does not give, among those that the metric is about; null if the"
        " metric reads no wait, or if the period was sealed before such contacts were counted.",
    ]
    unknown_waits_share: Annotated[
        float | None,
        "Their share of the answered or abandoned contacts that the metric is about; null without such contacts.",
    ]
    window: Annotated[str, "The width of a measurement window, such as quarter_hour, day or month."]
    windows: Annotated[int, "The number of windows that met or missed the target."]
    windows_met: Annotated[int, "The number of windows that met the target."]
    windows_empty: Annotated[int, "The number of windows within the hours in which no contact came."]
    windows_excluded: Annotated[int, "The number of windows that are excluded from the settlement."]
    windows_pending: Annotated[int, "The number of windows that end after the loaded data."]
    margin: Annotated[SlaMarginDocument, "What is left before the target is missed."]
    forecast: Annotated[SlaForecastDocument, "The forecast of the figure at the end of the period."]
    penalty: Annotated[SlaPenaltyDocument, "The amount due for the term."]
    by_window: NotRequired[
        Annotated[list[SlaWindowDocument], "Each measurement window, oldest first; absent without windows=true."]
    ]


class SlaPeriodDocument(TypedDict):
    """The settlement period, by its name and its bounds."""

    name: Annotated[str, "The name of the period, such as 2015-12 or 2015-Q4."]
    start: Start
    end: End
    zone: Annotated[str, "The IANA zone of the contract's clock."]


class SlaFiguresDocument(TypedDict):
    """The figures of a term that a restatement compares."""

    attained: Annotated[float | None, "The figure of the term in the metric's unit; null if it is undefined."]
    numerator: Numerator
    denominator: Denominator
    n: Observations
    windows: Annotated[int, "The number of windows that met or missed the target."]
    windows_met: Annotated[int, "The number of windows that met the target."]
    amount: Annotated[float, "The amount due for the term, in the service's currency."]


class SlaRestatementDocument(TypedDict):
    """A term whose figures have changed since its period was sealed."""

    term: Annotated[str, "The code of the term."]
    sealed: Annotated[SlaFiguresDocument, "The figures as they were sealed."]
    now: Annotated[SlaFiguresDocument, "The figures as the data are now."]
    change: Annotated[
        SlaFiguresDocument, "The present figures minus the sealed figures; attained is null if one of the two is."
    ]


class StatementDocument(TypedDict):
    """A sealed statement. It has the members of Sla; every text is in English and French, and every window is
    included."""

    contract: Annotated[str, "The code of the contract."]
    partner: Annotated[str, "The code of the partner."]
    version: Annotated[int, "The version of the contract that settles the period."]
    period: Annotated[SlaPeriodDocument, "The settlement period, by its name and its bounds."]
    over: Annotated[bool, "Whether the loaded data reach the end of the period."]
    sealed: Annotated[bool, "Whether the period is sealed."]
    sealed_at: Annotated[InstantText | None, "When the period was sealed; null if it is not sealed."]
    as_of: Annotated[InstantText | None, "How far the data reached when the figures were computed; null without data."]
    data_version: Annotated[str, "The version of the data behind the figures."]
    currency: Annotated[str, "The currency of all amounts, as an ISO 4217 code."]
    amount: Annotated[float, "The total amount due: the partner owes it above 0, and receives it below 0."]


class LocalizedStatementDocument(StatementDocument):
    """A statement with its texts in one language."""

    label: Annotated[str, "The name of the contract, in the language of Accept-Language."]
    terms: Annotated[list[SlaTermDocument], "The terms, in the contract's order."]
    excluded: Annotated[list[SlaExclusionDocument], "The times that are excluded from the settlement, oldest first."]
    lines: Annotated[list[SlaLineDocument], "The lines that concern all terms: the contract's cap."]


class SettlementDocument(LocalizedStatementDocument):
    """The settlement of a contract's period: the sealed statement, or the state of the data now."""

    restatements: Annotated[
        list[SlaRestatementDocument], "The terms whose figures have changed since the period was sealed."
    ]
    signature: Annotated[
        str | None,
        "The detached JWS of the sealed statement; null if the period is not sealed or the service has no signing key.",
    ]
    warnings: Annotated[list[NoticeDocument], "What a reader of these figures should know."]
