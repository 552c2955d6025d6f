"""Dimension members that a file names for the first time. The load adds them, so they need not be declared beforehand.

A new site needs a time zone, which only `--zone` can give here. Without a zone, the check refuses the row. A channel
gets the kind that its code suggests, with the usual answer norm. All inserts follow one order, so that two loads never
deadlock.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from cadran.domain.dimension import ATTRIBUTE_COLUMNS, MEMBERS_MAX, VALUE_DIMENSIONS
from cadran.facts import sql
from cadran.facts.load.channels import KnownChannel, guess_channel
from cadran.facts.load.session import Connection

#: The statements that add members by their codes, in the order in which they run: a member comes after its parent (an
#: agent after the team). Channels are added by `make_channels`.
_STATEMENTS: Final[Mapping[str, str]] = {
    "partner": "facts/new_members.sql:partners",
    "site": "facts/new_members.sql:sites",
    "channel": "",
    "segment": "facts/new_members.sql:segments",
    "moment": "facts/new_members.sql:moments",
    "reason": "facts/new_members.sql:reasons",
    "queue": "facts/new_members.sql:queues",
    "gesture": "facts/new_members.sql:gestures",
    "team": "facts/new_members.sql:teams",
    "agent": "facts/new_members.sql:agents",
    "customer": "facts/new_members.sql:customers",
}
_WITH_PARENT: Final = ("reason", "team", "agent", "customer")


async def add_members(
    connection: Connection, named: Iterable[tuple[str, str, str | None]], *, zone: str | None
) -> list[str]:
    """Add the named members that are missing. Each has its dimension, its code, and the code of its parent if this is
    known. Return the codes of new channels."""
    found: dict[str, dict[str, str | None]] = {}
    for dimension, code, parent in named:
        found.setdefault(dimension, {})[code] = parent
    channels: list[str] = []
    for dimension, statement in _STATEMENTS.items():
        members = found.get(dimension, {})
        if not members:
            continue
        if dimension == "channel":
            channels = await make_channels(connection, {code: guess_channel(code) for code in members})
            continue
        arguments: list[object] = [list(members)]
        if dimension == "site":
            arguments.append(zone)
        elif dimension in _WITH_PARENT:
            arguments.append(list(members.values()))
        await sql.run_statement(connection, statement, *arguments)
    if values := {name: list(found[name]) for name in (*VALUE_DIMENSIONS, *ATTRIBUTE_COLUMNS) if name in found}:
        await _add_values(connection, values)
    return channels


async def _add_values(connection: Connection, values: Mapping[str, list[str]]) -> None:
    """Add the values that are missing, by dimension, as far as the dimension has room."""
    await sql.fetch_rows(connection, "facts/new_members.sql:lock_values")
    for dimension, codes in values.items():
        await sql.run_statement(connection, "facts/new_members.sql:values", dimension, codes, MEMBERS_MAX)
        await sql.run_statement(connection, "facts/new_members.sql:overflow", dimension, codes)


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
