"""The index: links to all resources, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cadran.rest.operation import Operation

#: The address, the relation and the title of each link.
Links = Sequence[tuple[str, str, str]]
#: Links to resources that are no operations of REST.
_FURTHER: Final = (
    ("/graphql", "graphql", "The GraphQL endpoint; it takes POST"),
    ("/live", "live", "Whether the process lives"),
    ("/ready", "ready", "Whether it can answer"),
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>cadran</title>
<style>
  :root {{ color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }}
  body {{ max-width: 44rem; margin: 10vh auto; padding: 0 1.5rem }}
  li {{ margin: .6rem 0 }}
  small {{ display: block; opacity: .7 }}
</style>
<h1>cadran <small>{version}</small></h1>
<p>The figures of a contact centre, as a typed API.</p>
<ul>
{items}
</ul>
</html>
"""


def list_links(operations: Iterable[Operation]) -> Links:
    """Return the links of operations, and those to the resources that are no operations."""
    linked = [(each, each.link) for each in operations if each.link is not None]
    return (*((link.href or each.path, link.relation, link.title) for each, link in linked), *_FURTHER)


def make_index_document(version: str, links: Links) -> dict[str, object]:
    """Return the links as JSON."""
    shown = [{"href": href, "rel": relation, "title": title} for href, relation, title in links]
    return {"name": "cadran", "version": version, "links": shown}


def make_index_page(version: str, links: Links) -> str:
    """Return the links as an HTML page that loads nothing from elsewhere."""
    items = "\n".join(
        f'<li><a href="{href.replace("&", "&amp;")}">{href.replace("&", "&amp;")}</a><small>{title}</small></li>'
        for href, _, title in links
    )
    return _PAGE.format(version=version, items=items)
