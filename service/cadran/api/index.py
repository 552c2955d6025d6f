"""The index: where everything is, for people and for programs."""

from __future__ import annotations

from typing import Final

LINKS: Final = (
    ("/v1/catalogue", "catalogue", "The metrics with their definitions, the dimensions with their members"),
    ("/v1/indicators?metrics=qos,aht&by=site&period=2015", "indicators", "Quality of service and handle time by site"),
    ("/v1/scorecard?period=2015", "scorecard", "The seven headline figures of a year"),
    ("/v1/now?site=PAU", "now", "Who waits and what agents are doing"),
    ("/v1/usual-day?metrics=qos,contacts&period=2015&step=hour", "usual-day", "Figures by time of day"),
    ("/v1/change?metric=aht&period=2015-12&against=2015-11&by=site", "change", "Why a ratio moved, group by group"),
    (
        "/v1/distribution?of=wait&period=2015&by=site",
        "distribution",
        "How waits, or a metric's values, are distributed",
    ),
    ("/v1/goodwill-return?period=2015", "return", "What gestures cost and bring back, and what losing customers costs"),
    ("/v1/reports/received?period=2015-12", "report", "Requests received, one of the five reports"),
    ("/v1/agents?period=2015-12&site=PAU", "agents", "Agents beside each other, with ranks"),
    ("/v1/contacts?period=2015-12-24&outcome=abandoned", "contacts", "The contacts behind a figure"),
    ("/v1/survey-eligibility?period=2015-12", "survey-eligibility", "Who may be asked, and why the others may not"),
    (
        "/v1/survey-lists?list=to_call_back&period=2015-12",
        "survey-lists",
        "Non-respondents, promoters, whom to call back",
    ),
    ("/v1/recovery?period=2015-12&order=value", "recovery", "Who did not get through and is still to be called"),
    ("/v1/objectives", "objectives", "What is wanted, and how far it has come"),
    ("/v1/contracts", "contracts", "Contracts with partners; /v1/sla/… tells what is due by them"),
    ("/openapi.json", "service-desc", "The contract of the REST interface (OpenAPI 3.1)"),
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
<p>The figures of a contact centre, typed and answerable.</p>
<ul>
{items}
</ul>
</html>
"""


def index_document(version: str) -> dict[str, object]:
    """The links as JSON."""
    links = [{"href": href, "rel": relation, "title": title} for href, relation, title in LINKS]
    return {"name": "cadran", "version": version, "links": links}


def index_page(version: str) -> str:
    """The links as a page that needs nothing from elsewhere."""
    items = "\n".join(
        f'<li><a href="{href.replace("&", "&amp;")}">{href.replace("&", "&amp;")}</a><small>{title}</small></li>'
        for href, _, title in LINKS
    )
    return _PAGE.format(version=version, items=items)
