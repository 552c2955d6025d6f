"""The warning that some values of a dimension are not distinguished, because the dimension is full."""

from __future__ import annotations

from collections.abc import Iterator

from cadran.domain.answer import Notice
from cadran.domain.dimension import MEMBERS_MAX
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.question import Question


def warn_of_other_values(question: Question, directory: Directory) -> Iterator[Notice]:
    """Yield a notice if the question names dimensions whose further values count as "other"."""
    named = sorted(name for name in directory.full if question.names(name))
    if named:
        names = ", ".join(named)
        yield Notice(
            "other_values",
            Label(
                f"Of {names}, {MEMBERS_MAX:,} values are distinguished: contacts of further values count as 'other'.",
                f"{MEMBERS_MAX} valeurs de {names} sont distinguées : les contacts d'autres valeurs comptent comme"
                " « other ».",
            ),
        )
