"""The declared columns of the rollups, each with a fingerprint of everything that determines its values.

Takes the lattice. Gives the columns as declared, a digest of all declarations, and the columns that may not be read
because the database has not filled them as they are declared here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

from cadran.compiler.lattice.lattice import ROLLUPS, SAMPLED
from cadran.compiler.lattice.table import Table
from cadran.compiler.refresh.affected_facts import INFLUENCE, find_narrowest
from cadran.compiler.refresh.rollup import compose_keys, compose_measures, find_fact, list_columns, list_measures

#: The rollup and the name of a column.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DeclaredColumn:
    """A column of a rollup as declared: its type, its fingerprint, and the change whose marks recompute the rollup."""

    rollup: str
    name: str
    kind: str
    fingerprint: str
    change: str


def _declare(table: Table) -> Iterator[DeclaredColumn]:
    """Yield the part columns of a rollup.

    A rollup that is summed from a finer one has the values that the facts give, so the finer table is not part of the
    fingerprint."""
    keys = [
        f"{name} {kind} {text}" for (name, kind), text in zip(list_columns(table), compose_keys(table), strict=True)
    ]
    origin = [find_fact(table).name, *keys, SAMPLED if table.sampled else ""]
    [change] = find_narrowest([table.fact])
    for (name, kind), text in zip(list_measures(table), compose_measures(table), strict=True):
        yield DeclaredColumn(table.name, name, kind, _digest([*origin, kind, text]), change)


def _digest(texts: Iterable[str]) -> str:
    return blake2b("\n".join(texts).encode(), digest_size=16).hexdigest()


DECLARED: Final[Mapping[Place, DeclaredColumn]] = MappingProxyType(
    {(each.rollup, each.name): each for table in ROLLUPS.values() for each in _declare(table)}
)

#: A digest of what a worker must know to write rollups: the columns, and the facts that each change affects.
DECLARATIONS: Final = _digest(
    [
        *sorted(f"{each.rollup} {each.name} {each.fingerprint}" for each in DECLARED.values()),
        *sorted(f"{change} {sorted(facts)}" for change, facts in INFLUENCE.items()),
    ]
)


def find_unfilled(filled: Iterable[tuple[str, str, str]]) -> Mapping[str, frozenset[str]]:
    """Return the declared columns, by rollup, that are not among these filled columns: (rollup, name, fingerprint)."""
    known = {(rollup, name): fingerprint for rollup, name, fingerprint in filled}
    found: dict[str, set[str]] = {}
    for place, column in DECLARED.items():
        if known.get(place) != column.fingerprint:
            found.setdefault(column.rollup, set()).add(column.name)
    return MappingProxyType({rollup: frozenset(names) for rollup, names in found.items()})
