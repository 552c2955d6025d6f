"""What a document may weigh: depth, aliases and root fields, fragments followed. Measured before it is validated."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from cadran.errors import QuestionRefused


@dataclass(frozen=True, slots=True)
class Limits:
    """``values_max`` bounds the values of a response; the others bound documents. Introspection needs a depth of 15."""

    depth_max: int = 20
    aliases_max: int = 200
    root_fields_max: int = 20
    tokens_max: int = 5_000
    characters_max: int = 50_000
    values_max: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Weight:
    """Levels of fields, aliases counted as often as fragments repeat them, response names of the outermost level."""

    depth: int = 0
    aliases: int = 0
    outermost: frozenset[str] = frozenset()


def check(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that weighs too much, with code ``too_costly``."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    scales = _Scales(fragments)
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            continue
        try:
            weight = scales.weigh(definition.selection_set)
        except RecursionError:
            weight = Weight(depth=limits.depth_max + 1)
        for what, found, most in (
            ("deep levels", weight.depth, limits.depth_max),
            ("aliases", weight.aliases, limits.aliases_max),
            ("fields at its root", len(weight.outermost), limits.root_fields_max),
        ):
            if found > most:
                raise QuestionRefused(f"The operation has more than {most} {what}.", code="too_costly")


@dataclass(slots=True)
class _Scales:
    """Each fragment is weighed once, however often it is spread: the work is linear in the document."""

    fragments: dict[str, FragmentDefinitionNode]
    known: dict[str, Weight] = field(default_factory=dict)

    def weigh(self, selections: SelectionSetNode | None) -> Weight:
        depth = aliases = 0
        outermost: set[str] = set()
        for each in selections.selections if selections else ():
            weight = Weight()
            if isinstance(each, FieldNode):
                inner = self.weigh(each.selection_set)
                name = each.alias or each.name
                weight = Weight(inner.depth + 1, inner.aliases + (each.alias is not None), frozenset((name.value,)))
            elif isinstance(each, InlineFragmentNode):
                weight = self.weigh(each.selection_set)
            elif isinstance(each, FragmentSpreadNode):
                weight = self._fragment(each.name.value)
            depth = max(depth, weight.depth)
            aliases += weight.aliases
            outermost |= weight.outermost
        return Weight(depth, aliases, frozenset(outermost))

    def _fragment(self, name: str) -> Weight:
        if name not in self.known:
            # A fragment within itself weighs nothing here: validation refuses it.
            self.known[name] = Weight()
            fragment = self.fragments.get(name)
            if fragment is not None:
                self.known[name] = self.weigh(fragment.selection_set)
        return self.known[name]
