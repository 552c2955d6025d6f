"""Dimensions that a file of facts names for the first time are made on the way, so that nothing needs to be declared before a load.

A new site needs a time zone, which only `--zone` can tell here; without it the check refuses the row. A channel is taken for what its
code says, with the usual norm. All inserts go in one order, so that two loads never wait for each other crosswise.
"""

from collections.abc import Mapping

from cadran.facts import sql
from cadran.facts.channels import known
from cadran.facts.session import Connection, directory_changed

ORDER = ("site", "channel", "segment", "moment", "reason", "team", "agent")


async def of_contacts(connection: Connection, unknown: Mapping[str, bool], *, zone: str | None) -> bool:
    """Make what the batch in `seen_contact` names and nobody knew, of the dimensions so marked; whether there was anything."""
    found = [name for name in ORDER if unknown[name]]
    for name in found:
        if name == "channel":
            await make_channels(connection, [row["code"] for row in await sql.fetch(connection, "contact/new_channels")])
        else:
            await sql.run(connection, f"contact/new_{name}s", *([zone] if name == "site" else []))
    if found:
        await directory_changed(connection)
    return bool(found)


async def make_channels(connection: Connection, codes: list[str]) -> None:
    """Make channels of these codes, each with the norm of its kind."""
    for code in codes:
        channel = known(code)
        made = await sql.fetch(
            connection, "dimension/new_channel", code, channel.label_en, channel.label_fr, channel.kind, channel.asynchronous
        )
        if made and channel.norm_seconds:
            await sql.run(connection, "dimension/new_norm", made[0]["channel_id"], *channel.norm_seconds)
