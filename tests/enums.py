"""GraphQL writes the words of closed lists in upper case, REST in lower case."""

from typing import Any


def as_rest(answer: Any, *names: str) -> Any:
    """Return an answer of GraphQL with the values of these members as REST writes them."""
    if isinstance(answer, list):
        return [as_rest(each, *names) for each in answer]
    if isinstance(answer, dict):
        return {
            name: value.lower() if name in names and isinstance(value, str) else as_rest(value, *names)
            for name, value in answer.items()
        }
    return answer
