"""Dimension members that a file of facts names for the first time. The load adds them, so they need not be declared
beforehand.

A new site needs a time zone, which only `--zone` can give here. Without a zone, the check refuses the row. A channel
gets the kind that its code suggests, with the usual answer norm. All inserts follow one order, so that two loads never
deadlock.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from cadran.facts import sql
from cadran.facts.load.channels import KnownChannel, guess_channel
from cadran.facts.load.session import Connection

ORDER = ("site", "channel", "segment", "moment", "reason", "team", "agent")
#: The statements that add members, by dimension: members with given codes, members that `seen_contact` names, and
#: members that `ready_leg` names. Channels are added by `make_channels`.
OF_CODES: Final[Mapping[str, str]] = {
    "site": "facts/new_members.sql:sites",
    "partner": "facts/new_members.sql:partners",
    "segment": "facts/new_members.sql:segments",
    "moment": "facts/new_members.sql:moments",
    "reason": "facts/new_members.sql:reasons",
    "team": "facts/new_members.sql:teams",
    "agent": "facts/new_members.sql:agents",
    "customer": "facts/new_members.sql:customers",
}
_OF_CONTACTS: Final[Mapping[str, str]] = {
    "site": "facts/new_members.sql:sites_of_contacts",
    "segment": "facts/new_members.sql:segments_of_contacts",
    "moment": "facts/new_members.sql:moments_of_contacts",
    "reason": "facts/new_members.sql:reasons_of_contacts",
    "team": "facts/new_members.sql:teams_of_contacts",
    "agent": "facts/new_members.sql:agents_of_contacts",
}
_OF_LEGS: Final[Mapping[str, str]] = {
    "site": "facts/new_members.sql:sites_of_legs",
    "team": "facts/new_members.sql:teams_of_legs",
    "agent": "facts/new_members.sql:agents_of_legs",
}


async def add_from_contacts(connection: Connection, unknown: Mapping[str, bool], *, zone: str | None) -> bool:
    """Add the unknown members that the batch in `seen_contact` names, of the dimensions flagged in ``unknown``. Return
    whether there were any."""
    found = [name for name in ORDER if unknown[name]]
    for name in found:
        if name == "channel":
            codes = [
                row["code"] for row in await sql.fetch_rows(connection, "facts/new_members.sql:channels_of_contacts")
            ]
            await make_channels(connection, {code: guess_channel(code) for code in codes})
        else:
            await sql.run_statement(connection, _OF_CONTACTS[name], *([zone] if name == "site" else []))
    return bool(found)


async def add_from_legs(connection: Connection, unknown: Mapping[str, bool], *, zone: str | None) -> bool:
    """Add the unknown members that the batch in `ready_leg` names, of the dimensions flagged in ``unknown``. Return
    whether there were any."""
    found = [name for name in ("site", "team", "agent") if unknown[name]]
    for name in found:
        await sql.run_statement(connection, _OF_LEGS[name], *([zone] if name == "site" else []))
    return bool(found)


async def add_from_codes(connection: Connection, unknown: Sequence[str], *, zone: str | None) -> None:
    """Add the members that a batch names as `agent:JDOE`, customers included."""
    named: dict[str, list[str]] = {}
    for each in unknown:
        dimension, _, code = each.partition(":")
        named.setdefault(dimension, []).append(code)
    for name in (each for each in (*ORDER, "customer") if each in named):
        if name == "channel":
            await make_channels(connection, {code: guess_channel(code) for code in named[name]})
        else:
            await sql.run_statement(connection, OF_CODES[name], named[name], *([zone] if name == "site" else []))


async def make_channels(connection: Connection, channels: Mapping[str, KnownChannel]) -> list[str]:
    """Add the channels that are missing, each with the answer norm of its kind. Return the codes of the new
    channels."""
    new = []
    for code, channel in sorted(channels.items()):
        arguments = (code, channel.label_en, channel.label_fr, channel.kind, channel.asynchronous)
        made = await sql.fetch_rows(connection, "facts/new_members.sql:channel", *arguments)
        if made:
            new.append(code)
            if channel.norm_seconds:
                await sql.run_statement(
                    connection, "facts/new_members.sql:answer_norm", made[0]["channel_id"], *channel.norm_seconds
                )
    return new
