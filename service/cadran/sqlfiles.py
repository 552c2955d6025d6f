"""Hand-written SQL: the statements of the folder `sql/`, each by its name.

A statement's name is a path below `sql/` ("objectives/find.sql") if the file is one statement. In a file of several
queries, each query begins with a header line `-- name: create_key`, and its name is the path, a colon and the query
("access/keys.sql:create_key"). The comments above and below the header explain the query. Names are written as
literals, so that a search for a name finds the code that runs it.

The wheel contains the folder as `cadran/sql`; a checkout has it next to `service`.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Final

#: A header line and the comment lines directly above it, because they explain the query below.
_HEADER: Final = re.compile(r"^(?:--(?! *name:).*\n)*-- *name:(.*)$", re.MULTILINE)
_QUERY: Final = re.compile(r"[a-z][a-z0-9_]*")


class UnknownSqlFile(LookupError):
    """The SQL folder has no such file, or the file has no such query."""


class BadSqlFile(ValueError):
    """A file of several queries is not well formed: its queries cannot be identified."""


@cache
def folder() -> Traversable:
    """Return the SQL folder of the package if it exists, else that of the checkout. Raises UnknownSqlFile."""
    packaged = files("cadran") / "sql"
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[2] / "sql"
    if checkout.is_dir():
        return checkout
    raise UnknownSqlFile(f"neither {packaged} nor {checkout} exists: the installation is incomplete")


@cache
def read(name: str) -> str:
    """Return the statement of a name: the whole of `sql/<path>`, or one query of it for `<path>:<query>`.

    The text is cached as long as the process lives. Raises UnknownSqlFile and BadSqlFile.
    """
    path, colon, query = name.partition(":")
    if colon:
        found = queries(path)
        if query not in found:
            raise UnknownSqlFile(f"sql/{path} has no query {query!r}; its queries are: {', '.join(found)}")
        return found[query]
    text = _text(path)
    if header := _HEADER.search(text):
        raise UnknownSqlFile(f"sql/{path} has several queries: name one of them, as in '{path}:{header[1].strip()}'")
    return text


@cache
def queries(path: str) -> Mapping[str, str]:
    """Return the queries of `sql/<path>` by name, in the order of the file; empty if the file is a single statement.

    A query is the text between its header and the next header. Raises UnknownSqlFile if there is no such file, and
    BadSqlFile if a name is malformed or occurs twice, if a query is empty, or if a statement precedes the first header.
    """
    # The pattern has one group, so the parts alternate: the text before the first header, a name, its text, …
    before, *parts = _HEADER.split(_text(path))
    if parts and _has_statement(before):
        raise BadSqlFile(f"sql/{path} has a statement before its first header: give the statement a name")
    found: dict[str, str] = {}
    for written, text in zip(parts[::2], parts[1::2], strict=True):
        name = written.strip()
        if not _QUERY.fullmatch(name):
            raise BadSqlFile(f"sql/{path} has the header '-- name:{written}': a name consists of a-z, 0-9 and _")
        if name in found:
            raise BadSqlFile(f"sql/{path} has two queries named {name!r}: rename one of them")
        if not _has_statement(text):
            raise BadSqlFile(f"sql/{path} has no statement below the header of {name!r}")
        found[name] = text.strip("\n") + "\n"
    return found


def names(directory: str) -> list[str]:
    """List the SQL files directly in `sql/<directory>`, sorted, as names that `read` accepts."""
    place = folder().joinpath(directory)
    if not place.is_dir():
        return []
    return sorted(f"{directory}/{file.name}" for file in place.iterdir() if file.name.endswith(".sql"))


def _text(path: str) -> str:
    """Return the text of `sql/<path>`."""
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts:
        raise UnknownSqlFile(f"{path!r} is not a path below sql/")
    file = folder().joinpath(*parts.parts)
    if not file.is_file():
        raise UnknownSqlFile(f"there is no sql/{path}")
    return file.read_text(encoding="utf-8")


def _has_statement(text: str) -> bool:
    """Return whether a text has a line that is neither blank nor a comment."""
    return any(line.strip() and not line.lstrip().startswith("--") for line in text.splitlines())
