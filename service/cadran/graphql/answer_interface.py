"""Fields that every answer has in addition to its figures: the window, the freshness and the warnings."""

from __future__ import annotations

import strawberry

from cadran.graphql.annotation import Annotation
from cadran.graphql.choices import Grain
from cadran.graphql.declaration.described_types import describe_type
from cadran.graphql.fields import describe_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.scalars import DateTime, to_instant
from cadran.web.answer_documents import NoticeDocument, StateDocument, TimesDocument, WindowDocument


@describe_type(WindowDocument)
class AnswerWindow:
    """The window as the service understood the question."""

    start: DateTime
    end: DateTime
    zone: str | None


@describe_type(NoticeDocument)
class Notice:
    """A warning with a stable code and a sentence."""

    code: str
    detail: str


@describe_type(
    StateDocument,
    TimesDocument,
    is_interface=True,
    description="The window, freshness and warnings that every answer has.",
)
class Answer:
    """The window, freshness and warnings of an answer."""

    shown: strawberry.Private[LocalizedAnswer]

    @describe_field("The window as the service understood it.")
    def window(self) -> AnswerWindow:
        """Return the bounds and the zone of the window."""
        answer = self.shown.answer
        return AnswerWindow(start=DateTime(answer.start), end=DateTime(answer.end), zone=answer.zone)

    @describe_field("The earlier window that the figures are compared with; null without compare.")
    def compared(self) -> AnswerWindow | None:
        """Return the bounds of the earlier window."""
        answer = self.shown.answer
        if answer.compared is None:
            return None
        start, end = answer.compared
        return AnswerWindow(start=DateTime(start), end=DateTime(end), zone=answer.zone)

    @describe_field("The width of the time buckets of the rows.")
    def grain(self) -> Grain:
        """Return the grain of the question."""
        return Grain(self.shown.answer.question.grain.value)

    @strawberry.field
    def as_of(self) -> DateTime | None:
        """Return the horizon of the data."""
        as_of = self.shown.answer.freshness.as_of
        return None if as_of is None else to_instant(as_of)

    @strawberry.field
    def generated_at(self) -> DateTime:
        """Return the time of the computation."""
        return to_instant(self.shown.answer.freshness.generated_at)

    @strawberry.field
    def stale_after(self) -> DateTime:
        """Return the instant until which the answer may be shown as current."""
        return to_instant(self.shown.answer.freshness.stale_after)

    @strawberry.field
    def stale(self) -> bool:
        """Return whether this is an older answer, sent because the database was unavailable."""
        return self.shown.answer.freshness.stale

    @strawberry.field
    def data_version(self) -> str:
        """Return the version as an opaque text."""
        return str(self.shown.answer.freshness.version)

    @strawberry.field
    def approximate(self) -> bool:
        """Return False if every figure is exact."""
        return self.shown.answer.approximate

    @describe_field("The events that overlap the window, such as campaigns and incidents.")
    def annotations(self) -> list[Annotation]:
        """Return the annotations, the oldest first."""
        return [Annotation(of=each, shown=self.shown) for each in self.shown.annotations()]

    @strawberry.field
    def warnings(self) -> list[Notice]:
        """Return the warnings in the reader's language."""
        language = self.shown.language
        return [Notice(code=each.code, detail=each.detail[language]) for each in self.shown.answer.warnings]
