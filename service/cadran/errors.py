"""All errors of cadran. Each has a stable code, a public sentence that says what to do, and a detail for the log.

REST problems and GraphQL's ``extensions.code`` carry the same code. ``web/problem`` defines the HTTP status codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

#: How many characters of an unknown word are quoted and compared.
SHOWN_MAX = 60
#: Up to this many known words, an error lists all of them, even when one is close to the unknown word.
FEW = 8


class CadranError(Exception):
    """An error with a text for the caller.

    ``detail`` is public and one line. ``internal`` goes to the log only. ``parameter`` names the parameter to change.
    ``suggestions`` are values to try instead. ``lines`` are further lines for the terminal, such as the end of a
    server's log. ``exit_code`` is the exit status of a command.
    """

    code = "internal"
    exit_code = 1

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        parameter: str | None = None,
        suggestions: Sequence[str] = (),
        internal: str = "",
        lines: Sequence[str] = (),
    ) -> None:
        super().__init__("\n".join((detail, *lines)))
        self.detail = detail
        self.lines = tuple(lines)
        self.code = code or type(self).code
        self.parameter = parameter
        self.suggestions = tuple(suggestions)
        self.internal = internal


class QuestionRefused(CadranError):
    """The question cannot be answered. The detail gives the reason and the nearest question that can be."""

    code = "question_refused"


class VersionGone(QuestionRefused):
    """The figures were computed by a version of a metric's definition that this release cannot compute any more."""

    code = "version_gone"

    def __init__(self, slug: str, version: str, present: str) -> None:
        super().__init__(
            f"{slug} was computed by version {version} of its definition, which this release of cadran cannot compute"
            f" any more; its definition is {present} now.",
            parameter="metrics",
        )


class TooCostly(QuestionRefused):
    """The request costs more than the limit. Both are known before anything is computed."""

    code = "too_costly"

    def __init__(
        self,
        detail: str,
        *,
        cost: int,
        limit: int,
        parameter: str | None = None,
        suggestions: Sequence[str] = (),
    ) -> None:
        super().__init__(detail, parameter=parameter, suggestions=suggestions)
        self.cost = cost
        self.limit = limit


class Unauthenticated(CadranError):
    """The request has no credential, or no valid one."""

    code = "unauthenticated"


class Forbidden(CadranError):
    """The caller is authenticated, but may not do or see what the request names."""

    code = "forbidden"


class RateLimited(CadranError):
    """The caller sent too many requests. The next one may follow in ``retry_after_seconds``.

    ``per_minute`` is the rate limit; None when another limit was exceeded.
    """

    code = "rate_limited"

    def __init__(self, detail: str, *, retry_after_seconds: int, per_minute: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds
        self.per_minute = per_minute


class NotFound(CadranError):
    """The resource does not exist."""

    code = "not_found"


class StartFailed(CadranError):
    """The command cannot start, for example because its port is taken or another process does the same work.

    Every error with ``exit_code`` 3 means that the command could not start.
    """

    code = "start_failed"
    exit_code = 3


class DatabaseUnavailable(CadranError):
    """PostgreSQL cannot be reached, or no connection became free in time. A later attempt may succeed."""

    code = "database_unavailable"
    exit_code = 3


class DatabaseReadOnly(DatabaseUnavailable):
    """PostgreSQL accepts no changes: it is a standby, or its transactions are read-only. Reading still works."""

    code = "database_read_only"


class RollupsChanged(DatabaseUnavailable):
    """A rollup is no longer what the plan takes it for, because another version of cadran is taking over. The question
    is planned again; callers see this error only if it happens repeatedly."""


class DiskFull(DatabaseUnavailable):
    """A disk of PostgreSQL is full. Statements that need not write anything still work."""

    code = "disk_full"


class Overloaded(DatabaseUnavailable):
    """The queue for the database is full. The request is refused at once, as one more would only delay all others."""

    code = "overloaded"


class DatabaseTimeout(CadranError):
    """The statement took longer than the limit. A narrower question may succeed."""

    code = "database_timeout"


class LoadRefused(CadranError):
    """A file or a mapping cannot be loaded at all. Single bad rows are rejected one by one instead."""

    code = "load_refused"


class SettingsError(CadranError):
    """The settings of the environment are wrong. ``lines`` list all problems."""

    code = "settings"
    exit_code = 3


def did_you_mean(word: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return up to three known words that are similar to ``word``, ignoring case, most similar first."""
    spelled = {each.lower(): each for each in known}
    return tuple(spelled[near] for near in get_close_matches(word.lower(), list(spelled), n=3, cutoff=0.5))


def unknown(what: str, word: str, known: Sequence[str], *, parameter: str, code: str = "") -> QuestionRefused:
    """Return the refusal of an unknown word, with this code, or else ``unknown_<what>``.

    The refusal suggests the most similar known word. It lists the known words when they are few or none is similar.
    """
    near = did_you_mean(word[:SHOWN_MAX], known)
    hints = [f"Did you mean '{near[0]}'?"] if near else []
    if known and (not near or len(known) <= FEW):
        hints.append(f"Known: {', '.join(known[:20])}{', …' if len(known) > 20 else ''}.")
    return QuestionRefused(
        " ".join([f"There is no {what.replace('_', ' ')} '{word[:SHOWN_MAX]}'.", *hints]),
        code=code or f"unknown_{what}",
        parameter=parameter,
        suggestions=near,
    )


def absent(what: str, word: str, known: Sequence[str] = (), *, listed: str) -> NotFound:
    """Return the error for an unknown name in a URL path.

    The error suggests the most similar name that the caller may know, and says where the names are ``listed``.
    """
    near = did_you_mean(word[:SHOWN_MAX], known)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return NotFound(f"There is no {what} '{word[:SHOWN_MAX]}'.{hint} {listed} lists what there is.", suggestions=near)
