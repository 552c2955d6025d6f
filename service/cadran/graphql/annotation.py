"""Annotations in GraphQL: events that overlap the window of an answer."""

from __future__ import annotations

import strawberry

from cadran.compiler.keys import local_text
from cadran.domain.annotation import Annotation as Happened
from cadran.graphql.declaration.described_types import describe_type
from cadran.graphql.enums import AnnotationKind
from cadran.graphql.localized import LocalizedAnswer
from cadran.graphql.scalars import DateTime
from cadran.web.answer_documents import AnnotationDocument


@describe_type(AnnotationDocument)
class Annotation:
    """An annotation of one answer, with times in the zone of the answer."""

    of: strawberry.Private[Happened]
    shown: strawberry.Private[LocalizedAnswer]

    @strawberry.field
    def annotation(self) -> str:
        """Return the code that the load gave."""
        return self.of.code

    @strawberry.field
    def kind(self) -> AnnotationKind:
        """Return the kind as an enum value."""
        return AnnotationKind(self.of.kind)

    @strawberry.field
    def label(self) -> str:
        """Return the label in the reader's language."""
        return self.of.label(self.shown.language)

    @strawberry.field
    def start(self) -> DateTime:
        """Return the start in the zone of the answer."""
        return DateTime(local_text(self.of.start, self.shown.answer.zone))

    @strawberry.field
    def end(self) -> DateTime | None:
        """Return the end in the zone of the answer."""
        return None if self.of.end is None else DateTime(local_text(self.of.end, self.shown.answer.zone))
