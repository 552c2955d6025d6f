"""Live metrics, at an instant: the end of each bucket, or the end of the data if that is earlier.

The expected wait is estimated from what happened just before: R. Ibrahim, W. Whitt, *Real-Time Delay Estimation Based
on Delay History* (2009), who show that such estimates are as good as models when the load changes.
"""

from __future__ import annotations

from typing import Final, Literal

from cadran.domain.metric import Label, Metric, Parameter, Ratio, ratio, terms
from cadran.domain.metrics.revisions import OPEN_STATES_END

_METHOD: Final = Parameter(
    "method",
    "choice",
    "recent_answers: mean wait of contacts answered in the preceding half hour; head_of_line: wait so far of the"
    " contact that has waited longest",
    "recent_answers",
    choices=("recent_answers", "head_of_line"),
)


def _agents(
    slug: str, part: str, label: Label, definition: Label, *also: str, better: Literal["higher", ""] = ""
) -> Metric:
    return Metric(
        slug, label, definition, "count", "stock", better, ratio(part),
        basis="instant", also=also, revisions=(OPEN_STATES_END,),
    )  # fmt: skip


LIVE = (
    Metric(
        "contacts_waiting",
        Label("Contacts waiting", "Contacts en attente"),
        Label(
            "Inbound contacts that are offered, but neither answered nor ended, at the end of each bucket; undefined if none was offered in the preceding 24 hours.",
            "Contacts entrants présentés et ni pris en charge ni terminés à la fin de chaque intervalle ; indéfini si"
            " aucun n'a été présenté dans les 24 heures précédentes.",
        ),
        "count",
        "stock",
        "lower",
        ratio("waiting"),
        basis="instant",
        also=("AC CONTACTS_IN_QUEUE",),
    ),
    Metric(
        "oldest_wait",
        Label("Oldest wait", "Plus longue attente en cours"),
        Label(
            "Wait so far of the contact that has waited longest, at the end of each bucket.",
            "Temps d'attente du contact qui attend depuis le plus longtemps à cet instant.",
        ),
        "seconds",
        "max",
        "lower",
        ratio("waiting_longest"),
        basis="instant",
        also=("AC OLDEST_CONTACT_AGE",),
    ),
    Metric(
        "expected_wait",
        Label("Expected wait", "Attente estimée"),
        Label(
            "Expected wait of a contact that arrives at the end of each bucket: the mean wait of contacts answered in the preceding half hour, or the wait so far of the first in the queue; asynchronous channels are left out if there are others.",
            "Attente probable d'un contact présenté à cet instant : attente moyenne des contacts pris en charge dans"
            " la demi-heure précédente, ou celle du premier de la file ; hors canaux asynchrones s'il y en a d'autres.",
        ),
        "seconds",
        "mean",
        "lower",
        {
            "recent_answers": Ratio(terms("lately_waited"), terms("lately_answered")),
            "head_of_line": Ratio(terms("in_line_longest"), terms("in_line_any"), terms("in_line")),
        },
        variant="method",
        parameters=(_METHOD,),
        basis="instant",
        also=("EWT",),
    ),
    _agents(
        "agents_available",
        "doing_available",
        Label("Agents available", "Agents disponibles"),
        Label(
            "Agents available, neither on contact nor in after-contact work, at the end of each bucket; undefined if no agent is logged in.",
            "Agents disponibles, ni en contact ni en post-traitement, à la fin de chaque intervalle ; indéfini si"
            " personne n'est connecté.",
        ),
        "AC AGENTS_AVAILABLE",
    ),
    _agents(
        "agents_on_contact",
        "doing_on_contact",
        Label("Agents on contact", "Agents en contact"),
        Label(
            "Agents on contact at the end of each bucket, each counted once for any number of contacts; undefined if no agent is logged in.",
            "Agents en contact à la fin de chaque intervalle, chacun une fois quel que soit le nombre de contacts ;"
            " indéfini si personne n'est connecté.",
        ),
        "AC AGENTS_ON_CONTACT",
    ),
    _agents(
        "agents_in_acw",
        "doing_acw",
        Label("Agents in after-contact work", "Agents en post-traitement"),
        Label(
            "Agents in after-contact work and not on contact at the end of each bucket; undefined if no agent is logged in.",
            "Agents en post-traitement et non en contact à la fin de chaque intervalle ; indéfini si personne n'est"
            " connecté.",
        ),
        "AC AGENTS_AFTER_CONTACT_WORK",
    ),
    _agents(
        "agents_paused",
        "doing_paused",
        Label("Agents paused", "Agents en pause"),
        Label(
            "Agents logged in, but neither available nor at work: on a break, in training, in a meeting, unavailable; undefined if no agent is logged in.",
            "Agents connectés, ni disponibles ni au travail : pause, formation, réunion, indisponibilité ; indéfini"
            " si personne n'est connecté.",
        ),
        "AC AGENTS_NON_PRODUCTIVE",
    ),
)
