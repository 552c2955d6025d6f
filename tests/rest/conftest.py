"""The service over a few contacts, which some tests change."""

from tests.contacts_service import changing, facts, filled, own_facts, rest

__all__ = ["changing", "facts", "filled", "own_facts", "rest"]
