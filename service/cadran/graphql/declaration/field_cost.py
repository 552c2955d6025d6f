"""The cost of root fields: how it is known what a field shows, before the field is answered.

A field declares its cost with ``make_fallible`` or ``describe_field``. ``execution/cost`` reads it from the schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from graphql import GraphQLField
from strawberry.types.field import StrawberryField

_KEY: Final = "cost"


@dataclass(frozen=True, slots=True)
class FieldCost:
    """The cost of a root field, in values.

    A field that ``asks`` only asks questions at the desk, or announces its page (``Context.page``), so that it may be
    run twice: its questions are counted. A field that ``is_single`` asks one question; alone in a document, the
    question checks the limit itself. Any other field counts ``values``.
    """

    values: int = 0
    asks: bool = False
    is_single: bool = False

    @property
    def metadata(self) -> dict[str, object]:
        """Return the metadata of a field with this cost."""
        return {_KEY: self}


#: Fields that show one record, such as a contract.
RECORD: Final = FieldCost(1_000)
QUESTIONS: Final = FieldCost(asks=True)
ONE_QUESTION: Final = FieldCost(asks=True, is_single=True)
#: Fields that read only the schema and the catalogue. The executor counts the values of their answers instead.
FREE: Final = FieldCost()


def read_cost(field: GraphQLField | None) -> FieldCost:
    """Return the declared cost of a root field. The fields of introspection (None) are free."""
    if field is None:
        return FREE
    declared = field.extensions["strawberry-definition"]
    assert isinstance(declared, StrawberryField)
    cost = declared.metadata.get(_KEY, RECORD)
    assert isinstance(cost, FieldCost)
    return cost
