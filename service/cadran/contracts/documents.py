"""The JSON document of a contract, with the same members at every edge."""

from __future__ import annotations

from typing import Any

from cadran.contracts.model.contract import find_whole_period, name_period
from cadran.contracts.model.form import encode_form
from cadran.contracts.store import StoredContract


def encode_contract(stored: StoredContract) -> dict[str, Any]:
    """Return the document of a contract: its latest version, all versions, and the sealed periods."""
    latest = stored.latest
    contract = latest.contract
    return {
        **encode_form(latest.form),
        "version": contract.version,
        "effective_from": latest.effective_from.isoformat(),
        "versions": [
            {
                "version": each.contract.version,
                "effective_from": each.effective_from.isoformat(),
                "created_at": each.created_at.isoformat(),
            }
            for each in stored.versions
        ],
        "sealed": [
            {
                "period": name_period(contract, find_whole_period(contract, each.first_day)[0]),
                "version": each.version,
                "sealed_at": each.sealed_at.isoformat(),
            }
            for each in stored.seals
        ],
    }
