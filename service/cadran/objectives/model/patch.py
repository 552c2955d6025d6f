"""Changes of objectives and key results: merge the sent members into the stored members.

The merged forms are checked by the same rules as a new objective.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cadran.domain.access.principal import Principal
from cadran.domain.directory import Directory
from cadran.objectives.model import permissions as access
from cadran.objectives.model import rules
from cadran.objectives.model.objective import STATES, KeyResult, Objective, State
from cadran.objectives.model.rules import KeyResultForm, ObjectiveForm


def find_state(word: str) -> State:
    """Return the state of that name. Raises QuestionRefused."""
    for each in STATES:
        if each == word:
            return each
    raise rules.make_refusal(f"state is one of {', '.join(STATES)}.", "state")


def check_scoring(sent: Mapping[str, Any], *, closing: bool) -> None:
    """Check that scores and a retrospective are sent only to close the objective. Raises QuestionRefused."""
    for name in ("scores", "retrospective"):
        if sent.get(name) and not closing:
            raise rules.make_refusal(f"{name} goes with closing an objective: send it only with state=closed.", name)


def merge(before: Objective, sent: Mapping[str, Any], principal: Principal, directory: Directory) -> ObjectiveForm:
    """Return the objective's form with the sent members in place of the stored ones. Raises Forbidden if the author may
    not change objectives of the new owner."""
    present = {
        "title": before.title, "description": before.description, "start": before.start, "end": before.end,
        "owner": {"kind": before.owner.kind, "code": before.owner.code},
    }  # fmt: skip
    updates = {name: value for name, value in sent.items() if name in present}
    form = rules.parse_objective({**present, **updates}, directory)
    access.check_write(principal, form.owner, directory)
    return form


def check_deadline(each: KeyResult, form: ObjectiveForm) -> None:
    """Check that the key result's deadline lies within the objective's period. Raises QuestionRefused."""
    if not form.start < each.deadline <= form.end:
        raise rules.make_refusal(
            f"The deadline of key result {each.number} ({each.deadline}) would lie outside the period.",
            "end",
            code="bad_window",
        )


def make_form(objective: Objective) -> ObjectiveForm:
    """Return the objective as a form."""
    return ObjectiveForm(objective.title, objective.description, objective.owner, objective.start, objective.end)


def encode_form(present: KeyResult) -> dict[str, Any]:
    """Return the key result as the plain values that a client sends."""
    return {
        "title": present.title, "metric": present.metric, "better": present.better, "baseline": present.baseline,
        "target": present.target, "deadline": present.deadline, "unit": present.unit,
        "where": [{"dimension": e.dimension, "values": e.values, "negated": e.negated} for e in present.where],
        "path": [{"on": on, "share": share} for on, share in present.path],
    }  # fmt: skip


def to_key_result(form: KeyResultForm) -> KeyResult:
    """Return the key result that a form describes, with the number 0 and without its path."""
    return KeyResult(
        0, form.title, form.metric, form.where, form.unit, form.better, form.baseline, form.target, form.deadline
    )
