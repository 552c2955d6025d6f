"""Forms: the bodies of requests, each declared once as a pydantic model.

Three things follow from a form: the check of a request's body (``rest/changes.py``), its JSON Schema, and the GraphQL
input (``graphql/declaration/form_inputs.py``).
"""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict

#: The words for the default of a member, and for the default in a change, where an absent member stays as it is.
DEFAULT_IS: Final = "The default is"
NULL_RESTORES: Final = "Null restores the default,"


class RequestForm(BaseModel):
    """A request body: unknown members are refused, and values are not converted to other types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def describe_default(about: str, default: object, words: str = DEFAULT_IS) -> str:
    """Return the description of a member with its default. Empty defaults need no words."""
    if default is None or isinstance(default, dict | list) or default in ("", 0):
        return about
    return " ".join(filter(None, (f"{about.rstrip('.;')}." if about else "", words, f"{default}.")))
