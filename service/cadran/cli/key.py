"""``cadran key create|list|rotate|revoke``: the keys of callers over HTTP."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from cadran.access.grant import SCOPE, SCOPE_PARTS, Grant, check_expiry, check_grant
from cadran.access.key_store import KeyStore
from cadran.access.keyring import StoredKey
from cadran.cli.database import read_database, writing_pool
from cadran.cli.terminal import add_list, format_cell, make_plain_table, name_caller, render_table, write
from cadran.domain.access.role import ROLES
from cadran.errors import QuestionRefused
from cadran.process import clock
from cadran.settings import Settings
from cadran.store.directory import read_directory
from cadran.store.pool import Pool

_DURATION: Final = re.compile(r"(\d{1,5})(m|h|d|y)")
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "y": timedelta(days=365)}
_OPTIONS: Final = {name: f"--{dimension}" for name, dimension in SCOPE.items() if name != "teams"}
Work = Callable[[argparse.Namespace, Pool, KeyStore, Settings], Awaitable[str]]


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("key", help="create, list, rotate and revoke keys").add_subparsers(
        metavar="VERB", required=True
    )
    create = verbs.add_parser("create", help="create a key and print it once")
    create.add_argument("name", help="the purpose of the key, such as 'wall in Lille'")
    create.add_argument(
        "--role", required=True, help="; ".join(f"{each.name}: {each.about.en}" for each in ROLES.values())
    )
    for option in (*_OPTIONS.values(), "--team", "--metrics", "--origin"):
        add_list(create, option, "codes or names, separated by commas")
    add_list(create, "--attribute", "values of the contacts' own attributes: campaign=spring,autumn")
    create.add_argument("--agent", help="the code of the agent, for the role agent")
    create.add_argument("--expires", help="90d, 12h, 1y; without it the key does not expire")
    create.add_argument(
        "--requests-per-minute", type=int, help="a limit for this key; the default is that of the service"
    )
    create.add_argument(
        "--concurrent", type=int, help="a limit of concurrent requests; the default is that of the service"
    )
    create.add_argument("--cells-max", type=int, help="the largest response, in cells of ten values")
    create.add_argument("--documents-only", action="store_true", help="allow only trusted documents in GraphQL")
    create.set_defaults(run=run, work=_create)
    listed = verbs.add_parser("list", help="list every key without its secret")
    listed.add_argument("--holding", action="store_true", help="only keys that are neither revoked nor expired")
    listed.set_defaults(run=run, work=_list)
    rotate = verbs.add_parser("rotate", help="replace the secret of a key; the old one stays valid for a while")
    rotate.add_argument("key", help="the id of the key, as in `cadran key list`")
    rotate.add_argument("--overlap", default="24h", help="how long the old secret stays valid: 24h, 0m")
    rotate.set_defaults(run=run, work=_rotate)
    revoke = verbs.add_parser("revoke", help="revoke a key at once")
    revoke.add_argument("key", help="the id of the key, as in `cadran key list`")
    revoke.set_defaults(run=run, work=_revoke)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the subcommand and print its result."""
    with read_database(settings) as ready:
        write(asyncio.run(_done(args, ready)))
    return 0


async def _done(args: argparse.Namespace, settings: Settings) -> str:
    async with writing_pool(settings) as pool:
        work: Work = args.work
        return await work(args, pool, KeyStore(pool, clock), settings)


async def _create(args: argparse.Namespace, pool: Pool, register: KeyStore, settings: Settings) -> str:
    lists = {name: getattr(args, dimension) for name, dimension in SCOPE.items()} | {
        "attributes": complete_attributes(args.attribute),
        "metrics": args.metrics,
    }
    scope: dict[str, Any] = {name: tuple(values) for name, values in lists.items() if values is not None}
    grant = Grant(
        name=args.name,
        role=args.role,
        agent=args.agent,
        origins=tuple(args.origin or ()),
        requests_minute=args.requests_per_minute,
        concurrent=args.concurrent,
        cells_max=args.cells_max,
        documents_only=args.documents_only,
        expires_at=clock() + parse_duration(args.expires) if args.expires else None,
        **scope,
    )
    directory = await read_directory(pool, currency=settings.currency)
    check_expiry(grant, now=clock())
    secret = await register.create(check_grant(grant, directory), who=name_caller())
    return f"{secret.text}\nIt is shown this once. Send it as: Authorization: Bearer {secret.text}\n"


async def _list(args: argparse.Namespace, pool: Pool, register: KeyStore, settings: Settings) -> str:
    keys = make_plain_table("key", "name", "role", "scope and limits", "expires", "last used", "")
    for stored in await register.all():
        if args.holding and not stored.holds(clock()):
            continue
        keys.fill(*_row(stored))
    return render_table(keys, width=160)


def _row(stored: StoredKey) -> tuple[str, ...]:
    grant = stored.grant
    scope = [
        f"{name}={','.join(codes)}" for name in (*SCOPE_PARTS, "metrics") if (codes := getattr(grant, name)) is not None
    ]
    if grant.agent:
        scope.append(f"agent={grant.agent}")
    if grant.documents_only:
        scope.append("documents only")
    scope += [f"origins={','.join(grant.origins)}"] if grant.origins else []
    limits = (grant.requests_minute, "{}/min"), (grant.concurrent, "concurrent={}"), (grant.cells_max, "cells={}")
    scope += [words.format(limit) for limit, words in limits if limit is not None]
    state = "revoked" if stored.revoked_at else "" if stored.holds(clock()) else "expired"
    return (
        stored.key_id,
        grant.name,
        grant.role,
        " ".join(scope),
        f"{grant.expires_at:%Y-%m-%d}" if grant.expires_at else "never",
        f"{stored.last_used_at:%Y-%m-%d %H:%M}" if stored.last_used_at else "never",
        state,
    )


async def _rotate(args: argparse.Namespace, pool: Pool, register: KeyStore, settings: Settings) -> str:
    secret = await register.rotate(args.key, who=name_caller(), overlap=parse_duration(args.overlap))
    return f"{secret.text}\nIt is shown this once. The old secret stays valid for {format_cell(args.overlap)}.\n"


async def _revoke(args: argparse.Namespace, pool: Pool, register: KeyStore, settings: Settings) -> str:
    await register.revoke(args.key, who=name_caller())
    return f"{format_cell(args.key)} is revoked\n"


def complete_attributes(words: Sequence[str] | None) -> list[str] | None:
    """Return values of attributes, each with its name: ``campaign=spring,autumn`` names both values of campaign."""
    if words is None:
        return None
    found: list[str] = []
    for word in words:
        name = found[-1].partition("=")[0] if found and "=" not in word else ""
        found.append(f"{name}={word}" if name else word)
    return found


def parse_duration(text: str) -> timedelta:
    """Parse a duration: ``90d``, ``12h``, ``30m``, ``1y``. Raises QuestionRefused."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise QuestionRefused(
            f"'{text}' is not a duration. Write 30m, 12h, 90d or 1y.", code="bad_parameter", parameter="expires"
        )
    return int(found.group(1)) * _UNITS[found.group(2)]
