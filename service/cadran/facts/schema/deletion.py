"""The model of the rows that name other rows to delete."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cadran.facts.schema.case import REOPENINGS_MAX
from cadran.facts.schema.facts import FACTS
from cadran.facts.schema.fields import Code, Row

#: The kinds whose rows have an id.
DELETABLE: Final = tuple(fact.kind for fact in FACTS.values() if fact.gone)


def _require_deletable(kind: str) -> str:
    if kind not in DELETABLE:
        *most, last = (f"'{each}'" for each in DELETABLE)
        raise PydanticCustomError("literal_error", f"Input should be {', '.join(most)} or {last}")
    return kind


class DeletionRow(Row):
    """A row that its source has withdrawn, or that must be deleted for privacy.

    The legs, surveys and callbacks of a contact are deleted with the contact. The reopenings of a case are deleted with
    the case.
    """

    kind: Annotated[str, AfterValidator(_require_deletable)] = Field(
        description="kind of the row to delete, in the words of `--as`", json_schema_extra={"enum": list(DELETABLE)}
    )
    source: Code | None = Field(default=None, description="source of the row to delete; empty: the source of the load")
    id: Code = Field(description="id of the row within its source; for a reopening, the id of its case")
    reopening: int | None = Field(
        default=None,
        ge=1,
        le=REOPENINGS_MAX,
        description="number of the reopening within the case, only for reopenings; a reopening that later ones follow"
        " is refused unless the file names those too",
    )
