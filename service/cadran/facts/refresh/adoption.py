"""The rollups of a database that cadran 0.2 or an older version filled, taken over without filling them again.

These versions noted the text that a whole rollup was made with (``rollup_definition``): its DDL, the SELECT over its
facts or the rollup that it was summed from, and the definition of the view of facts.
"""

from __future__ import annotations

from cadran import sqlfiles
from cadran.compiler.lattice.lattice import ROLLUPS, SAMPLED
from cadran.compiler.lattice.table import Table
from cadran.compiler.refresh import rollup
from cadran.compiler.refresh.declared import DECLARED, Place
from cadran.facts.refresh.declarations import NotedColumn
from cadran.store.pool import Connection


async def adopt_columns(connection: Connection) -> dict[Place, NotedColumn]:
    """Note as filled the columns that an older version filled as they are declared here. Forget the older notes.

    Return these columns with their fingerprints, as filled."""
    rows = await connection.fetch("DELETE FROM rollup_definition RETURNING name, definition")
    texts = {row["name"]: row["definition"] for row in rows}
    views = {}
    for name, table in ROLLUPS.items():
        view = rollup.find_fact(table).name
        views[name] = await connection.fetchval("SELECT pg_get_viewdef($1::regclass)", view)
    found = [
        column
        for (name, _), column in DECLARED.items()
        if _was_computed(ROLLUPS[name], column.name, texts) and texts[name].endswith(views[name])
    ]
    await connection.execute(
        sqlfiles.read("facts/rollups.sql:note_columns"),
        [each.rollup for each in found],
        [each.name for each in found],
        [each.fingerprint for each in found],
        [each.change for each in found],
    )
    await connection.fetch(sqlfiles.read("facts/rollups.sql:finish"))
    return {(each.rollup, each.name): NotedColumn(each.fingerprint, each.change, True) for each in found}


def _was_computed(table: Table, column: str, texts: dict[str, str]) -> bool:
    """Return whether a column was computed as it is declared here, according to the older version's text."""
    text = texts.get(table.name, "")
    head, _, rest = text.partition("\n);\n")
    lines = {line.strip().rstrip(",") for line in head.splitlines()[1:]}
    keys = {f"{name} {kind} NOT NULL" for name, kind in rollup.list_columns(table)}
    kinds = dict(rollup.list_measures(table))
    if keys != {line for line in lines if line.endswith(" NOT NULL")} or f"{column} {kinds[column]}" not in lines:
        return False
    if table.summed_from:
        return f"-- summed from {table.summed_from}\n" in rest and _was_computed(
            ROLLUPS[table.summed_from], column, texts
        )
    expressions = dict(zip(kinds, rollup.compose_measures(table), strict=True))
    names = [name for name, _ in rollup.list_columns(table)]
    every = [*zip(rollup.compose_keys(table), names, strict=True), (expressions[column], column)]
    selected = [f"\n  {expression} AS {name}" for expression, name in every]
    sampled = SAMPLED in rest if table.sampled else "WHERE true\nGROUP BY" in rest
    return sampled and all(f"{text},\n" in rest or f"{text}\nFROM" in rest for text in selected)
