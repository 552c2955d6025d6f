"""A cache of GraphQL documents that are parsed, checked against the limits and validated.

Long documents are validated in a thread, one at a time. The callers take turns.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from cachetools import LRUCache
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, specified_rules, validate
from graphql.validation.specified_rules import recommended_rules

from cadran.engine.offload import run_aside
from cadran.engine.turns import Turns
from cadran.errors import QuestionRefused
from cadran.graphql.execution.fixed_limits import Limit
from cadran.graphql.execution.limits import check

#: The limit of the cache, in characters of text. A syntax tree takes about a hundred times its text.
_CACHED_CHARACTERS_MAX: Final = 500_000
_ERRORS_MAX: Final = 5
#: A character takes as long to parse and validate as this many figures to shape: 1,000 characters take milliseconds.
_CHARACTER_FIGURES: Final = 10


class InvalidDocument(Exception):
    """A document that cannot be executed. ``code`` distinguishes syntax errors from validation errors."""

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


class Documents:
    """The documents of one schema. Only valid documents are cached."""

    def __init__(self, schema: GraphQLSchema, *, introspections_max: int) -> None:
        self._schema = schema
        self._introspections_max = introspections_max
        self._cached: LRUCache[str, DocumentNode] = LRUCache(_CACHED_CHARACTERS_MAX, getsizeof=_length)
        self._turns = Turns()

    def ready(self, text: str) -> DocumentNode:
        """Return the parsed document. Raises InvalidDocument, or QuestionRefused if it exceeds a limit."""
        return self._cached.get(text) or self._cache(text, self._validated(text))

    async def prepare(self, text: str) -> DocumentNode:
        """Return the parsed document, as ``ready`` does, without blocking the event loop. Raises Overloaded too."""
        document = self._cached.get(text)
        if document is not None:
            return document
        async with self._turns.taken():
            # Another request may have sent the same text.
            document = self._cached.get(text)
            if document is not None:
                return document
            return self._cache(text, await run_aside(len(text) * _CHARACTER_FIGURES, partial(self._validated, text)))

    def _cache(self, text: str, document: DocumentNode) -> DocumentNode:
        if len(text) <= _CACHED_CHARACTERS_MAX:
            self._cached[text] = document
        return document

    def _validated(self, text: str) -> DocumentNode:
        document = self._parsed(text)
        check(document, introspections_max=self._introspections_max)
        errors = validate(
            self._schema,
            document,
            (*specified_rules, *recommended_rules),
            max_errors=_ERRORS_MAX,
            # Suggestions would reveal the names of the schema one by one where introspection is off.
            hide_suggestions=not self._introspections_max,
        )
        if errors:
            raise InvalidDocument("graphql_validation_failed", errors)
        return document

    def check(self, text: str) -> None:
        """Refuse a text that could never be executed, or cannot be stored, with the code ``bad_document``."""
        if "\0" in text:
            raise QuestionRefused(
                "The document contains a NUL character. Remove it.", code="bad_document", parameter="document"
            )
        try:
            self.ready(text)
        except InvalidDocument as error:
            first = error.errors[0]
            place = f" (line {first.locations[0].line})" if first.locations else ""
            raise QuestionRefused(f"{first.message}{place}", code="bad_document", parameter="document") from error
        except QuestionRefused as error:
            raise QuestionRefused(error.detail, code="bad_document", parameter="document") from error

    def _parsed(self, text: str) -> DocumentNode:
        try:
            return parse(
                text,
                max_lexical_tokens=Limit.TOKENS.most,
                max_comments=Limit.TOKENS.most,
                max_source_length=Limit.CHARACTERS.most,
            )
        except GraphQLError as error:
            raise InvalidDocument("graphql_parse_failed", [error]) from error


def _length(document: DocumentNode) -> int:
    return document.loc.end - document.loc.start + 1 if document.loc else 1
