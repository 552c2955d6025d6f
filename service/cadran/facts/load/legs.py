"""What changes with legs, besides their rows: the days of their contacts, and the contacts' values that come from legs.

The legs of a file replace the leg that the contact's row made. Stored legs that the file does not name stay. The
functions take a batch in `ready_leg` inside an open transaction. `staged` runs them before and after it stores the
batch.
"""

from cadran.facts import sql
from cadran.facts.load.session import Connection
from cadran.facts.refresh import agent_time


async def mark(connection: Connection) -> int:
    """Note the contacts whose legs change, and mark their days, customers and cases. Return the number of marks."""
    await sql.run_script(connection, "facts/contact.sql:stage")
    await sql.run_statement(connection, "facts/leg.sql:contacts")
    await agent_time.lock_presence(connection)
    return await sql.run_statement(connection, "facts/leg.sql:mark_days")


async def update_contacts(connection: Connection) -> int:
    """Delete the legs that the contacts' rows made, and update the contacts. Return the number of marks."""
    await sql.run_statement(connection, "facts/leg.sql:remove_row_leg")
    await sql.run_statement(connection, "facts/leg/contacts_follow.sql")
    return 0
