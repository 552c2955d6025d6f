"""Principals: callers with a name, a role, and what narrows each of their questions."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from cadran.domain.access.role import ROLES, Right, RoleName
from cadran.domain.question import Filter


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller.

    The filters of ``scope`` are added to each question before the cache; an empty scope sees everything. ``metrics``
    are the slugs that the caller may ask for (None: all). ``agent`` and ``team`` are the codes of an agent and its
    team. ``cells_max`` limits answers more strictly than the service does (None: no further limit). ``documents_only``
    restricts GraphQL to trusted documents.

    An embed token sees only the ``objectives`` (numbers) and ``contracts`` (codes) that it names (None: all within its
    scope), sees annotations if ``annotations`` is true, and has no right that the role of its ``minter`` lacks.
    """

    name: str
    scope: tuple[Filter, ...] = ()
    role: RoleName = "administrator"
    metrics: frozenset[str] | None = None
    agent: str | None = None
    team: str | None = None
    cells_max: int | None = None
    documents_only: bool = False
    objectives: frozenset[int] | None = None
    contracts: frozenset[str] | None = None
    annotations: bool = True
    minter: RoleName | None = None

    def may(self, right: Right) -> bool:
        """Return whether the principal's role, and that of its minter, has the right.

        A bound principal may never administer, because it could create an unbound key.
        """
        if right == "administer" and self.is_bound:
            return False
        held = right in ROLES[self.role].rights or (right == "contracts" and bool(self.contracts))
        return held and (self.minter is None or right in ROLES[self.minter].rights)

    @property
    def is_embedded(self) -> bool:
        """Return whether the principal is an embed token, which every reader of the page can copy."""
        return self.minter is not None

    @property
    def is_bound(self) -> bool:
        """Return whether a scope or a list of metrics narrows what the principal may ask."""
        return bool(self.scope) or self.metrics is not None

    @property
    def sees_people(self) -> bool:
        """Return whether the principal may see single agents and customers."""
        return self.may("people")

    @property
    def fingerprint(self) -> bytes:
        """Return a digest that is equal for principals who get the same answer to every question."""
        metrics = None if self.metrics is None else sorted(self.metrics)
        named = [each if each is None else sorted(each) for each in (self.objectives, self.contracts)]
        bounds = (self.cells_max, self.documents_only, self.annotations, self.minter, *named)
        text = repr((self.role, self.scope, metrics, self.agent, self.team, *bounds))
        return blake2b(text.encode(), digest_size=16).digest()


#: The operator at the terminal.
OPERATOR = Principal("operator")
