"""Fields that every answer has in addition to its figures: the window, the freshness and the warnings."""

from __future__ import annotations

import strawberry

from cadran.graphql.annotation import Annotation
from cadran.graphql.choices import Grain
from cadran.graphql.fields import describe_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.scalars import DateTime, to_instant


@strawberry.type(description="The window of an answer: start ≤ t < end.")
class AnswerWindow:
    """The window as the service understood the question."""

    start: DateTime = strawberry.field(description="The first instant of the window.")
    end: DateTime = strawberry.field(description="The first instant after the window.")
    zone: str | None = strawberry.field(
        description="The IANA time zone of the window; null if the zones of the sites differ."
    )


@strawberry.type(description="A warning about the figures.")
class Notice:
    """A warning with a stable code and a sentence."""

    code: str = strawberry.field(description="The stable code of the warning.")
    detail: str = strawberry.field(description="The warning as a sentence, in the language of Accept-Language.")


@strawberry.interface(description="The window, freshness and warnings that every answer has.")
class Answer:
    """The window, freshness and warnings of an answer."""

    shown: strawberry.Private[LocalizedAnswer]

    @describe_field("The window as the service understood it.")
    def window(self) -> AnswerWindow:
        """Return the bounds and the zone of the window."""
        answer = self.shown.answer
        return AnswerWindow(start=DateTime(answer.start), end=DateTime(answer.end), zone=answer.zone)

    @describe_field("The width of the time buckets of the rows.")
    def grain(self) -> Grain:
        """Return the grain of the question."""
        return Grain(self.shown.answer.question.grain.value)

    @describe_field("The last instant that the data reach; null without data.")
    def as_of(self) -> DateTime | None:
        """Return the horizon of the data."""
        as_of = self.shown.answer.freshness.as_of
        return None if as_of is None else to_instant(as_of)

    @describe_field("The instant at which the answer was computed.")
    def generated_at(self) -> DateTime:
        """Return the time of the computation."""
        return to_instant(self.shown.answer.freshness.generated_at)

    @describe_field("The instant until which the answer counts as current; ask again after it.")
    def stale_after(self) -> DateTime:
        """Return the instant until which the answer may be shown as current."""
        return to_instant(self.shown.answer.freshness.stale_after)

    @describe_field("True for an older answer, sent while the database is unavailable.")
    def stale(self) -> bool:
        """Return whether this is an older answer, sent because the database was unavailable."""
        return self.shown.answer.freshness.stale

    @describe_field("The version of the data; it changes whenever the data do.")
    def data_version(self) -> str:
        """Return the version as an opaque text."""
        return str(self.shown.answer.freshness.version)

    @describe_field("Whether a figure is estimated or interpolated; a warning names the figure.")
    def approximate(self) -> bool:
        """Return False if every figure is exact."""
        return self.shown.answer.approximate

    @describe_field("The events that overlap the window, such as campaigns and incidents.")
    def annotations(self) -> list[Annotation]:
        """Return the annotations, the oldest first."""
        return [Annotation(of=each, shown=self.shown) for each in self.shown.annotations()]

    @describe_field("Warnings about the figures; empty if there are none.")
    def warnings(self) -> list[Notice]:
        """Return the warnings in the reader's language."""
        language = self.shown.language
        return [Notice(code=each.code, detail=each.detail[language]) for each in self.shown.answer.warnings]
