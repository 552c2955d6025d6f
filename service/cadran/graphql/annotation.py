"""Annotations in GraphQL: events that overlap the window of an answer."""

from __future__ import annotations

import strawberry

from cadran.compiler.keys import local_text
from cadran.domain.annotation import Annotation as Happened
from cadran.graphql.enums import AnnotationKind
from cadran.graphql.fields import describe_field
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.scalars import DateTime


@strawberry.type(description="An event that overlaps the window, such as a campaign or an incident.")
class Annotation:
    """An annotation of one answer, with times in the zone of the answer."""

    of: strawberry.Private[Happened]
    shown: strawberry.Private[LocalizedAnswer]

    @describe_field("The code of the annotation.")
    def annotation(self) -> str:
        """Return the code that the load gave."""
        return self.of.code

    @describe_field("The kind of event.")
    def kind(self) -> AnnotationKind:
        """Return the kind as an enum value."""
        return AnnotationKind(self.of.kind)

    @describe_field("The name of the event, in the language of Accept-Language.")
    def label(self) -> str:
        """Return the label in the reader's language."""
        return self.of.label(self.shown.language)

    @describe_field("The first instant of the event.")
    def start(self) -> DateTime:
        """Return the start in the zone of the answer."""
        return DateTime(local_text(self.of.start, self.shown.answer.zone))

    @describe_field("The first instant after the event; null while the event lasts.")
    def end(self) -> DateTime | None:
        """Return the end in the zone of the answer."""
        return None if self.of.end is None else DateTime(local_text(self.of.end, self.shown.answer.zone))
