"""The field ``sla``: what is due by a contract, term by term, as REST tells it."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.contracts.graphql.enums import ExclusionKind, ForecastMethod, MeasurementWindow, SettlementLine, WindowState
from cadran.contracts.reader import Contracts
from cadran.contracts.statement.statement import spoken
from cadran.graphql.answer_interface import AnswerWindow, Notice
from cadran.graphql.context import Context
from cadran.graphql.enums import Better, MetricUnit
from cadran.graphql.fields import described
from cadran.graphql.scalars import DateTime, instant


@strawberry.type(description="What is left of a term before its target is missed.")
class SlaMargin:
    """See ``steer.contract_margin``."""

    misses_left: int | None = strawberry.field(
        description="How many more contacts in a row may miss with the target still met; null where it does not apply."
    )
    late_calls_left: int | None = strawberry.field(description="The same, where a miss is a late answer.")
    hits_needed: int | None = strawberry.field(
        description="How many more in a row have to be good until the target is met again; 0 while it is."
    )
    seconds_left: float | None = strawberry.field(description="Of a mean: the time that its contacts could take more.")


@strawberry.type(description="How a term is expected to stand at the period's end.")
class SlaForecast:
    """See ``steer.contract_outlook``."""

    method: ForecastMethod = strawberry.field(description="How the figure is forecast.")
    value: float | None = strawberry.field(description="The figure expected of the whole period.")
    low: float | None = strawberry.field(description="The lower bound of its 95% interval.")
    high: float | None = strawberry.field(description="The upper bound.")


@strawberry.type(description="One line of what is due.")
class SlaLine:
    """See ``steer.penalty``."""

    code: SettlementLine = strawberry.field(description="What the line is for.")
    label: str = strawberry.field(description="What it is for, in the language of Accept-Language.")
    quantity: float = strawberry.field(description="How many windows or points.")
    rate: float = strawberry.field(description="The amount of each.")
    amount: float = strawberry.field(description="What the line adds, to the cent.")


@strawberry.type(description="A time that is not settled.")
class SlaExcluded:
    """See ``steer.contract_windows``."""

    start: DateTime = strawberry.field(description="The first instant.")
    end: DateTime = strawberry.field(description="The first instant after it.")
    kind: ExclusionKind = strawberry.field(description="Why the time is not settled.")
    reason: str = strawberry.field(description="Why, in the language of Accept-Language.")
    contacts: int | None = strawberry.field(description="Of volumes: the contacts that came.")
    expected: int | None = strawberry.field(description="Of volumes: those foreseen.")


@strawberry.type(description="A measurement window of a term.")
class SlaMeasured:
    """See ``steer.attainment``."""

    start: DateTime = strawberry.field(description="The first instant.")
    end: DateTime = strawberry.field(description="The first instant after it.")
    attained: float | None = strawberry.field(description="The figure; null where it is undefined.")
    numerator: float = strawberry.field(description="What it divides.")
    denominator: float = strawberry.field(description="What it is divided by.")
    n: float = strawberry.field(description="How many contacts stand behind it.")
    met: bool | None = strawberry.field(description="Whether it reaches the target; null where it is not judged.")
    state: WindowState = strawberry.field(description="Whether the target was met.")


@strawberry.type(description="A term of a contract over a period.")
class SlaTerm:
    """One target, how far it was attained, and what is due."""

    document: strawberry.Private[dict[str, Any]]

    term: str = strawberry.field(description="Its code.")
    label: str = strawberry.field(description="Its name, in the language of Accept-Language.")
    metric: str = strawberry.field(description="The metric, as written in a URL.")
    better: Better = strawberry.field(description="Which direction is better.")
    unit: MetricUnit = strawberry.field(description="The metric's unit.")
    target: float = strawberry.field(description="What has to be reached.")
    attained: float | None = strawberry.field(description="The figure over the whole period, by sums.")
    met: bool | None = strawberry.field(description="Whether it reaches the target; null where it is undefined.")
    numerator: float = strawberry.field(description="What it divides.")
    denominator: float = strawberry.field(description="What it is divided by.")
    n: float = strawberry.field(description="How many contacts stand behind it.")
    window: MeasurementWindow = strawberry.field(description="The width of a measurement window.")
    windows: int = strawberry.field(description="How many windows were judged.")
    windows_met: int = strawberry.field(description="How many of them reach the target.")
    windows_empty: int = strawberry.field(description="How many were open without anybody coming.")
    windows_excluded: int = strawberry.field(description="How many are not settled.")
    windows_pending: int = strawberry.field(description="How many are not over yet.")
    margin: SlaMargin = strawberry.field(description="What is left before the target is missed.")
    forecast: SlaForecast = strawberry.field(description="What to expect at the period's end.")
    penalty: float = strawberry.field(description="What is due: above 0 by the partner, below 0 to it.")
    lines: list[SlaLine] = strawberry.field(description="How that is made up.")

    @described("Each measurement window, the first one first.")
    def by_window(self, info: strawberry.Info[Context, None]) -> list[SlaMeasured]:
        """All of them."""
        windows = self.document["by_window"]
        info.context.spend(len(windows) * len(_WINDOW))
        return [SlaMeasured(**window) for window in windows]


_WINDOW: Final = ("start", "end", "attained", "numerator", "denominator", "n", "met", "state")


@strawberry.type(description="A term whose figures have come out otherwise since its period was sealed.")
class SlaRestatement:
    """The figure and the amount; REST tells the parts too."""

    term: str = strawberry.field(description="The term's code.")
    sealed: float | None = strawberry.field(description="The figure as it was sealed.")
    now: float | None = strawberry.field(description="The figure as the data are now.")
    sealed_amount: float = strawberry.field(description="What was due as it was sealed.")
    now_amount: float = strawberry.field(description="What would be due now.")


@strawberry.type(description="A contract's period: the sealed statement where it is sealed, else as the data are now.")
class Sla:
    """As ``/v1/sla/{contract}`` tells it."""

    contract: str = strawberry.field(description="The contract's code.")
    label: str = strawberry.field(description="Its name, in the language of Accept-Language.")
    partner: str = strawberry.field(description="The partner's code.")
    version: int = strawberry.field(description="Which version of the contract settles the period.")
    period: str = strawberry.field(description="The period's name.")
    window: AnswerWindow = strawberry.field(description="Its bounds.")
    over: bool = strawberry.field(description="Whether the data reach past its end.")
    sealed: bool = strawberry.field(description="Whether it is sealed.")
    sealed_at: DateTime | None = strawberry.field(description="When it was.")
    as_of: DateTime | None = strawberry.field(description="How far the data reached when the figures were made.")
    generated_at: DateTime = strawberry.field(description="When this was told.")
    currency: str = strawberry.field(description="The currency of amounts (ISO 4217).")
    amount: float = strawberry.field(description="The sum of all lines.")
    terms: list[SlaTerm] = strawberry.field(description="The terms, in the contract's order.")
    lines: list[SlaLine] = strawberry.field(description="What concerns all terms: the contract's cap.")
    excluded: list[SlaExcluded] = strawberry.field(description="Times that are not settled, and why.")
    restatements: list[SlaRestatement] = strawberry.field(description="What has come out otherwise since the sealing.")
    signature: str | None = strawberry.field(
        description="The detached JWS of the sealed statement's bytes; null where it is not sealed or nothing signs."
    )
    warnings: list[Notice] = strawberry.field(description="What to be careful about.")


async def sla(context: Context, contract: str, period: str) -> Sla:
    """A contract's period."""
    report = await context.service(Contracts).report(contract, period, context.principal)
    context.answers.extend(report.answers)
    context.uncached = context.uncached or not report.answers
    told = spoken(report.statement, context.language)
    bounds = told["period"]
    return Sla(
        **{name: told[name] for name in ("contract", "label", "partner", "version", "over", "sealed", "sealed_at")},
        **{name: told[name] for name in ("as_of", "currency", "amount")},
        period=bounds["name"],
        window=AnswerWindow(start=bounds["start"], end=bounds["end"], zone=bounds["zone"]),
        generated_at=instant(report.generated_at),
        terms=[_term(each) for each in told["terms"]],
        lines=[SlaLine(**line) for line in told["lines"]],
        excluded=[SlaExcluded(**each) for each in told["excluded"]],
        restatements=[_restatement(each) for each in report.restatements],
        signature=report.signature,
        warnings=[Notice(code=code, detail=detail[context.language]) for code, detail in report.warnings.items()],
    )


def _term(told: dict[str, Any]) -> SlaTerm:
    nested = ("margin", "forecast", "penalty", "by_window")
    return SlaTerm(
        document=told,
        **{name: value for name, value in told.items() if name not in nested},
        margin=SlaMargin(**told["margin"]),
        forecast=SlaForecast(**told["forecast"]),
        penalty=told["penalty"]["amount"],
        lines=[SlaLine(**line) for line in told["penalty"]["lines"]],
    )


def _restatement(told: dict[str, Any]) -> SlaRestatement:
    sealed, now = told["sealed"], told["now"]
    return SlaRestatement(
        term=told["term"],
        sealed=sealed["attained"],
        now=now["attained"],
        sealed_amount=sealed["amount"],
        now_amount=now["amount"],
    )
