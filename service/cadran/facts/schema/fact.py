"""The declaration of a kind of fact: its rows, its table, and what differs from the load of all other kinds.

A declaration is data. `load/staged.py` loads every declared kind with the statements of `sql/facts/staged.sql`, and
fills in the declared table and columns. The names of `--as`, the JSON Schemas, the page of all that loads, and what a
file of deletions may name come from the declarations too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cadran.facts.schema.fields import Row

#: The statement that marks the days which rows enter and leave, with the change that their kind declares.
MARK_DAYS: Final = "facts/staged.sql:mark_days"
#: The statement that copies the named rows of a deletion, for kinds whose rows have an id.
BY_ID: Final = "facts/staged.sql:gone"
#: The statements that mark the days which facts leave and enter when their site gets another zone, and that move the
#: facts.
REZONED: Final = ("facts/staged.sql:rezone_mark", "facts/staged.sql:rezone")
#: The statement that removes the rows which equal the stored ones.
UNCHANGED: Final = "facts/staged.sql:unchanged"
#: The statement that gives rows the dimensions of the contacts that they follow.
INHERIT: Final = "facts/staged.sql:inherit"


@dataclass(frozen=True, slots=True)
class StagedFact:
    """A kind of fact that is loaded by ``--as kind``, with one table whose rows are identified by ``keys``.

    ``read`` names the statement that fills `ready_<table>` from `stage_<table>`. This table has the columns of the
    kind's table, and those that `staged.sql:stage` adds: the place of the staged row, its line, the reason of a
    refusal, whether a local time occurs twice, and the members of dimensions that are not stored yet. ``reasons`` are
    the refusals that only this kind has, as sentences by code.

    ``instant`` is the column whose day and quarter-hour in the site's local time are stored as ``day`` and ``quarter``.
    ``change`` is what the marks of changed days say (`compiler/refresh/affected_facts.py`). ``marks`` names the
    statement that marks the days which a batch changes; it runs before anything is stored. The loader fills in the
    names in braces in every statement but ``read``.
    """

    kind: str
    row: type[Row]
    table: str
    keys: tuple[str, ...]
    instant: str
    read: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    change: str = "everything"
    marks: str = MARK_DAYS
    #: The kinds whose changes the stored rows follow: the rows repeat data of the contact that they name, are updated
    #: with it, and deleted with it. The loader gives them their day and quarter-hour.
    follows: tuple[str, ...] = ()
    #: The statements that complete the rows once they are read, and again when what they follow has changed. Rows that
    #: follow contacts get the contact's dimensions unless other statements are given.
    complete: tuple[str, ...] = ()
    #: The table of places, for rows whose customer or day may change although these belong to the key of the table.
    place: str = ""
    #: The tables with a partition for each month of the rows.
    partitions: tuple[str, ...] = ()
    #: The statement that copies the rows that a file of deletions names; empty for rows without an id.
    gone: str = BY_ID
    #: The statements that move the facts of a site that gets another zone. The first one marks days.
    rezoned: tuple[str, ...] = REZONED
    #: The day of a row in `ready_<table>` (alias r), for the months that a load reports.
    day: str = "r.day"
    #: The name of the lock that allows one load at a time; empty: the table. With ``by_source``, loads of different
    #: sources do not wait for each other.
    lock: str = ""
    by_source: bool = False
    #: The columns of a file whose values become members of a dimension of the same name, with the columns of their ids.
    values: Mapping[str, str] = field(default_factory=dict)
    #: Further columns of `stage_<table>`: those that a file names by the attributes of the database.
    attributes: tuple[str, ...] = ()
    #: Further columns of `ready_<table>`, with their types.
    working: Mapping[str, str] = field(default_factory=dict)
    #: The columns whose text ``read`` checks without casting it.
    uncast: tuple[str, ...] = ()
