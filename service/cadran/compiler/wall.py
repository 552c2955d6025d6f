"""The walls as PostgreSQL builds them: policies on tables, views of the facts, and the session that reads behind them.

A policy holds for every look-up of a statement, but what a contact is called may depend on contacts of other sites
(``preceded``: the customer had called before, wherever that was). So rollups and plain tables stand under row-level
security, and in front of each view of facts stands another of the same name, in a schema that the reader's search_path
has first: it lets the rows of the wall pass and leaves the look-ups of each row whole. The statements are the same in
front of the walls and behind them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache, cached

from cadran.compiler.lattice import LATTICE, ROLLUPS, Table
from cadran.domain.access.wall import Wall


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of wall: the role that reads behind it, the schema of its views, its policy, and the dimensions by one of
    which a row passes."""

    role: str
    schema: str
    policy: str
    by: tuple[str, ...]

    def test(self, columns: Iterable[str], alias: str = "", *, once: bool = True) -> str:
        """Whether a row passes, by the columns that there are; "" where none tells. ``once``: the setting is read once
        for a statement instead of for each row."""
        read = "(SELECT walled_{0}s())::{1}[]" if once else "walled_{0}s()"
        found = [
            f"{alias}{each}_id = ANY ({read.format(each, _TYPES[each])})" for each in self.by if f"{each}_id" in columns
        ]
        return " OR ".join(found)


_TYPES: Final = {"site": "smallint", "team": "smallint", "agent": "integer"}
SITE: Final = Kind("cadran_reader", "walled", "site_wall", ("site",))
TEAM: Final = Kind("cadran_team_reader", "walled_team", "team_wall", ("team", "agent"))
KINDS: Final = (SITE, TEAM)
#: Bytes of readings remembered; what one takes without its ids, and with each character of them.
_READINGS_BYTES_MAX: Final = 16_000_000
_READING_BYTES: Final = 1_500
_CHARACTER_BYTES: Final = 10
#: A team's members ask by the clock of its site: where sites are is no secret from them, what happens there is.
_OPEN: Final = {("site", TEAM): "true"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a statement is read behind a wall: what its session is set to, and the role, which is written above it: the
    same text in front of the wall and behind it would be planned anew each time the role changes."""

    settings: str
    role: str

    def marked(self, sql: str) -> str:
        """The statement as it is sent."""
        return f"-- {self.role}\n{sql}"


def _weight(found: Reading) -> int:
    return _READING_BYTES + _CHARACTER_BYTES * len(found.settings)


@cached(LRUCache(_READINGS_BYTES_MAX, getsizeof=_weight))
def reading(wall: Wall) -> Reading:
    """The session that reads behind a wall. Ids are numbers: there is nothing to quote."""
    if wall.sites is not None:
        kind, ids = SITE, {"sites": wall.sites}
    else:
        kind, ids = TEAM, {"teams": wall.teams, "agents": wall.agents}
    parts = [f"SET search_path = {kind.schema}, public", "SET default_transaction_read_only = on"]
    parts += [f"SET cadran.{name} = '{','.join(f'{each:d}' for each in found)}'" for name, found in ids.items()]
    return Reading("; ".join((*parts, f"SET ROLE {kind.role}")), kind.role)


def views() -> str:
    """The schemas of the walls, with the views of facts in front of those that the lattice names."""
    return "\n".join(text for kind in KINDS for text in _views(kind))


def _views(kind: Kind) -> list[str]:
    found = [f"CREATE SCHEMA {kind.schema};"]
    for name, columns in _facts().items():
        if test := kind.test(columns, "f."):
            found.append(f"CREATE VIEW {kind.schema}.{name} AS SELECT f.* FROM public.{name} AS f WHERE {test};")
            found.append(f"GRANT SELECT ON {kind.schema}.{name} TO {kind.role};")
    # An agent belongs to a site by the team; a team without a site is no site's.
    agents = "public.agent AS a JOIN public.team AS t ON t.team_id = a.team_id"
    test = kind.test(["site_id"], "t.") or kind.test(["team_id", "agent_id"], "a.")
    found.append(f"CREATE VIEW {kind.schema}.agent AS SELECT a.* FROM {agents} WHERE {test};")
    found.append(f"GRANT SELECT ON {kind.schema}.agent TO {kind.role};")
    signature = "within_wall(site_id smallint, team_id smallint, agent_id integer)"
    # A function is only written out into the statement that calls it if it holds no SELECT of its own.
    passes = kind.test(["site_id", "team_id", "agent_id"], "within_wall.", once=False)
    found.append(
        f"CREATE FUNCTION {kind.schema}.{signature} RETURNS boolean"
        f" LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT {passes} $$;"
    )
    # A question that no rollup can answer behind the wall is not granted at all.
    tables = [table.sql for table in ROLLUPS.values() if kind.test(_columns(table))]
    found.append(f"GRANT SELECT ON {', '.join(tables)} TO {kind.role};")
    return found


def _facts() -> dict[str, set[str]]:
    """The views of facts with the columns that tell whose a row is."""
    found: dict[str, set[str]] = {}
    for table in LATTICE:
        if not table.is_rollup:
            found.setdefault(table.name, set()).update(_columns(table))
    return found


def _columns(table: Table) -> list[str]:
    return [f"{each}_id" for each in ("site", "team", "agent") if each in table.dimensions]


def policies(table: str, columns: Iterable[str], present: Iterable[str]) -> list[str]:
    """What makes the policies that a table lacks."""
    found = []
    for kind in KINDS:
        test = _OPEN.get((table.removeprefix("public."), kind)) or kind.test(columns)
        if test and kind.policy not in present:
            found.append(f"CREATE POLICY {kind.policy} ON {table} FOR SELECT TO {kind.role} USING ({test})")
    return found
