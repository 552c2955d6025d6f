"""Errors as a GraphQL response tells them: REST's codes in ``extensions``, nothing of what failed unforeseen."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Final

from graphql import GraphQLError

from cadran.errors import CadranError, Overloaded, TooCostly
from cadran.web.problem import KINDS, status_of

Told = dict[str, object]
_log = logging.getLogger("cadran.graphql")
#: Found before anything is executed, by graphql-core alone.
_OF_DOCUMENTS: Final = frozenset({"graphql_validation_failed", "bad_variables"})


def told(errors: Iterable[GraphQLError], *, code: str = "bad_argument") -> list[Told]:
    """The errors of a response; ``code`` is that of graphql-core's own."""
    return [_told(error, code) for error in errors]


def refusal(error: CadranError) -> Told:
    """An error of ours that no field stands for."""
    return {"message": error.detail, "extensions": _extensions(error)}


def _told(error: GraphQLError, code: str) -> Told:
    original: BaseException | None = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    formatted: Told = {"message": error.message}
    if error.locations:
        formatted["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path is not None:
        formatted["path"] = error.path
    if original is None or (code in _OF_DOCUMENTS and not isinstance(original, CadranError)):
        if original is not None:
            # A literal that its type could not even read; what was raised within is nobody's business.
            formatted["message"] = "A value cannot be read as what its place takes."
        formatted["extensions"] = {"code": code}
        return formatted
    public = _public(original, error)
    return formatted | refusal(public)


def _public(original: BaseException, error: GraphQLError) -> CadranError:
    """What may be told of an error; what nobody foresaw is logged whole."""
    if isinstance(original, CadranError):
        status = status_of(original)
        if status >= 500 and not isinstance(original, Overloaded):
            _log.error("%s: %s %s", original.code, original.detail, original.internal)
        if status != 500:
            return original
    else:
        _log.error("unforeseen, at %s", error.path, exc_info=original)
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
