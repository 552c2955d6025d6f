"""Forms: the bodies of requests, each declared once as a pydantic model.

Three things follow from a form: the check of a request's body (``rest/changes.py``), its JSON Schema, and the GraphQL
input (``graphql/declaration/form_inputs.py``).
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class RequestForm(BaseModel):
    """A request body: unknown members are refused, and values are not converted to other types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
