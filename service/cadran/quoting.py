"""Quoting of SQL identifiers and text literals.

A name that is not written in our own code gets into a statement only through these functions. PostgreSQL and DuckDB
have the same rules: a quote within the name is doubled. Values belong in parameters. `quote_text` is for statements of
DuckDB that take no parameters, such as the path of a view.
"""


def quote_identifier(name: str) -> str:
    """Return the name in double quotes. Raises ValueError for a name that no SQL identifier can have."""
    if not name or "\0" in name:
        raise ValueError(f"{name!r} cannot be an identifier: it is empty or contains a NUL")
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return the text in single quotes. Raises ValueError for a text with a NUL."""
    if "\0" in text:
        raise ValueError(f"{text!r} cannot be a literal: it contains a NUL")
    return "'" + text.replace("'", "''") + "'"
