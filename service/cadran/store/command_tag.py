"""What PostgreSQL says of a command that it has done."""

from __future__ import annotations


def touched(status: str) -> int:
    """How many rows a command touched: 3 of "UPDATE 3" or "INSERT 0 3", and 0 of what touches none ("CREATE TABLE")."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
