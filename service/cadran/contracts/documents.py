"""Contracts as documents: the same members at every edge."""

from __future__ import annotations

from typing import Any

from cadran.contracts.model.contract import period_name, whole_period
from cadran.contracts.model.form import document
from cadran.contracts.store import Kept


def contract_document(kept: Kept) -> dict[str, Any]:
    """A contract: its latest version, when each version took effect, which periods are sealed."""
    latest = kept.latest
    contract = latest.contract
    return {
        **document(latest.form),
        "version": contract.version,
        "effective_from": latest.effective_from.isoformat(),
        "versions": [
            {
                "version": each.contract.version,
                "effective_from": each.effective_from.isoformat(),
                "created_at": each.created_at.isoformat(),
            }
            for each in kept.versions
        ],
        "sealed": [
            {
                "period": period_name(contract, whole_period(contract, each.first_day)[0]),
                "version": each.version,
                "sealed_at": each.sealed_at.isoformat(),
            }
            for each in kept.seals
        ],
    }
