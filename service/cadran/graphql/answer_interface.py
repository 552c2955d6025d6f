"""What every answer tells beside its figures: the window as understood, how fresh it is, what to be careful about."""

from __future__ import annotations

import strawberry

from cadran.domain.verdicts import noted
from cadran.graphql.annotation import Annotation
from cadran.graphql.choices import Grain
from cadran.graphql.context import Context
from cadran.graphql.fields import described
from cadran.graphql.localized import Shown
from cadran.graphql.scalars import DateTime, instant


@strawberry.type(description="The window of an answer: start ≤ t < end.")
class AnswerWindow:
    """As understood from the question."""

    start: DateTime = strawberry.field(description="The first instant.")
    end: DateTime = strawberry.field(description="The first instant after it.")
    zone: str | None = strawberry.field(description="The zone of both; null where each site's own zone differs.")


@strawberry.type(description="Something the reader of the figures should know.")
class Notice:
    """A stable code and a sentence."""

    code: str = strawberry.field(description="A stable code.")
    detail: str = strawberry.field(description="A sentence, in the language of Accept-Language.")


@strawberry.interface(description="What every answer tells beside its figures.")
class Answer:
    """Window, freshness and warnings."""

    shown: strawberry.Private[Shown]

    @described("The window as understood.")
    def window(self) -> AnswerWindow:
        """Bounds and zone."""
        answer = self.shown.answer
        return AnswerWindow(start=DateTime(answer.start), end=DateTime(answer.end), zone=answer.zone)

    @described("The width of the rows' buckets.")
    def grain(self) -> Grain:
        """As asked."""
        return Grain(self.shown.answer.question.grain.value)

    @described("How far the data reach; null when there are none.")
    def as_of(self) -> DateTime | None:
        """The data's horizon."""
        as_of = self.shown.answer.freshness.as_of
        return None if as_of is None else instant(as_of)

    @described("When the answer was computed.")
    def generated_at(self) -> DateTime:
        """The clock's time then."""
        return instant(self.shown.answer.freshness.generated_at)

    @described("When to ask again.")
    def stale_after(self) -> DateTime:
        """Until when the answer may be shown as current."""
        return instant(self.shown.answer.freshness.stale_after)

    @described("Whether the answer is an older one, served because the database is away.")
    def stale(self) -> bool:
        """True only in trouble."""
        return self.shown.answer.freshness.stale

    @described("The version of the data read; it changes when they do.")
    def data_version(self) -> str:
        """An opaque text."""
        return str(self.shown.answer.freshness.version)

    @described("Whether a figure is estimated or interpolated; a warning says which.")
    def approximate(self) -> bool:
        """False: every figure is exact."""
        return self.shown.answer.approximate

    @described("What went on meanwhile: campaigns, incidents, strikes, releases … that overlap the window.")
    def annotations(self, info: strawberry.Info[Context, None]) -> list[Annotation]:
        """Possibly none, the oldest first."""
        answer = noted(self.shown.answer, info.context.directory)
        return [Annotation(of=each, shown=self.shown) for each in answer.annotations or ()]

    @described("What to be careful about.")
    def warnings(self) -> list[Notice]:
        """Possibly none."""
        language = self.shown.language
        return [Notice(code=each.code, detail=each.detail[language]) for each in self.shown.answer.warnings]
