"""The walls in PostgreSQL: row-level security policies on tables, filtering views of the facts, and session settings.

Rollups and plain tables have row-level security. The views of facts cannot: a policy applies to every look-up of a
statement, but flags of a contact may depend on contacts of other sites (``preceded``: the customer called before, at
any site). So each view of facts has a second view of the same name, in a schema that comes first in the reader's
search_path. The second view filters the rows and leaves the look-ups of each row complete. Statements are the same
with and without a wall.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache, cached

from cadran.compiler.lattice.lattice import LATTICE, ROLLUPS
from cadran.compiler.lattice.table import Table
from cadran.domain.access.wall import Wall


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of wall: the role of its readers, the schema of its views, its policy, and its dimensions.

    A row passes if one dimension of each group in ``by`` allows it. A table that lacks all dimensions of a group cannot
    be filtered."""

    role: str
    schema: str
    policy: str
    by: tuple[tuple[str, ...], ...]

    def test(self, columns: Iterable[str], alias: str = "", *, once: bool = True) -> str:
        """Return the SQL condition that a row must pass, over these columns; "" if they lack a dimension of the wall.

        With ``once``, a statement reads the setting once instead of once per row."""
        read = "(SELECT walled_{0}s())::{1}[]" if once else "walled_{0}s()"
        groups = []
        for group in self.by:
            found = [
                f"{alias}{each}_id = ANY ({read.format(each, _TYPES[each])})"
                for each in group
                if f"{each}_id" in columns
            ]
            if not found:
                return ""
            groups.append(" OR ".join(found))
        return groups[0] if len(groups) == 1 else " AND ".join(f"({each})" for each in groups)

    @property
    def of_queues(self) -> bool:
        """Return whether the wall lets only rows of queues pass."""
        return _QUEUE in self.by


_TYPES: Final = {"site": "smallint", "team": "smallint", "agent": "integer", "queue": "smallint"}
_PLACE: Final = ("site",)
_PEOPLE: Final = ("team", "agent")
_QUEUE: Final = ("queue",)
SITE: Final = Kind("cadran_reader", "walled", "site_wall", (_PLACE,))
TEAM: Final = Kind("cadran_team_reader", "walled_team", "team_wall", (_PEOPLE,))
QUEUE: Final = Kind("cadran_queue_reader", "walled_queue", "queue_wall", (_QUEUE,))
SITE_QUEUE: Final = Kind("cadran_site_queue_reader", "walled_site_queue", "site_queue_wall", (_PLACE, _QUEUE))
TEAM_QUEUE: Final = Kind("cadran_team_queue_reader", "walled_team_queue", "team_queue_wall", (_PEOPLE, _QUEUE))
KINDS: Final = (SITE, TEAM, QUEUE, SITE_QUEUE, TEAM_QUEUE)
_BY_DIMENSIONS: Final = {kind.by: kind for kind in KINDS}
#: The size of the cache of sessions in bytes, the size of a session without its settings, and the bytes per character
#: of the settings.
_READINGS_BYTES_MAX: Final = 16_000_000
_READING_BYTES: Final = 1_500
_CHARACTER_BYTES: Final = 10
#: Readers of a team need the time zone of its site, so they may read all rows of ``site``, but no facts of these sites.
#: Readers of a queue need the time zones and opening hours of all sites, whose contacts may wait in the queue; with
#: sites, only those of their sites.
_OPEN: Final = {
    ("site", TEAM): "true",
    ("site", TEAM_QUEUE): "true",
    ("site", QUEUE): "true",
    ("open_span", QUEUE): "true",
    ("site", SITE_QUEUE): SITE.test(["site_id"]),
    ("open_span", SITE_QUEUE): SITE.test(["site_id"]),
}


@dataclass(frozen=True, slots=True)
class WallSession:
    """The settings of a session that reads behind a wall, and the role of the session.

    Each statement has the role in a comment above it, so that its text differs by role. PostgreSQL would plan the same
    text again at each change of the role."""

    settings: str
    role: str

    def marked(self, sql: str) -> str:
        """Return the statement with the role above it."""
        return f"-- {self.role}\n{sql}"


def _weight(found: WallSession) -> int:
    return _READING_BYTES + _CHARACTER_BYTES * len(found.settings)


@cached(LRUCache(_READINGS_BYTES_MAX, getsizeof=_weight))
def make_session(wall: Wall) -> WallSession:
    """Return the settings of a session that reads behind a wall. Ids are numbers, so nothing needs quoting."""
    ids: dict[str, tuple[int, ...]] = {}
    by: tuple[tuple[str, ...], ...] = ()
    if wall.sites is not None:
        by, ids = (_PLACE,), {"sites": wall.sites}
    elif wall.is_of_teams:
        by, ids = (_PEOPLE,), {"teams": wall.teams or (), "agents": wall.agents or ()}
    if wall.queues is not None:
        by, ids = (*by, _QUEUE), {**ids, "queues": wall.queues}
    kind = _BY_DIMENSIONS[by]
    parts = [f"SET search_path = {kind.schema}, public", "SET default_transaction_read_only = on"]
    parts += [f"SET cadran.{name} = '{','.join(f'{each:d}' for each in found)}'" for name, found in ids.items()]
    return WallSession("; ".join((*parts, f"SET ROLE {kind.role}")), kind.role)


def compose_views() -> str:
    """Return the DDL of the walls' schemas, with a filtering view for each view of facts in the lattice."""
    return "\n".join(text for kind in KINDS for text in _views(kind))


def _views(kind: Kind) -> list[str]:
    found = [f"CREATE SCHEMA {kind.schema};"]
    for name, columns in _facts().items():
        if test := kind.test(columns, "f."):
            found.append(f"CREATE VIEW {kind.schema}.{name} AS SELECT f.* FROM public.{name} AS f WHERE {test};")
            found.append(f"GRANT SELECT ON {kind.schema}.{name} TO {kind.role};")
    # An agent belongs to the site of the team. Agents of a team without a site belong to no site. No agent belongs to
    # a queue.
    agents = "public.agent AS a JOIN public.team AS t ON t.team_id = a.team_id"
    if test := kind.test(["site_id"], "t.") or kind.test(["team_id", "agent_id"], "a."):
        found.append(f"CREATE VIEW {kind.schema}.agent AS SELECT a.* FROM {agents} WHERE {test};")
        found.append(f"GRANT SELECT ON {kind.schema}.agent TO {kind.role};")
    signature = "within_wall(site_id smallint, team_id smallint, agent_id integer, queue_id smallint)"
    # PostgreSQL inlines a function into the calling statement only if its body has no sub-SELECT.
    passes = kind.test(["site_id", "team_id", "agent_id", "queue_id"], "within_wall.", once=False)
    found.append(
        f"CREATE FUNCTION {kind.schema}.{signature} RETURNS boolean"
        f" LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT {passes} $$;"
    )
    # The role gets no access to rollups that the wall cannot filter.
    tables = [table.sql for table in ROLLUPS.values() if kind.test(_columns(table))]
    if tables:
        found.append(f"GRANT SELECT ON {', '.join(tables)} TO {kind.role};")
    return found


def _facts() -> dict[str, set[str]]:
    """Return the views of facts with their site, team, agent and queue columns."""
    found: dict[str, set[str]] = {}
    for table in LATTICE:
        if not table.is_rollup:
            found.setdefault(table.name, set()).update(_columns(table))
    return found


def _columns(table: Table) -> list[str]:
    return [f"{each}_id" for each in _TYPES if each in table.dimensions]


def compose_policies(table: str, columns: Iterable[str], present: Iterable[str]) -> list[str]:
    """Return the statements that create the policies that a table lacks."""
    found = []
    for kind in KINDS:
        test = _OPEN.get((table.removeprefix("public."), kind)) or kind.test(columns)
        if test and kind.policy not in present:
            found.append(f"CREATE POLICY {kind.policy} ON {table} FOR SELECT TO {kind.role} USING ({test})")
    return found
