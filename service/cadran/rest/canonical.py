"""A question as understood, as documents tell it: in the words of the URL."""

from __future__ import annotations

from cadran.domain.canonical import question_document

__all__ = ["question_document"]
