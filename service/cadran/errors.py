"""The one tree of errors. Each carries a stable code, a public sentence that says what to do next, and an internal
detail for the log.

The same code appears in REST problems and in GraphQL ``extensions.code``; HTTP status codes live in ``web/problem``.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

#: Of a word that is not known, so many characters are quoted and compared.
SHOWN_MAX = 60
#: So few words are all named, whatever was meant.
FEW = 8


class CadranError(Exception):
    """Anything cadran refuses or fails at, told in words for whoever asked.

    ``detail`` is public and one line; ``internal`` goes to the log only; ``parameter`` names what to change;
    ``suggestions`` are values to try instead; ``lines`` are further lines for the terminal, such as the end of a
    server's log. ``exit_code`` is what a command ends with.
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
    """The question cannot be answered as asked; the detail names the reason and the nearest possible thing."""

    code = "question_refused"


class TooCostly(QuestionRefused):
    """What is asked costs more than the limit, both known before anything is computed."""

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
    """No credential, or none that holds: nothing is answered."""

    code = "unauthenticated"


class Forbidden(CadranError):
    """The caller is known, and may not do or see what it named."""

    code = "forbidden"


class RateLimited(CadranError):
    """Too many requests for now; ``retry_after_seconds`` says when the next one is welcome, ``per_minute`` how many
    are, where it is their rate that was exceeded."""

    code = "rate_limited"

    def __init__(self, detail: str, *, retry_after_seconds: int, per_minute: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds
        self.per_minute = per_minute


class NotFound(CadranError):
    """There is no such resource."""

    code = "not_found"


class StartFailed(CadranError):
    """The command cannot begin its work: its port is taken, say, or another process does the same. ``exit_code`` 3
    means so of every error that has it."""

    code = "start_failed"
    exit_code = 3


class DatabaseUnavailable(CadranError):
    """PostgreSQL cannot be reached or did not hand out a connection in time; trying again later may succeed."""

    code = "database_unavailable"
    exit_code = 3


class DatabaseReadOnly(DatabaseUnavailable):
    """PostgreSQL takes no changes: it is a standby, or its transactions are set to read only. Reading goes on."""

    code = "database_read_only"


class DiskFull(DatabaseUnavailable):
    """A disk of PostgreSQL's is full. Reading goes on where nothing has to be written for it."""

    code = "disk_full"


class Overloaded(DatabaseUnavailable):
    """So many wait for the database already that one more would only make all of them later: refused at once."""

    code = "overloaded"


class DatabaseTimeout(CadranError):
    """The statement took longer than the limit; a narrower question may succeed."""

    code = "database_timeout"


class LoadRefused(CadranError):
    """A file or a mapping cannot be loaded at all (as against single rows, which are rejected one by one)."""

    code = "load_refused"


class SettingsError(CadranError):
    """The environment's settings are wrong; ``lines`` list every problem at once."""

    code = "settings"
    exit_code = 3


def did_you_mean(word: str, known: Sequence[str]) -> tuple[str, ...]:
    """The up to three known words nearest to ``word`` whatever their case, best first."""
    spelled = {each.lower(): each for each in known}
    return tuple(spelled[near] for near in get_close_matches(word.lower(), list(spelled), n=3, cutoff=0.5))


def unknown(what: str, word: str, known: Sequence[str], *, parameter: str) -> QuestionRefused:
    """The refusal of a word that is not known, with the nearest known one, and all of them where they are few: code
    ``unknown_<what>``."""
    near = did_you_mean(word[:SHOWN_MAX], known)
    hints = [f"Did you mean '{near[0]}'?"] if near else []
    if known and (not near or len(known) <= FEW):
        hints.append(f"Known: {', '.join(known[:20])}{', …' if len(known) > 20 else ''}.")
    return QuestionRefused(
        " ".join([f"There is no {what.replace('_', ' ')} '{word[:SHOWN_MAX]}'.", *hints]),
        code=f"unknown_{what}",
        parameter=parameter,
        suggestions=near,
    )


def absent(what: str, word: str, known: Sequence[str] = (), *, listed: str) -> NotFound:
    """The refusal of a name in an address: with the nearest of those that the asker knows of, and where they are
    ``listed``."""
    near = did_you_mean(word[:SHOWN_MAX], known)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return NotFound(f"There is no {what} '{word[:SHOWN_MAX]}'.{hint} {listed} tells what there is.", suggestions=near)
