"""Dimensions that a file of facts names for the first time are made on the way, so that nothing needs to be declared
before a load.

A new site needs a time zone, which only `--zone` can tell here; without it the check refuses the row. A channel is
taken for what its code says, with the usual norm. All inserts go in one order, so that two loads never wait for each
other crosswise.
"""

from collections.abc import Mapping, Sequence

from cadran.facts import sql
from cadran.facts.load.channels import KnownChannel, known
from cadran.facts.load.session import Connection

ORDER = ("site", "channel", "segment", "moment", "reason", "team", "agent")


async def of_contacts(connection: Connection, unknown: Mapping[str, bool], *, zone: str | None) -> bool:
    """Make what the batch in `seen_contact` names and nobody knew, of the dimensions so marked; whether there was
    anything."""
    found = [name for name in ORDER if unknown[name]]
    for name in found:
        if name == "channel":
            codes = [row["code"] for row in await sql.fetch(connection, "contact/new_channels")]
            await make_channels(connection, {code: known(code) for code in codes})
        else:
            await sql.run(connection, f"contact/new_{name}s", *([zone] if name == "site" else []))
    return bool(found)


async def of_legs(connection: Connection, unknown: Mapping[str, bool], *, zone: str | None) -> bool:
    """The same for the batch in `ready_leg`."""
    found = [name for name in ("site", "team", "agent") if unknown[name]]
    for name in found:
        await sql.run(connection, f"leg/new_{name}s", *([zone] if name == "site" else []))
    return bool(found)


async def of_codes(connection: Connection, unknown: Sequence[str], *, zone: str | None) -> None:
    """Make the members that a batch names as `agent:JDOE`; customers too."""
    named: dict[str, list[str]] = {}
    for each in unknown:
        dimension, _, code = each.partition(":")
        named.setdefault(dimension, []).append(code)
    for name in (each for each in (*ORDER, "customer") if each in named):
        if name == "channel":
            await make_channels(connection, {code: known(code) for code in named[name]})
        else:
            await sql.run(connection, f"dimension/new_{name}s", named[name], *([zone] if name == "site" else []))


async def make_channels(connection: Connection, channels: Mapping[str, KnownChannel]) -> list[str]:
    """Make channels of these codes where they are missing, each with the answer norm of its kind; gives the codes of
    the new ones."""
    new = []
    for code, channel in sorted(channels.items()):
        told = (code, channel.label_en, channel.label_fr, channel.kind, channel.asynchronous)
        made = await sql.fetch(connection, "dimension/new_channel", *told)
        if made:
            new.append(code)
            if channel.norm_seconds:
                await sql.run(connection, "dimension/new_answer_norm", made[0]["channel_id"], *channel.norm_seconds)
    return new
