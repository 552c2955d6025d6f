"""The index: links to all resources, for people and for programs."""

from __future__ import annotations

from typing import Final

LINKS: Final = (
    ("/v1/catalogue", "catalogue", "Metrics with their definitions, dimensions with their members"),
    ("/v1/indicators?metrics=qos,aht&by=site&period=2015", "indicators", "Quality of service and handle time by site"),
    ("/v1/scorecard?period=2015", "scorecard", "The seven headline figures of a year"),
    ("/v1/now?site=PAU", "now", "The queue and the states of agents at present"),
    ("/v1/usual-day?metrics=qos,contacts&period=2015&step=hour", "usual-day", "Figures by time of day"),
    ("/v1/change?metric=aht&period=2015-12&against=2015-11&by=site", "change", "Why a ratio changed, group by group"),
    (
        "/v1/distribution?of=wait&period=2015&by=site",
        "distribution",
        "The distribution of waits or of a metric's values",
    ),
    (
        "/v1/goodwill-return?period=2015",
        "return",
        "The cost and the return of gestures, and the cost of losing customers",
    ),
    ("/v1/reports/received?period=2015-12", "report", "Requests received, one of the five reports"),
    ("/v1/agents?period=2015-12&site=PAU", "agents", "Agents side by side, with ranks"),
    ("/v1/contacts?period=2015-12-24&outcome=abandoned", "contacts", "The contacts behind a figure"),
    (
        "/v1/survey-eligibility?period=2015-12",
        "survey-eligibility",
        "Customers who may be surveyed, and why others may not",
    ),
    (
        "/v1/survey-lists?list=to_call_back&period=2015-12",
        "survey-lists",
        "Non-respondents, promoters, customers to call back",
    ),
    (
        "/v1/recovery?period=2015-12&order=value",
        "recovery",
        "Customers who did not get through and are still to be called",
    ),
    ("/v1/objectives", "objectives", "Objectives with their key results and progress"),
    ("/v1/contracts", "contracts", "SLA contracts with partners; /v1/sla/… has the amounts due"),
    ("/openapi.json", "service-desc", "The description of the REST interface (OpenAPI 3.1)"),
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


def make_index_document(version: str) -> dict[str, object]:
    """Return the links as JSON."""
    links = [{"href": href, "rel": relation, "title": title} for href, relation, title in LINKS]
    return {"name": "cadran", "version": version, "links": links}


def make_index_page(version: str) -> str:
    """Return the links as an HTML page that loads nothing from elsewhere."""
    items = "\n".join(
        f'<li><a href="{href.replace("&", "&amp;")}">{href.replace("&", "&amp;")}</a><small>{title}</small></li>'
        for href, _, title in LINKS
    )
    return _PAGE.format(version=version, items=items)
