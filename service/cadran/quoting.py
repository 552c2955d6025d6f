"""SQL identifiers and text literals, quoted: the one way by which a name that is not written in our own code gets into
a statement.

PostgreSQL and DuckDB share both rules: the mark around the name is doubled within it. Values belong in parameters;
`quote_text` is for the statements of DuckDB that take none, such as the path of a view.
"""


def quote_identifier(name: str) -> str:
    """Return the name in double quotes. Raises ValueError for a name that no SQL identifier can have."""
    if not name or "\0" in name:
        raise ValueError(f"{name!r} cannot be an identifier: it is empty or holds a NUL")
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return the text in single quotes. Raises ValueError for a text with a NUL."""
    if "\0" in text:
        raise ValueError(f"{text!r} cannot be a literal: it holds a NUL")
    return "'" + text.replace("'", "''") + "'"
