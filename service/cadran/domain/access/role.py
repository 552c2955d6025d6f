"""The roles: what each kind of caller may see and do, as one table for rings, edges and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cadran.domain.metric import Label

#: The rights that resources may need. ``people``: single persons (agents by name, customers in lists); ``contacts``:
#: the single contacts behind a figure; ``contracts``: contracts with partners and the penalties due; ``company``: the
#: company's own objectives, which are not for outsiders; ``mint``: creating embed tokens; ``administer``: keys,
#: contracts and the audit log; ``steer``: creating and changing objectives.
Right = Literal["figures", "people", "contacts", "contracts", "company", "mint", "administer", "steer"]
#: What a right to read shows, for refusals. The other rights are rights to change something.
SEEN_BY_RIGHT: Final[Mapping[Right, str]] = {
    "figures": "figures",
    "people": "single customers and agents",
    "contacts": "single contacts",
    "contracts": "contracts",
    "company": "the company's objectives",
}
RoleName = Literal["administrator", "analyst", "supervisor", "agent", "partner", "board"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role with its ``rights``.

    ``needs`` are the parts of a scope without which the role would see too much. ``about`` is one sentence for
    administrators who create keys.
    """

    name: RoleName
    rights: frozenset[Right]
    needs: tuple[Literal["sites", "agent", "metrics"], ...]
    about: Label


def _role(name: RoleName, rights: str, needs: tuple[Literal["sites", "agent", "metrics"], ...], about: Label) -> Role:
    return Role(name, frozenset(rights.split()), needs, about)  # type: ignore[arg-type]  # the words of Right


ROLES: Final[Mapping[str, Role]] = {
    role.name: role
    for role in (
        _role(
            "administrator",
            "figures people contacts contracts company mint administer steer",
            (),
            Label("Sees and does everything.", "Voit et fait tout."),
        ),
        _role(
            "analyst",
            "figures contracts company mint",
            (),
            Label("All figures, no people.", "Toutes les mesures, aucune personne."),
        ),
        _role(
            "supervisor",
            "figures people contacts company mint steer",
            ("sites",),
            Label(
                "Figures, teams, agents and contacts of its sites.",
                "Mesures, équipes, agents et contacts de ses sites.",
            ),
        ),
        _role(
            "agent",
            "figures company",
            ("agent",),
            Label("Its own figures and its team's average.", "Ses propres mesures et la moyenne de son équipe."),
        ),
        _role(
            "partner",
            "figures contracts mint",
            ("sites",),
            Label(
                "Figures and contracts of its own sites, no people.",
                "Mesures et contrats de ses propres sites, aucune personne.",
            ),
        ),
        _role(
            "board",
            "figures company",
            ("metrics",),
            Label("The metrics it lists, no people.", "Les mesures qu'il énumère, aucune personne."),
        ),
    )
}


def name_roles_with(right: Right) -> str:
    """Return the roles that have a right, as text: "administrator and supervisor"."""
    names = [name for name, role in ROLES.items() if right in role.rights]
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
