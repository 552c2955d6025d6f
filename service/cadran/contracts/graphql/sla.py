"""The GraphQL field ``sla``: what is due by a contract, term by term. The members are those of REST."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import strawberry

from cadran.contracts.documents.settlement import encode_settlement
from cadran.contracts.graphql.enums import ENUMS, MeasurementWindow
from cadran.contracts.reader import ContractReader
from cadran.contracts.statement.documents import (
    SettlementDocument,
    SlaLineDocument,
    SlaRestatementDocument,
    SlaTermDocument,
    SlaWindowDocument,
)
from cadran.graphql.answer_interface import AnswerWindow
from cadran.graphql.context import Context
from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.enums import MetricUnit
from cadran.graphql.fields import describe_field
from cadran.graphql.scalars import DateTime, to_instant

KINDS: Final = GraphQLKinds(ENUMS)


@declare_type(KINDS, SlaLineDocument)
class SlaLine:
    """A line as GraphQL shows it."""

    document: strawberry.Private[SlaLineDocument]


@declare_type(KINDS, SlaWindowDocument)
class SlaWindow:
    """A measurement window as GraphQL shows it."""

    document: strawberry.Private[SlaWindowDocument]


@declare_type(KINDS, SlaTermDocument)
class SlaTerm:
    """A term over a period, with the lines of its penalty, and with windows that are counted only if selected."""

    document: strawberry.Private[SlaTermDocument]

    @strawberry.field
    def unit(self) -> MetricUnit:
        """Return the unit."""
        return MetricUnit(self.document["unit"])

    @strawberry.field
    def window(self) -> MeasurementWindow:
        """Return the width of a window."""
        return MeasurementWindow(self.document["window"])

    @describe_field("The amount due for the term: the partner owes it above 0, and receives it below 0.")
    def penalty(self) -> float:
        """Return the sum of the lines."""
        return self.document["penalty"]["amount"]

    @describe_field("The lines that the penalty consists of.")
    def lines(self) -> list[SlaLine]:
        """Return the lines."""
        return [SlaLine(document=each) for each in self.document["penalty"]["lines"]]

    @describe_field("Each measurement window, oldest first.")
    def by_window(self, info: strawberry.Info[Context, None]) -> list[SlaWindow]:
        """Return each measurement window."""
        windows = self.document["by_window"]
        info.context.spend(len(windows) * len(SlaWindowDocument.__annotations__))
        return [SlaWindow(document=each) for each in windows]


@declare_type(KINDS, SlaRestatementDocument, leave_out=["change"])
class SlaRestatement:
    """The figure and the amount of a restatement. REST also has its numerators and denominators."""

    document: strawberry.Private[SlaRestatementDocument]

    @describe_field("The figure as it was sealed; null if it was undefined.")
    def sealed(self) -> float | None:
        """Return the sealed figure."""
        return self.document["sealed"]["attained"]

    @describe_field("The figure as the data are now; null if it is undefined.")
    def now(self) -> float | None:
        """Return the present figure."""
        return self.document["now"]["attained"]

    @describe_field("The amount due as it was sealed.")
    def sealed_amount(self) -> float:
        """Return the sealed amount."""
        return self.document["sealed"]["amount"]

    @describe_field("The amount that would be due as the data are now.")
    def now_amount(self) -> float:
        """Return the present amount."""
        return self.document["now"]["amount"]


@declare_type(KINDS, SettlementDocument, leave_out=["data_version"])
class Sla:
    """The document of ``/v1/sla/{contract}``."""

    document: strawberry.Private[SettlementDocument]
    generated: strawberry.Private[datetime]

    @describe_field("The name of the period, such as 2015-12 or 2015-Q4.")
    def period(self) -> str:
        """Return the name of the period."""
        return self.document["period"]["name"]

    @describe_field("The bounds of the period.")
    def window(self) -> AnswerWindow:
        """Return the bounds of the period as instants."""
        bounds = self.document["period"]
        return AnswerWindow(start=DateTime(bounds["start"]), end=DateTime(bounds["end"]), zone=bounds["zone"])

    @describe_field("When this response was computed.")
    def generated_at(self) -> DateTime:
        """Return the instant at which the report was made."""
        return to_instant(self.generated)


async def sla(context: Context, contract: str, period: str) -> Sla:
    """Return the settlement of a contract's period."""
    report = await context.service(ContractReader).report(contract, period, context.principal)
    context.answers.extend(report.answers)
    context.uncached = context.uncached or not report.answers
    return Sla(document=encode_settlement(report, context.language), generated=report.generated_at)
