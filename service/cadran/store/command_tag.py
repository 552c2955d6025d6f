"""The command tag: PostgreSQL's status line for a completed command."""

from __future__ import annotations


def count_touched(status: str) -> int:
    """Return the number of rows that a command touched: 3 for "UPDATE 3" or "INSERT 0 3", and 0 for a command without a
    number ("CREATE TABLE")."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
