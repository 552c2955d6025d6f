"""Calls the service with httpx, and reads and writes by the models of datamodel-code-generator."""

import json
import sys

import httpx
import models

base_url, authorization = sys.argv[1:]
client = httpx.Client(base_url=base_url, headers={"authorization": authorization})


def get(path: str, **query: str) -> bytes:
    response = client.get(path, params=query)
    response.raise_for_status()
    return response.content


def contacts(**filters: str) -> float:
    body = get("/v1/indicators", metrics="contacts", period="2015-12", **filters)
    return models.Indicators.model_validate_json(body).totals.root["contacts"]


sent = models.ObjectiveBody(
    title="Be reachable",
    owner=models.OwnerBody(kind="company"),
    start="2015-11-01",
    end="2015-12-01",
    key_results=[
        models.KeyResultBody(
            title="All are answered", metric="qos", baseline=0.5, target=0.9, where={"channel.not": ["chat"]}
        )
    ],
)
body = sent.model_dump_json(exclude_unset=True, by_alias=True)
made = client.post("/v1/objectives", content=body, headers={"content-type": "application/json"})
number = models.Objective.model_validate_json(made.content).objective
read = models.Objective.model_validate_json(get(f"/v1/objectives/{number}"))
refused = client.get("/v1/indicators", params={"metrics": "qso", "period": "2015"})
scorecard = models.Scorecard.model_validate_json(get("/v1/scorecard", period="2015-12"))
told = {
    "phone": contacts(channel="phone"),
    "others": contacts(**{"channel.not": "phone"}),
    "scorecard": [figure.metric for figure in scorecard.figures],
    "metrics": len(models.Catalogue.model_validate_json(get("/v1/catalogue")).metrics),
    "objective": read.key_results[0].where,
    "csv": get("/v1/csv/scorecard", metrics="contacts", period="2015-12").decode().split("\r\n")[0],
    "problem": models.Problem.model_validate_json(refused.content).code,
}
sys.stdout.write(json.dumps(told, default=lambda model: getattr(model, "root", str(model))))
