"""Enum values are upper case in GraphQL and lower case in REST."""

from typing import Any


def as_rest(answer: Any, *names: str) -> Any:
    """Convert the values of these members in a GraphQL answer to the lower case of REST."""
    if isinstance(answer, list):
        return [as_rest(each, *names) for each in answer]
    if isinstance(answer, dict):
        return {
            name: value.lower() if name in names and isinstance(value, str) else as_rest(value, *names)
            for name, value in answer.items()
        }
    return answer
