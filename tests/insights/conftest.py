"""Fixtures of a service over a few contacts."""

from tests.contacts_service import facts, filled, own_facts, rest, rows

__all__ = ["facts", "filled", "own_facts", "rest", "rows"]
