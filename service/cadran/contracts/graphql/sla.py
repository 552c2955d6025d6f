"""The GraphQL field ``sla``: what is due by a contract, term by term. The members are those of REST."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.contracts.graphql.enums import ExclusionKind, ForecastMethod, MeasurementWindow, SettlementLine, WindowState
from cadran.contracts.reader import ContractReader
from cadran.contracts.statement.statement import localize
from cadran.graphql.answer_interface import AnswerWindow, Notice
from cadran.graphql.context import Context
from cadran.graphql.enums import Better, MetricUnit
from cadran.graphql.fields import describe_field
from cadran.graphql.scalars import DateTime, to_instant


@strawberry.type(description="The margin of a term: what is left before its target is missed.")
class SlaMargin:
    """The GraphQL type of a ``Margin``."""

    misses_left: int | None = strawberry.field(
        description="The number of further misses in a row that still meet the target; 0 if it is missed already; null"
        " for a mean, or if no number of misses would break it."
    )
    late_calls_left: int | None = strawberry.field(
        description="The value of missesLeft if the metric is a service level, where a miss is a late answer; null for"
        " other metrics."
    )
    hits_needed: int | None = strawberry.field(
        description="The number of good contacts in a row that are needed until the target is met again; 0 if it is"
        " met; null for a mean, or if no number is enough."
    )
    seconds_left: float | None = strawberry.field(
        description="The seconds that the contacts of a mean may take in addition, summed over all contacts; below 0 if"
        " the target is missed; null for a share."
    )


@strawberry.type(description="The forecast of a term's figure at the end of the period.")
class SlaForecast:
    """The GraphQL type of a ``Forecast``."""

    method: ForecastMethod = strawberry.field(description="How the figure is forecast.")
    value: float | None = strawberry.field(
        description="The forecast figure of the whole period; null without a forecast."
    )
    low: float | None = strawberry.field(description="The lower bound of the 95% interval; null without a forecast.")
    high: float | None = strawberry.field(description="The upper bound of the 95% interval; null without a forecast.")


@strawberry.type(description="A line of the amount due.")
class SlaLine:
    """The GraphQL type of a ``Line``."""

    code: SettlementLine = strawberry.field(description="What the line is for.")
    label: str = strawberry.field(description="The text of the line, in the language of Accept-Language.")
    quantity: float = strawberry.field(description="The number of windows or points; 1 for other lines.")
    rate: float = strawberry.field(description="The amount per window or point, before rounding.")
    amount: float = strawberry.field(
        description="The amount of the line, rounded to the cent; below 0 for a bonus and a cap."
    )


@strawberry.type(description="A time that is excluded from the settlement.")
class SlaExclusion:
    """The GraphQL type of an ``Exclusion``."""

    start: DateTime = strawberry.field(description="The first instant of the time.")
    end: DateTime = strawberry.field(description="The first instant after the time.")
    kind: ExclusionKind = strawberry.field(description="Why the time is excluded.")
    reason: str = strawberry.field(description="The reason, in the language of Accept-Language.")
    contacts: int | None = strawberry.field(description="The contacts that came; null unless the kind is VOLUME.")
    expected: int | None = strawberry.field(
        description="The contacts that were forecast; null unless the kind is VOLUME."
    )


@strawberry.type(description="A measurement window of a term.")
class SlaWindow:
    """The GraphQL type of a ``MeasuredWindow``."""

    start: DateTime = strawberry.field(description="The first instant of the window.")
    end: DateTime = strawberry.field(description="The first instant after the window.")
    attained: float | None = strawberry.field(
        description="The figure: numerator over denominator, in the metric's unit; null if the denominator is 0."
    )
    numerator: float = strawberry.field(description="The numerator of the figure.")
    denominator: float = strawberry.field(description="The denominator of the figure.")
    n: float = strawberry.field(description="The number of observations behind the figure.")
    met: bool | None = strawberry.field(
        description="Whether the window met the target; null if it is empty, excluded or pending."
    )
    state: WindowState = strawberry.field(description="The state of the window.")


@strawberry.type(description="A term of a contract over a period.")
class SlaTerm:
    """The GraphQL type of a ``SettledTerm``: its figures, margin, forecast and amount due."""

    document: strawberry.Private[dict[str, Any]]

    term: str = strawberry.field(description="The code of the term.")
    label: str = strawberry.field(description="The name of the term, in the language of Accept-Language.")
    metric: str = strawberry.field(description="The metric with its arguments, such as service_level(within=20).")
    better: Better = strawberry.field(description="Whether higher or lower figures are better.")
    unit: MetricUnit = strawberry.field(description="The unit of the metric.")
    target: float = strawberry.field(description="The target that the figure has to reach, in the metric's unit.")
    attained: float | None = strawberry.field(
        description="The figure over the whole period: numerator over denominator; null if the denominator is 0."
    )
    met: bool | None = strawberry.field(description="Whether the figure reaches the target; null if it is undefined.")
    numerator: float = strawberry.field(description="The numerator of the figure.")
    denominator: float = strawberry.field(description="The denominator of the figure.")
    n: float = strawberry.field(description="The number of observations behind the figure.")
    window: MeasurementWindow = strawberry.field(description="The width of a measurement window.")
    windows: int = strawberry.field(description="The number of windows that met or missed the target.")
    windows_met: int = strawberry.field(description="The number of windows that met the target.")
    windows_empty: int = strawberry.field(
        description="The number of windows within the hours in which no contact came."
    )
    windows_excluded: int = strawberry.field(description="The number of windows that are excluded from the settlement.")
    windows_pending: int = strawberry.field(description="The number of windows that end after the loaded data.")
    margin: SlaMargin = strawberry.field(description="What is left before the target is missed.")
    forecast: SlaForecast = strawberry.field(description="The forecast of the figure at the end of the period.")
    penalty: float = strawberry.field(
        description="The amount due for the term: the partner owes it above 0, and receives it below 0."
    )
    lines: list[SlaLine] = strawberry.field(description="The lines that the penalty consists of.")

    @describe_field("Each measurement window, oldest first.")
    def by_window(self, info: strawberry.Info[Context, None]) -> list[SlaWindow]:
        """Return each measurement window."""
        windows = self.document["by_window"]
        info.context.spend(len(windows) * len(_WINDOW))
        return [SlaWindow(**window) for window in windows]


_WINDOW: Final = ("start", "end", "attained", "numerator", "denominator", "n", "met", "state")


@strawberry.type(description="A term whose figures have changed since its period was sealed.")
class SlaRestatement:
    """The figure and the amount of a restatement. REST also has its numerators and denominators."""

    term: str = strawberry.field(description="The code of the term.")
    sealed: float | None = strawberry.field(description="The figure as it was sealed; null if it was undefined.")
    now: float | None = strawberry.field(description="The figure as the data are now; null if it is undefined.")
    sealed_amount: float = strawberry.field(description="The amount due as it was sealed.")
    now_amount: float = strawberry.field(description="The amount that would be due as the data are now.")


@strawberry.type(
    description="The settlement of a contract's period: the sealed statement, or the state of the data now."
)
class Sla:
    """The document of ``/v1/sla/{contract}``."""

    contract: str = strawberry.field(description="The code of the contract.")
    label: str = strawberry.field(description="The name of the contract, in the language of Accept-Language.")
    partner: str = strawberry.field(description="The code of the partner.")
    version: int = strawberry.field(description="The version of the contract that settles the period.")
    period: str = strawberry.field(description="The name of the period, such as 2015-12.")
    window: AnswerWindow = strawberry.field(description="The bounds of the period.")
    over: bool = strawberry.field(description="Whether the loaded data reach the end of the period.")
    sealed: bool = strawberry.field(description="Whether the period is sealed.")
    sealed_at: DateTime | None = strawberry.field(description="When the period was sealed; null if it is not sealed.")
    as_of: DateTime | None = strawberry.field(
        description="How far the data reached when the figures were computed; null without data."
    )
    generated_at: DateTime = strawberry.field(description="When this response was computed.")
    currency: str = strawberry.field(description="The currency of all amounts, as an ISO 4217 code.")
    amount: float = strawberry.field(
        description="The total amount due: the partner owes it above 0, and receives it below 0."
    )
    terms: list[SlaTerm] = strawberry.field(description="The terms, in the contract's order.")
    lines: list[SlaLine] = strawberry.field(description="The lines that concern all terms: the contract's cap.")
    excluded: list[SlaExclusion] = strawberry.field(
        description="The times that are excluded from the settlement, oldest first."
    )
    restatements: list[SlaRestatement] = strawberry.field(
        description="The terms whose figures have changed since the period was sealed."
    )
    signature: str | None = strawberry.field(
        description="The detached JWS of the sealed statement; null if the period is not sealed or the service has no"
        " signing key."
    )
    warnings: list[Notice] = strawberry.field(description="What a reader of these figures should know.")


async def sla(context: Context, contract: str, period: str) -> Sla:
    """Return the settlement of a contract's period."""
    report = await context.service(ContractReader).report(contract, period, context.principal)
    context.answers.extend(report.answers)
    context.uncached = context.uncached or not report.answers
    document = localize(report.statement, context.language)
    bounds = document["period"]
    return Sla(
        **{name: document[name] for name in ("contract", "label", "partner", "version", "over", "sealed", "sealed_at")},
        **{name: document[name] for name in ("as_of", "currency", "amount")},
        period=bounds["name"],
        window=AnswerWindow(start=bounds["start"], end=bounds["end"], zone=bounds["zone"]),
        generated_at=to_instant(report.generated_at),
        terms=[_term(each) for each in document["terms"]],
        lines=[SlaLine(**line) for line in document["lines"]],
        excluded=[SlaExclusion(**each) for each in document["excluded"]],
        restatements=[_restatement(each) for each in report.restatements],
        signature=report.signature,
        warnings=[Notice(code=code, detail=detail[context.language]) for code, detail in report.warnings.items()],
    )


def _term(document: dict[str, Any]) -> SlaTerm:
    nested = ("margin", "forecast", "penalty", "by_window")
    return SlaTerm(
        document=document,
        **{name: value for name, value in document.items() if name not in nested},
        margin=SlaMargin(**document["margin"]),
        forecast=SlaForecast(**document["forecast"]),
        penalty=document["penalty"]["amount"],
        lines=[SlaLine(**line) for line in document["penalty"]["lines"]],
    )


def _restatement(document: dict[str, Any]) -> SlaRestatement:
    sealed, now = document["sealed"], document["now"]
    return SlaRestatement(
        term=document["term"],
        sealed=sealed["attained"],
        now=now["attained"],
        sealed_amount=sealed["amount"],
        now_amount=now["amount"],
    )
