"""Fixtures of a service over a few contacts. Some tests change the contacts, or give them own attributes."""

from tests.attribute_service import run, service, url
from tests.contacts_service import changing, facts, filled, own_facts, rest

__all__ = ["changing", "facts", "filled", "own_facts", "rest", "run", "service", "url"]
