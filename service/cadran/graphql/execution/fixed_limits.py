"""The fixed limits of GraphQL documents and variables, each with its unit and its meaning.

They are far above the needs of honest documents, and bound the work before anything is executed. No deployment has a
reason to change them, so they are not settings. ``cadran export`` writes them into docs/access.md. The module imports
nothing heavy, because every command refuses variables of the environment that would set a limit.
"""

from __future__ import annotations

from enum import Enum


class Limit(Enum):
    """A limit: the greatest number that is accepted (``most``), its unit, and what it counts."""

    DEPTH = 20, "levels", "nesting of a document; introspection needs 15"
    ALIASES = 200, "aliases", "aliases in an operation, with its fragments expanded"
    ROOT_FIELDS = 20, "fields", "fields at the root of an operation"
    FIELDS = 3_000, "fields", "fields in a document, as written and with its fragments expanded"
    REPEATS = 5_000, "pairs of fields", "pairs of fields with the same response name"
    OPERATIONS = 10, "operations", "operations in a document"
    FRAGMENTS = 100, "fragments", "fragments in a document, and spreads of fragments"
    DIRECTIVES = 100, "directives", "directives in a document"
    FIELD_DIRECTIVES = 4, "directives", "directives at one location of a document"
    TOKENS = 3_000, "tokens", "tokens in a document, and comments"
    CHARACTERS = 50_000, "characters", "length of a document"
    VARIABLES = 100, "variables", "variables of an operation"
    VARIABLES_BYTES = 50_000, "bytes", "size of the variables, as JSON"
    VARIABLES_DEPTH = 20, "levels", "nesting of the variables"

    def __init__(self, most: int, unit: str, about: str) -> None:
        self.most = most
        self.unit = unit
        self.about = about


def write_limits() -> str:
    """Return the limits as a Markdown table."""
    rows = ["| What | At most |", "| --- | --- |"]
    rows += [f"| {limit.about} | {limit.most:,} {limit.unit} |" for limit in Limit]
    return "\n".join(rows) + "\n"
