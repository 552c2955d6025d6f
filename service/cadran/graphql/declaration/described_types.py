"""GraphQL types that compute their fields themselves, with the descriptions of documents (``web/documents.py``).

Figures are shown from columns, so no document of them is built for GraphQL. Their types have the members' descriptions
all the same, so that REST and GraphQL say the same of a member.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, dataclass_transform

import strawberry
from strawberry.types.field import StrawberryField

from cadran.web.documents import read_description, read_members

Carrier = TypeVar("Carrier", bound=type)


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def describe_type(
    *documents: type, is_interface: bool = False, description: str | None = None
) -> Callable[[Carrier], Carrier]:
    """Make the class below a GraphQL type. A field without a description has that of the document's member of its name.

    The description of the type is that of the first document unless another is given.
    """

    def decorate(carrier: Carrier) -> Carrier:
        texts = {each.name: each.description for document in documents for each in read_members(document)}
        for name in {**vars(carrier).get("__annotations__", {}), **vars(carrier)}:
            field = vars(carrier).get(name)
            if field is None and name in texts:
                setattr(carrier, name, strawberry.field(description=texts[name]))
            elif isinstance(field, StrawberryField) and field.description is None:
                field.description = texts.get(name)
        make = strawberry.interface if is_interface else strawberry.type
        return make(carrier, description=description or read_description(documents[0]))

    return decorate
