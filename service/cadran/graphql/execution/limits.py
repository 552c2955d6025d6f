"""Limits on GraphQL documents, checked before validation.

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

#: The fields that describe the schema itself.
INTROSPECTION: Final = frozenset({"__schema", "__type"})
#: The fields of introspection that list types, or things that have types.
_LISTS: Final = frozenset({"fields", "inputFields", "interfaces", "possibleTypes"})


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits; each is a setting of the same name.

    The limits named ``variables_*`` bound the variables, the others bound the document. The desk limits what a response
    may show. Introspection needs a depth of 15. ``introspections_max`` 0 refuses introspection; otherwise one of the
    introspections may be ``__schema``.
    """

    depth_max: int = 20
    aliases_max: int = 200
    root_fields_max: int = 20
    fields_max: int = 3_000
    repeats_max: int = 5_000
    operations_max: int = 10
    fragments_max: int = 100
    directives_max: int = 100
    field_directives_max: int = 4
    tokens_max: int = 3_000
    characters_max: int = 50_000
    variables_max: int = 100
    variables_bytes_max: int = 50_000
    variables_depth_max: int = 20
    introspections_max: int = 10


def check(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that exceeds a limit, as written or with its fragments expanded. Raises QuestionRefused."""
    _DocumentCounts(limits).count(document.definitions)
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _Scales(fragments, limits).weigh(definition.selection_set)


def check_variables(variables: Mapping[str, Any] | None, limits: Limits) -> None:
    """Refuse variables that are too large or too deep, since coercion takes far longer than parsing."""
    if not variables:
        return
    try:
        size = len(orjson.dumps(variables))
    except orjson.JSONEncodeError:
        # orjson can read deeper nesting than it can write. The depth check below refuses it.
        size = 0
    _at_most(limits.variables_bytes_max, size, "bytes of variables")
    level: list[Any] = [variables]
    depth = 0
    while level:
        depth += 1
        _at_most(limits.variables_depth_max, depth, "levels of variables")
        inner = [each.values() if isinstance(each, dict) else each for each in level]
        level = [value for values in inner for value in values if isinstance(value, dict | list)]


def _at_most(limit: int, found: int, what: str) -> None:
    if found > limit:
        raise TooCostly(f"The operation has more than {limit} {what}. Send it in parts.", cost=found, limit=limit)


@dataclass(slots=True)
class _DocumentCounts:
    """Counts of everything that validation visits, used or not. The cost of validation is quadratic in some of them."""

    limits: Limits
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
                _at_most(self.limits.variables_max, len(variables), "variables")
                for variable in variables:
                    self._directed(variable)
            elif isinstance(each, FragmentDefinitionNode):
                fragments += 1
            else:
                continue
            self._directed(each)
            self._selected(each.selection_set)
        _at_most(self.limits.operations_max, operations, "operations in its document")
        _at_most(self.limits.fragments_max, fragments, "fragments")

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
        _at_most(self.limits.fragments_max, self.spreads, "spreads of fragments")
        _at_most(self.limits.fields_max, self.fields, "fields")

    def _directed(self, node: Any) -> None:
        own = len(node.directives or ())
        _at_most(self.limits.field_directives_max, own, "directives at one place")
        self.directives += own
        _at_most(self.limits.directives_max, self.directives, "directives")


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
    limits: Limits
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
            _at_most(self.limits.depth_max, level.depth, "deep levels")
            groups = self._merged(level.selections)
            if level.root:
                _check_introspection(level, groups, is_alone=self.introspections == 1)
            if level.depth == 1:
                _at_most(self.limits.root_fields_max, len(groups), "fields at its root")
            for group in groups.values():
                self.repeats += len(group) * (len(group) - 1) // 2
                _at_most(self.limits.repeats_max, self.repeats, "repetitions of fields")
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
            if not self.limits.introspections_max:
                raise QuestionRefused(
                    "Introspection is off (CADRAN_GRAPHQL_INTROSPECTIONS_MAX). Ask the operator of the service for"
                    " schema.graphql.",
                    code="introspection_off",
                )
            _at_most(self.limits.introspections_max, self.introspections, "introspections (__schema, __type)")
            _at_most(1, self.schemas, "introspection of all types (__schema)")
        _at_most(self.limits.fields_max, self.fields, "fields")
        _at_most(self.limits.aliases_max, self.aliases, "aliases")
