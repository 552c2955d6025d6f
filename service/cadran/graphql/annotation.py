"""An annotation: what went on while the figures of an answer were made."""

from __future__ import annotations

import strawberry

from cadran.compiler.keys import local_text
from cadran.domain.annotation import Annotation as Happened
from cadran.graphql.enums import AnnotationKind
from cadran.graphql.fields import described
from cadran.graphql.localized import Shown
from cadran.graphql.scalars import DateTime


@strawberry.type(description="Something that happened while the figures were made.")
class Annotation:
    """As one answer tells it: its times are on the answer's clock."""

    of: strawberry.Private[Happened]
    shown: strawberry.Private[Shown]

    @described("Its id.")
    def annotation(self) -> str:
        """As loaded."""
        return self.of.code

    @described("What kind of event it was.")
    def kind(self) -> AnnotationKind:
        """As loaded."""
        return AnnotationKind(self.of.kind)

    @described("What a screen shows, in the language of Accept-Language.")
    def label(self) -> str:
        """In the reader's language."""
        return self.of.label(self.shown.language)

    @described("The first instant.")
    def start(self) -> DateTime:
        """On the sites' clocks."""
        return DateTime(local_text(self.of.start, self.shown.answer.zone))

    @described("The first instant after it; null while it goes on.")
    def end(self) -> DateTime | None:
        """On the sites' clocks."""
        return None if self.of.end is None else DateTime(local_text(self.of.end, self.shown.answer.zone))
