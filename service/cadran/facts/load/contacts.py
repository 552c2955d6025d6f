"""What changes with contacts, besides their rows: new customers, marks of other days, legs, and the horizon.

The functions take a batch in `ready_contact` inside an open transaction. Every step is one set-based statement of
`sql/facts/contact.sql` or `sql/facts/contact`. `staged` runs them before and after it stores the batch.
"""

from cadran.facts import sql
from cadran.facts.load.session import Connection, move_horizon, note_seen
from cadran.facts.refresh import agent_time

# Above this number of changed rows, the next seven days are marked as a whole, instead of looking up each customer's
# contacts in them.
FOLLOWERS_MAX = 5_000


async def add_customers(connection: Connection) -> int:
    """Add the customers that the batch names for the first time. Return their number.

    Customers are too many to be passed through the program as other new members are.
    """
    added = await sql.run_statement(connection, "facts/contact.sql:new_customers")
    await sql.run_statement(connection, "facts/contact.sql:customers")
    return added


async def lock_customers(connection: Connection) -> None:
    """Allow one load at a time to change what follows customers' contacts, until the end of the transaction."""
    await sql.fetch_rows(connection, "facts/contact.sql:lock_customers")


async def mark(connection: Connection) -> int:
    """Note the corrected contacts, and mark the days, customers and cases that the batch changes. Return the number of
    marks.

    The locks are taken in this order before the load makes partitions, so that two loads never deadlock.
    """
    await sql.run_script(connection, "facts/contact.sql:stage")
    (counts,) = await sql.fetch_rows(connection, "facts/contact.sql:counts")
    await agent_time.lock_presence(connection)
    if counts["identified"]:
        await lock_customers(connection)
    if counts["replaced"]:
        await sql.run_statement(connection, "facts/contact.sql:changed")
    marks = await sql.run_statement(connection, "facts/contact/mark_days.sql")
    if counts["identified"]:
        few = counts["identified"] <= FOLLOWERS_MAX
        near = "facts/contact.sql:mark_followers" if few else "facts/contact.sql:mark_week"
        marks += await sql.run_statement(connection, near)
        await sql.run_statement(connection, "facts/contact.sql:mark_customers")
    await sql.run_statement(connection, "facts/contact.sql:mark_cases")
    return marks


async def store_legs(connection: Connection) -> int:
    """Store the legs that the contacts' rows make, and move the legs that came from files. Return 0: `mark` has marked
    the days of both."""
    if await connection.fetchval("SELECT EXISTS (SELECT FROM changed_contact)"):
        await sql.run_statement(connection, "facts/contact.sql:move_legs")
        await sql.run_statement(connection, "facts/contact.sql:remove_leg")
    await sql.run_statement(connection, "facts/contact.sql:store_legs")
    return 0


async def reach(connection: Connection) -> int:
    """Move the horizon to the last contact. Return the number of marks on facts that mature by this.

    The row of the horizon is locked last, after all partitions are made, so that two loads never deadlock.
    """
    (counts,) = await sql.fetch_rows(connection, "facts/contact.sql:reach")
    marks = await move_horizon(connection, counts["horizon"])
    await note_seen(connection, counts["seen"])
    return marks
