"""The check of GraphQL documents and variables against their limits, before validation.

Takes a parsed document. Refuses with ``too_costly`` as soon as a limit is exceeded. The limits come first because
validation takes seconds for a document that repeats one field hundreds of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from cadran.errors import QuestionRefused, TooCostly
from cadran.graphql.execution.fixed_limits import Limit

#: The fields that describe the schema itself.
INTROSPECTION: Final = frozenset({"__schema", "__type"})
#: The fields of introspection that list types, or things that have types.
_LISTS: Final = frozenset({"fields", "inputFields", "interfaces", "possibleTypes"})


def check(document: DocumentNode, *, introspections_max: int) -> None:
    """Refuse a document that exceeds a limit, as written or with its fragments expanded. Raises QuestionRefused.

    ``introspections_max`` is the most introspections of an operation, one of which may be ``__schema``; 0 refuses all.
    """
    _DocumentCounts().count(document.definitions)
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _Scales(fragments, introspections_max).weigh(definition.selection_set)


def check_variables(variables: Mapping[str, Any] | None) -> None:
    """Refuse variables that are too large or too deep, since coercion takes far longer than parsing."""
    if not variables:
        return
    try:
        size = len(orjson.dumps(variables))
    except orjson.JSONEncodeError:
        # orjson can read deeper nesting than it can write. The depth check below refuses it.
        size = 0
    _at_most(Limit.VARIABLES_BYTES, size, "bytes of variables")
    level: list[Any] = [variables]
    depth = 0
    while level:
        depth += 1
        _at_most(Limit.VARIABLES_DEPTH, depth, "levels of variables")
        inner = [each.values() if isinstance(each, dict) else each for each in level]
        level = [value for values in inner for value in values if isinstance(value, dict | list)]


def _at_most(limit: Limit | int, found: int, what: str) -> None:
    most = limit.most if isinstance(limit, Limit) else limit
    if found > most:
        raise TooCostly(f"The operation has more than {most} {what}. Send it in parts.", cost=found, limit=most)


@dataclass(slots=True)
class _DocumentCounts:
    """Counts of everything that validation visits, used or not. The cost of validation is quadratic in some of them."""

    directives: int = 0
    spreads: int = 0
    fields: int = 0

    def count(self, definitions: Iterable[DefinitionNode]) -> None:
        """Refuse definitions that exceed a limit. The walk descends no deeper than the parser did."""
        operations = fragments = 0
        for each in definitions:
            if isinstance(each, OperationDefinitionNode):
                operations += 1
                variables = each.variable_definitions or ()
                _at_most(Limit.VARIABLES, len(variables), "variables")
                for variable in variables:
                    self._directed(variable)
            elif isinstance(each, FragmentDefinitionNode):
                fragments += 1
            else:
                continue
            self._directed(each)
            self._selected(each.selection_set)
        _at_most(Limit.OPERATIONS, operations, "operations in its document")
        _at_most(Limit.FRAGMENTS, fragments, "fragments")

    def _selected(self, selections: SelectionSetNode) -> None:
        waiting: list[SelectionSetNode | None] = [selections]
        while waiting:
            for node in selected.selections if (selected := waiting.pop()) is not None else ():
                self._directed(node)
                if isinstance(node, FieldNode):
                    self.fields += 1
                    waiting.append(node.selection_set)
                else:
                    self.spreads += 1
                    waiting.append(node.selection_set if isinstance(node, InlineFragmentNode) else None)
        _at_most(Limit.FRAGMENTS, self.spreads, "spreads of fragments")
        _at_most(Limit.FIELDS, self.fields, "fields")

    def _directed(self, node: Any) -> None:
        own = len(node.directives or ())
        _at_most(Limit.FIELD_DIRECTIVES, own, "directives at one place")
        self.directives += own
        _at_most(Limit.DIRECTIVES, self.directives, "directives")


class _Level(NamedTuple):
    """The selections of a field at one depth.

    ``root`` is the introspection field that contains the level, or empty. ``is_listed`` says whether the level is
    inside one of the lists of introspection.
    """

    depth: int
    selections: list[SelectionSetNode]
    root: str = ""
    is_listed: bool = False

    def within(self, name: str, selections: list[SelectionSetNode]) -> _Level:
        """Return the level below the field ``name`` of this level."""
        root = self.root or (name if name in INTROSPECTION else "")
        return _Level(self.depth + 1, selections, root, self.is_listed or name in _LISTS)


def _check_introspection(level: _Level, groups: Mapping[str, list[FieldNode]], *, is_alone: bool) -> None:
    """Refuse introspections whose cost is out of proportion: aliases, and fields listed within fields.

    A single ``__type`` may list the fields of its fields (``is_alone``). Several may not.
    """
    nodes = [node for group in groups.values() for node in group]
    if any(node.alias for node in nodes):
        raise TooCostly("An introspection contains aliases. Leave the aliases out.", cost=1, limit=0)
    is_narrow = level.root == "__type" and is_alone
    if not is_narrow and level.is_listed and any(node.name.value in _LISTS for node in nodes):
        detail = (
            "An introspection lists fields within fields. Ask for one `__type` alone to list the fields of its fields."
        )
        raise TooCostly(detail, cost=2, limit=1)


@dataclass(slots=True)
class _Scales:
    """Counts of an operation as execution sees it.

    Fragments are expanded, and fields with the same response name are merged, level by level.
    """

    fragments: Mapping[str, FragmentDefinitionNode]
    introspections_max: int
    fields: int = 0
    aliases: int = 0
    repeats: int = 0
    introspections: int = 0
    schemas: int = 0
    waiting: list[_Level] = field(default_factory=list)

    def weigh(self, operation: SelectionSetNode) -> None:
        """Refuse an operation that exceeds a limit. The limits also bound the work of this check."""
        self.waiting.append(_Level(1, [operation]))
        while self.waiting:
            level = self.waiting.pop()
            _at_most(Limit.DEPTH, level.depth, "deep levels")
            groups = self._merged(level.selections)
            if level.root:
                _check_introspection(level, groups, is_alone=self.introspections == 1)
            if level.depth == 1:
                _at_most(Limit.ROOT_FIELDS, len(groups), "fields at its root")
            for group in groups.values():
                self.repeats += len(group) * (len(group) - 1) // 2
                _at_most(Limit.REPEATS, self.repeats, "repetitions of fields")
                inner = [each.selection_set for each in group if each.selection_set]
                if inner:
                    self.waiting.append(level.within(group[0].name.value, inner))

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
        if node.name.value in INTROSPECTION:
            self.introspections += 1
            self.schemas += node.name.value == "__schema"
            if not self.introspections_max:
                raise QuestionRefused(
                    "Introspection is off (CADRAN_GRAPHQL_INTROSPECTIONS_MAX). Ask the operator of the service for"
                    " schema.graphql.",
                    code="introspection_off",
                )
            _at_most(self.introspections_max, self.introspections, "introspections (__schema, __type)")
            _at_most(1, self.schemas, "introspection of all types (__schema)")
        _at_most(Limit.FIELDS, self.fields, "fields")
        _at_most(Limit.ALIASES, self.aliases, "aliases")
