"""Conversion of catalogue names (``time_of_day``) to GraphQL names: ``timeOfDay``, ``TimeOfDay``, ``TIME_OF_DAY``."""

from __future__ import annotations


def to_pascal_case(slug: str) -> str:
    """Return the name of a type."""
    return "".join(word.capitalize() for word in slug.split("_"))


def to_camel_case(slug: str) -> str:
    """Return the name of a field or an argument."""
    name = to_pascal_case(slug)
    return lower_first(name)


def raise_first(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return a text with its first letter in lower case."""
    return text[:1].lower() + text[1:]


def to_constant_case(slug: str) -> str:
    """Return the name of an enum value."""
    return slug.upper()
