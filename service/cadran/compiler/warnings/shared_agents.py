"""The notice that agents who may serve several queues count, or are needed, in each of them."""

from __future__ import annotations

from cadran.domain.answer import Notice
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Question


def find_shared_agents(question: Question, directory: Directory) -> list[Notice]:
    """Return the notices about figures of agents split by queue, if agents may serve several."""
    if "queue" not in question.by or not directory.shares_agents:
        return []
    found = []
    doing = {
        call.slug
        for call in question.metrics
        if any(PARTS[term.part].fact == "doing" for term in call.metric.formula(call.values()).numerator)
    }
    staffing = {call.slug for call in question.metrics if call.metric.kind == "computed"}
    if doing:
        names = ", ".join(sorted(doing))
        found.append(
            Notice(
                "shared_agents",
                Label(
                    f"{names}: an agent who may serve several queues counts in each of them, and once in the total.",
                    f"{names} : un agent qui peut servir plusieurs files compte dans chacune, et une fois au total.",
                ),
                tuple(sorted(doing)),
            )
        )
    if staffing:
        names = ", ".join(sorted(staffing))
        found.append(
            Notice(
                "shared_agents",
                Label(
                    f"{names}: each queue is computed as if nobody served another one. Agents who may serve several are"
                    " shared, so fewer are needed than the sum over the queues.",
                    f"{names} : chaque file est calculée comme si personne n'en servait une autre. Les agents qui"
                    " peuvent en servir plusieurs sont partagés : il en faut moins que la somme des files.",
                ),
                tuple(sorted(staffing)),
            )
        )
    return found
