"""Grants of embed tokens, limited to what the minter may see.

Takes the requested metrics and scope, and the minter. Returns the grant, with the minter's scope where the request
names none, and the minter's limits. Refuses members that the minter does not know as if they did not exist, and metrics
that the minter or the token may never ask for (``forbidden_metric``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cadran.access.callers import Caller
from cadran.access.grant import LIMITS, SCOPE, Grant, check_grant, make_principal, split_attributes
from cadran.domain.access.permit import check_names, restrict_directory
from cadran.domain.directory import Directory


def make_embed_grant(asked: Grant, minter: Caller, directory: Directory) -> Grant:
    """Return the grant of an embed token. Raises Forbidden and QuestionRefused."""
    own = minter.grant
    known = check_grant(asked, restrict_directory(directory, minter.principal))
    inherited: dict[str, Any] = {name: getattr(own, name) for name in SCOPE if getattr(known, name) is None}
    # An attribute that the token does not name stays bound as in the minter's key.
    named = split_attributes(known.attributes)
    left = [each for each in own.attributes or () if each.partition("=")[0] not in named]
    inherited["attributes"] = (*(known.attributes or ()), *left) or None
    inherited |= {name: getattr(own, name) for name in LIMITS}
    documents_only = known.documents_only or own.documents_only
    found = replace(known, documents_only=documents_only, minter=own.role, **inherited)
    for principal in (minter.principal, make_principal(found, directory)):
        check_names(found.metrics or (), (), principal)
    return found
