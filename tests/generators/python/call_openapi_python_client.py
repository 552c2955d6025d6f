"""Calls the service with the client of openapi-python-client; imports every module that it made."""

import importlib
import json
import pkgutil
import sys

import cadran_client
from cadran_client import AuthenticatedClient
from cadran_client.api.catalogue import get_catalogue
from cadran_client.api.figures import get_indicators, get_scorecard, get_scorecard_csv
from cadran_client.api.objectives import create_objective, get_objective
from cadran_client.models import (
    KeyResultBody,
    KeyResultBodyWhere,
    ObjectiveBody,
    OwnerBody,
    Problem,
    Scorecard,
)

for module in pkgutil.walk_packages(cadran_client.__path__, "cadran_client."):
    importlib.import_module(module.name)
base_url, authorization = sys.argv[1:]
client = AuthenticatedClient(base_url=base_url, token=authorization.removeprefix("Bearer "))
where = KeyResultBodyWhere.from_dict({"channel.not": ["chat"]})
result = KeyResultBody(title="All are answered", metric="qos", baseline=0.5, target=0.9, where=where)
sent = ObjectiveBody.from_dict(
    {"title": "Be reachable", "owner": {"kind": "company"}, "start": "2015-11-01", "end": "2015-12-01"}
)
sent.key_results = [result]
assert isinstance(sent.owner, OwnerBody)


def contacts(**filters: list[str]) -> float:
    found = get_indicators.sync(client=client, metrics=["contacts"], period="2015-12", **filters)
    return found.totals["contacts"]


made = create_objective.sync(client=client, body=sent)
read = get_objective.sync(made.objective, client=client)
scorecard = get_scorecard.sync(client=client, period="2015-12")
assert isinstance(scorecard, Scorecard)
csv = get_scorecard_csv.sync(client=client, metrics=["contacts"], period="2015-12")
assert isinstance(csv, str)
refused = get_indicators.sync_detailed(client=client, metrics=["qso"], period="2015")
assert refused.status_code == 422
assert isinstance(refused.parsed, Problem)
told = {
    "phone": contacts(channel=["phone"]),
    "others": contacts(channel_not=["phone"]),
    "scorecard": [figure.metric for figure in scorecard.figures],
    "metrics": len(get_catalogue.sync(client=client).metrics),
    "objective": read.key_results[0].where.to_dict(),
    "csv": csv.split("\r\n")[0],
    "problem": refused.parsed.code,
}
sys.stdout.write(json.dumps(told))
