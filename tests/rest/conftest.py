"""Fixtures of a service over a few contacts. Some tests change the contacts."""

from tests.contacts_service import changing, facts, filled, own_facts, rest

__all__ = ["changing", "facts", "filled", "own_facts", "rest"]
