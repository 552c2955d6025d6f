"""Errors of a GraphQL response: the codes of REST in ``extensions``, and no details of unexpected failures."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Final

from graphql import GraphQLError

from cadran.errors import CadranError, Overloaded, TooCostly
from cadran.web.problem import KINDS, find_status

ErrorDocument = dict[str, object]
_log = logging.getLogger("cadran.graphql")
#: Errors that graphql-core finds before anything is executed.
_OF_DOCUMENTS: Final = frozenset({"graphql_validation_failed", "bad_variables"})


def format_errors(errors: Iterable[GraphQLError], *, code: str = "bad_argument") -> list[ErrorDocument]:
    """Return the errors of a response. ``code`` is the code of errors raised by graphql-core itself."""
    return [_formatted(error, code) for error in errors]


def format_refusal(error: CadranError) -> ErrorDocument:
    """Return an error of cadran that belongs to no field."""
    return {"message": error.detail, "extensions": _extensions(error)}


def _formatted(error: GraphQLError, code: str) -> ErrorDocument:
    original: BaseException | None = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    formatted: ErrorDocument = {"message": error.message}
    if error.locations:
        formatted["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path is not None:
        formatted["path"] = error.path
    if original is None or (code in _OF_DOCUMENTS and not isinstance(original, CadranError)):
        if original is not None:
            # The scalar could not parse a literal. The details of the exception stay internal.
            formatted["message"] = "A value is not valid for the type of its position."
        formatted["extensions"] = {"code": code}
        return formatted
    public = _public(original, error)
    return formatted | format_refusal(public)


def _public(original: BaseException, error: GraphQLError) -> CadranError:
    """Return the error that the caller may see. Unexpected errors are logged with their traceback."""
    if isinstance(original, CadranError):
        status = find_status(original)
        if status >= 500 and not isinstance(original, Overloaded):
            _log.error("%s: %s %s", original.code, original.detail, original.internal)
        if status != 500:
            return original
    else:
        _log.error("unexpected error at %s", error.path, exc_info=original)
    return CadranError(KINDS["internal"].about)


def _extensions(error: CadranError) -> Mapping[str, object]:
    known: dict[str, object] = {"code": error.code, "detail": error.detail}
    if error.parameter is not None:
        known["parameter"] = error.parameter
    if error.suggestions:
        known["suggestions"] = list(error.suggestions)
    if isinstance(error, TooCostly):
        known |= {"cost": error.cost, "limit": error.limit}
    return known
