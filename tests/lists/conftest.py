"""Fixtures of a service over a few contacts."""

from tests.contacts_service import facts, filled, rest, rows

__all__ = ["facts", "filled", "rest", "rows"]
