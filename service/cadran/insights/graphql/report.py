"""The field ``report``: one of the five mandatory reports, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import strawberry

from cadran.domain.ask import Ask
from cadran.domain.presentation import Presentation
from cadran.graphql.annotation import Annotation
from cadran.graphql.answer_interface import Answer
from cadran.graphql.choices import make_choices
from cadran.graphql.context import Context
from cadran.graphql.fields import describe_field
from cadran.graphql.scalars import ColumnSet
from cadran.graphql.scorecard import Headline
from cadran.insights import report as insight
from cadran.insights import reports

#: The enum of all reports. URLs write their names with hyphens.
NAME: Final = make_choices(
    "ReportName",
    {slug.replace("-", "_"): f"The report '{each.title.en}'." for slug, each in reports.REPORTS.items()},
    "The names of the five mandatory reports.",
)


@strawberry.type(description="One question of a report, with its answer.")
class ReportSection(Answer):
    """The answer to the question of a section, with the columns derived from the answer."""

    found: strawberry.Private[insight.SectionAnswer]

    @describe_field("The name of the section, as in a URL.")
    def section(self) -> str:
        """Return the section's slug."""
        return self.found.section.slug

    @describe_field("The title of the section, in the language of Accept-Language.")
    def title(self) -> str:
        """Return the title in the caller's language."""
        return self.found.section.title[self.shown.language]

    @describe_field("How to read the section; null if it needs no explanation.")
    def about(self) -> str | None:
        """Return the explanation in the caller's language."""
        about = self.found.section.about
        return None if about is None else about[self.shown.language]

    @describe_field("The REST address that answers the section's question alone.")
    def href(self) -> str:
        """Return the address of the canonical question."""
        return self.found.href

    @describe_field("The rows as one object of columns: keys, values by metric, and extra columns.")
    def columns(self, info: strawberry.Info[Context, None]) -> ColumnSet:
        """Return the columns by name."""
        info.context.spend(self.shown.answer.rows * (len(self.shown.rows) + len(self.found.beside)))
        return ColumnSet(self.found.columns())

    @describe_field("The figures over all rows of the section.")
    def totals(self) -> list[Headline]:
        """Return one figure for each metric."""
        return [Headline(shown=self.shown, figures=each, row=0) for each in self.shown.answer.totals]


@strawberry.type(description="A report: a fixed set of questions with their answers.")
class Report:
    """A report over one window."""

    report: strawberry.Private[reports.Report]
    language: strawberry.Private[str]

    sections: list[ReportSection] = strawberry.field(description="The sections, in the order they are read.")
    annotations: list[Annotation] = strawberry.field(
        description="The events that overlap the window, such as campaigns and incidents; oldest first."
    )

    @describe_field("The name of the report, as in a URL.")
    def name(self) -> str:
        """Return the report's slug."""
        return self.report.slug

    @describe_field("The title of the report, in the language of Accept-Language.")
    def title(self) -> str:
        """Return the title in the caller's language."""
        return self.report.title[self.language]


async def report(context: Context, name: Any, ask: Ask, sections: Sequence[str]) -> Report:
    """Return the report of that name. Its questions are asked a few at a time."""
    wanted = reports.find_report(str(name.value).replace("_", "-"))
    asked = insight.make_questions(wanted, ask, context.understand, context.select_metrics, sections)
    answers = await insight.pair_sections(asked, lambda question: context.answer(question, ask))
    directory = context.directory
    found = [insight.read_section(each, answer, directory) for each, answer in zip(asked, answers, strict=True)]
    shown = [context.localize(each.answer) for each in found]
    context.shown.append(Presentation(annotations=True))
    return Report(
        report=wanted,
        language=context.language,
        sections=[ReportSection(shown=view, found=each) for view, each in zip(shown, found, strict=True)],
        annotations=[
            Annotation(of=each, shown=shown[0]) for each in insight.read_meanwhile(asked[0], answers[0], directory)
        ],
    )
