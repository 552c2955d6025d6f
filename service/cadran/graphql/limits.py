"""What a document may weigh, measured before it is validated: validation takes seconds where one field is repeated
hundreds of times. Takes a parsed document; refuses with ``too_costly``, as soon as a limit is passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from cadran.errors import QuestionRefused

#: Pairs of fields under one response name, each of which validation compares, and pairs of fragments likewise.
_REPEATS_MAX: Final = 5_000
_FRAGMENTS_MAX: Final = 100
_FIELDS_MAX: Final = 3_000


@dataclass(frozen=True, slots=True)
class Limits:
    """``values_max`` bounds the values of a response; the others bound documents. Introspection needs a depth of 15."""

    depth_max: int = 20
    aliases_max: int = 200
    root_fields_max: int = 20
    tokens_max: int = 5_000
    characters_max: int = 50_000
    values_max: int = 500_000


def check(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that weighs too much."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    _at_most(_FRAGMENTS_MAX, len(fragments), "fragments")
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _Scales(fragments, limits).weigh(definition.selection_set)


def _at_most(limit: int, found: int, what: str) -> None:
    if found > limit:
        raise QuestionRefused(f"The operation has more than {limit} {what}.", code="too_costly")


@dataclass(slots=True)
class _Scales:
    """Walks an operation as execution does: fragments followed, fields of one response name merged, level by level."""

    fragments: Mapping[str, FragmentDefinitionNode]
    limits: Limits
    fields: int = 0
    aliases: int = 0
    repeats: int = 0
    waiting: list[tuple[int, list[SelectionSetNode]]] = field(default_factory=list)

    def weigh(self, operation: SelectionSetNode) -> None:
        """Refuse what passes a limit; the work is bounded by the limits themselves."""
        self.waiting.append((1, [operation]))
        while self.waiting:
            depth, selections = self.waiting.pop()
            _at_most(self.limits.depth_max, depth, "deep levels")
            groups = self._merged(selections)
            if depth == 1:
                _at_most(self.limits.root_fields_max, len(groups), "fields at its root")
            for group in groups.values():
                self.repeats += len(group) * (len(group) - 1) // 2
                _at_most(_REPEATS_MAX, self.repeats, "repetitions of fields")
                inner = [each.selection_set for each in group if each.selection_set]
                if inner:
                    self.waiting.append((depth + 1, inner))

    def _merged(self, selections: Iterable[SelectionSetNode]) -> Mapping[str, list[FieldNode]]:
        groups: dict[str, list[FieldNode]] = {}
        followed: set[str] = set()
        nodes: list[SelectionNode] = [node for each in selections for node in each.selections]
        while nodes:
            node = nodes.pop()
            if isinstance(node, FieldNode):
                groups.setdefault((node.alias or node.name).value, []).append(node)
                self._count(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                fragment = self.fragments.get(node.name.value)
                if fragment is None or node.name.value in followed:
                    continue
                followed.add(node.name.value)
                nodes.extend(fragment.selection_set.selections)
            else:
                nodes.extend(node.selection_set.selections)  # type: ignore[attr-defined]  # what is left is an inline fragment
        return groups

    def _count(self, node: FieldNode) -> None:
        self.fields += 1
        self.aliases += node.alias is not None
        _at_most(_FIELDS_MAX, self.fields, "fields")
        _at_most(self.limits.aliases_max, self.aliases, "aliases")
