"""The schemas of canonical files: one pydantic model for each kind of row.

The field names are the header of a canonical file, in this order, and the columns that a mapping must give. Their JSON
Schemas are exported to `schema/`.

The models check dimension rows one by one. Facts come by the million, so SQL checks them (see `reasons`) by the same
rules. In files of facts, an absent column and an empty value both mean "not given". In a dimension file, an absent
column leaves the stored value, and an empty value clears it.
"""

import json
import re
from functools import cache

from cadran.facts.schema.calendar import ClosingRow, OpeningRow
from cadran.facts.schema.deletion import DeletionRow
from cadran.facts.schema.dimension import (
    AgentRow,
    AnswerNormRow,
    AssignmentRow,
    BudgetRow,
    ChannelRow,
    CustomerRow,
    GestureRow,
    MomentRow,
    PartnerRow,
    QueueRow,
    ReasonRow,
    SegmentRow,
    SiteRow,
    TariffRow,
    TeamRow,
)
from cadran.facts.schema.facts import FACTS
from cadran.facts.schema.fields import LabelledRow, Row
from cadran.facts.schema.survey import InstrumentRow
from cadran.facts.schema.targets import AnnotationRow, TargetRow

#: All that loads, by the names of `--as`. Rows that other rows refer to come first, except for dimensions.
KINDS: dict[str, type[Row]] = {
    **{fact.kind: fact.row for fact in FACTS.values()},
    "partners": PartnerRow,
    "sites": SiteRow,
    "teams": TeamRow,
    "agents": AgentRow,
    "segments": SegmentRow,
    "channels": ChannelRow,
    "moments": MomentRow,
    "reasons": ReasonRow,
    "queues": QueueRow,
    "assignments": AssignmentRow,
    "customers": CustomerRow,
    "answer_norms": AnswerNormRow,
    "openings": OpeningRow,
    "closings": ClosingRow,
    "tariffs": TariffRow,
    "budgets": BudgetRow,
    "gestures": GestureRow,
    "instruments": InstrumentRow,
    "targets": TargetRow,
    "annotations": AnnotationRow,
    "deletions": DeletionRow,
}


@cache
def list_columns(kind: str) -> tuple[str, ...]:
    """Return the canonical header of a kind of file."""
    fields = KINDS[kind].model_fields
    labels = tuple(name for name in LabelledRow.model_fields if name in fields)
    return tuple(name for name in fields if name not in labels) + labels


@cache
def list_staged_columns(kind: str) -> tuple[str, ...]:
    """Return the columns of a record of this kind: the canonical ones, and those of attributes."""
    return (*list_columns(kind), *(FACTS[kind].attributes if kind in FACTS else ()))


@cache
def list_required_columns(kind: str) -> tuple[str, ...]:
    """Return the columns that a file of this kind must have."""
    return tuple(name for name, field in KINDS[kind].model_fields.items() if field.is_required())


def schema_name(model: type[Row]) -> str:
    """Return the name of the JSON Schema file of a model in `schema/`."""
    return f"{re.sub('(?<!^)(?=[A-Z])', '_', model.__name__.removesuffix('Row')).lower()}.schema.json"


def build_schemas() -> dict[str, str]:
    """Return the JSON Schemas of all kinds by file name, such as `contact.schema.json`."""
    found = {}
    for kind, model in KINDS.items():
        file = schema_name(model)
        name = file.removesuffix(".schema.json")
        schema = model.model_json_schema()
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": name, "x-load-as": kind}
        found[file] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return found
