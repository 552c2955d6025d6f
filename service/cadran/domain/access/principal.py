"""Who asks: a name, a role, and what narrows every question of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from cadran.domain.access.role import ROLES, Right, RoleName
from cadran.domain.question import Filter


@dataclass(frozen=True, slots=True)
class Principal:
    """``scope`` filters are added to each question before the cache; an empty scope sees everything. ``metrics`` are
    the slugs that may be asked for (None: all); ``agent`` and ``team`` are the codes of whom a role of that name is;
    ``cells_max`` bounds an answer further than the service does; ``documents_only`` binds GraphQL to trusted
    documents. An embed token sees only the ``objectives`` (numbers) and ``contracts`` (codes) that it names (None: all
    that its scope holds), annotations if it says so, and has no right that the role of its ``minter`` has not."""

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
        """Whether its role has the right, and its minter's too. Who is bound administers nothing: it could make itself
        a key that is not."""
        if right == "administer" and self.is_bound:
            return False
        held = right in ROLES[self.role].rights or (right == "contracts" and bool(self.contracts))
        return held and (self.minter is None or right in ROLES[self.minter].rights)

    @property
    def is_embedded(self) -> bool:
        """Whether the principal is a page's token, which anybody who sees the page may take."""
        return self.minter is not None

    @property
    def is_bound(self) -> bool:
        """Whether anything narrows what it may ask."""
        return bool(self.scope) or self.metrics is not None

    @property
    def sees_people(self) -> bool:
        """Whether agents and customers may be told apart."""
        return self.may("people")

    @property
    def fingerprint(self) -> bytes:
        """The same for principals to whom every answer is the same."""
        metrics = None if self.metrics is None else sorted(self.metrics)
        named = [each if each is None else sorted(each) for each in (self.objectives, self.contracts)]
        bounds = (self.cells_max, self.documents_only, self.annotations, self.minter, *named)
        told = repr((self.role, self.scope, metrics, self.agent, self.team, *bounds))
        return blake2b(told.encode(), digest_size=16).digest()


#: The operator at the terminal.
OPERATOR = Principal("operator")
