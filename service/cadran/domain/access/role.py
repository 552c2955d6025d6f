"""The roles: what each kind of caller may see and do. One table, which the rings, the edges and the tests read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cadran.domain.metric import Label

#: What a resource may need beside figures. ``people``: who they are (agents by name, customers behind lists);
#: ``contacts``: the single contacts behind a figure; ``contracts``: contracts with partners and what is due by them;
#: ``company``: the company's own objectives, which are not for outsiders; ``mint``: embed tokens; ``administer``: keys,
#: contracts and the audit log; ``steer``: making and changing objectives.
Right = Literal["figures", "people", "contacts", "contracts", "company", "mint", "administer", "steer"]
RoleName = Literal["administrator", "analyst", "supervisor", "agent", "partner", "board"]


@dataclass(frozen=True, slots=True)
class Role:
    """``rights`` it has; ``needs`` are the parts of a scope without which it would see too much; ``about``: one
    sentence for whoever hands out keys."""

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


def bearers(right: Right) -> str:
    """The roles that have a right, in words: "administrator and supervisor"."""
    names = [name for name, role in ROLES.items() if right in role.rights]
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
