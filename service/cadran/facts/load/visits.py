"""What changes with queue visits, besides their rows: the queues of their contacts, and those of the contacts' legs.

The functions take a batch in `ready_visit` inside an open transaction. `staged` runs them before and after it stores
the batch.
"""

from cadran.facts import sql
from cadran.facts.load.session import Connection


async def mark(connection: Connection) -> int:
    """Mark the days of the visits, and those of the contacts whose visits change. Return the number of marks."""
    return await sql.run_statement(connection, "facts/visit.sql:mark_days")


async def update_contacts(connection: Connection) -> int:
    """Give the contacts and their legs the queues of the visits. Return 0: `mark` has marked the days."""
    await sql.run_script(connection, "facts/contact.sql:stage")
    await sql.run_statement(connection, "facts/visit.sql:contacts")
    ((first, last),) = await sql.fetch_rows(connection, "facts/visit.sql:days")
    await sql.run_statement(connection, "facts/visit.sql:update_contacts", first, last)
    await sql.run_statement(connection, "facts/visit.sql:update_legs", first, last)
    return 0
