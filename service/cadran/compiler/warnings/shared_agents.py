"""The notice that agents who may serve several queues count, or are needed, in each of them."""

from __future__ import annotations

from cadran.domain.answer import Notice
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricRef, Question

_COUNTED = Label(
    "an agent who may serve several queues counts in each of them, and once in the total.",
    "un agent qui peut servir plusieurs files compte dans chacune, et une fois au total.",
)
_NEEDED = Label(
    "each queue is computed as if nobody served another one. Agents who may serve several are shared, so fewer are"
    " needed than the sum over the queues.",
    "chaque file est calculée comme si personne n'en servait une autre. Les agents qui peuvent en servir plusieurs sont"
    " partagés : il en faut moins que la somme des files.",
)


def find_shared_agents(question: Question, directory: Directory) -> list[Notice]:
    """Return the notices about figures of agents split by queue, if agents may serve several."""
    if "queue" not in question.by or not directory.shares_agents:
        return []
    found = []
    for concerns, sentence in ((_counts_agents, _COUNTED), (_needs_agents, _NEEDED)):
        slugs = tuple(sorted({call.slug for call in question.metrics if concerns(call)}))
        if slugs:
            names = ", ".join(slugs)
            found.append(Notice("shared_agents", Label(f"{names}: {sentence.en}", f"{names} : {sentence.fr}"), slugs))
    return found


def _counts_agents(call: MetricRef) -> bool:
    return any(PARTS[term.part].fact == "doing" for term in call.metric.formula(call.values()).numerator)


def _needs_agents(call: MetricRef) -> bool:
    return call.metric.kind == "computed"
