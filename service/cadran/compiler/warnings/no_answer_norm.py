"""The notice of channels without an answer norm, whose contacts a service level without a threshold leaves out."""

from __future__ import annotations

from cadran.compiler.special.thresholds import normed_channels
from cadran.domain.answer import Notice
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.question import Question


def without_answer_norm(question: Question, directory: Directory) -> Notice | None:
    """Return the notice of the channels without an answer norm; None if there are none.

    It names only channels within the filters, because one of the filters may be the caller's scope."""
    normed = normed_channels(directory)
    channels = directory.members.get("channel", {})
    unnormed = [member.code or "" for number, member in channels.items() if number and number not in normed]
    filters = [each for each in question.where if each.dimension == "channel"]
    missing = [code for code in unnormed if all((code in each.values) != each.negated for each in filters)]
    if not missing:
        return None
    codes = ", ".join(sorted(missing))
    return Notice(
        "without_answer_norm",
        Label(
            f"Service level without a threshold leaves out channels that have no answer norm: {codes}.",
            f"Sans seuil, le niveau de service laisse de côté les canaux qui n'ont pas de norme : {codes}.",
        ),
    )
