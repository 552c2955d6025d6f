"""What a page's token grants: what is asked for it, as far as its minter may see that itself.

Takes the metrics and the scope that a page is to have, and whoever mints; gives the grant, with the minter's own scope
where none is named, and its limits. Refuses what the minter does not know of, in the words for what does not exist, and
what it or the token could never ask for (``forbidden_metric``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cadran.access.callers import Caller
from cadran.access.grant import LIMITS, SCOPE, Grant, checked, principal_of
from cadran.domain.access.permit import check_names, visible
from cadran.domain.directory import Directory


def granted(asked: Grant, minter: Caller, directory: Directory) -> Grant:
    """The grant of a token. Raises Forbidden, QuestionRefused."""
    own = minter.grant
    known = checked(asked, visible(directory, minter.principal))
    inherited: dict[str, Any] = {name: getattr(own, name) for name in SCOPE if getattr(known, name) is None}
    inherited |= {name: getattr(own, name) for name in LIMITS}
    documents_only = known.documents_only or own.documents_only
    found = replace(known, documents_only=documents_only, minter=own.role, **inherited)
    for principal in (minter.principal, principal_of(found, directory)):
        check_names(found.metrics or (), (), principal)
    return found
