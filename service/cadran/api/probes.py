"""The health probes (``web/health``) in the OpenAPI document. They have no limits, and no part of REST serves them."""

from __future__ import annotations

from typing import Any, Final

from cadran.rest.responses import Success, describe_refused, describe_uncached
from cadran.rest.schemas import INSTANT, TEXT, Schema, make_mapping, make_record

_JOB: Final = make_record(
    "A job of `cadran worker`, and its last run by any worker. `cadran worker --list` also shows results and errors.",
    {
        "state": {
            "enum": ["waiting", "running", "ok", "failed", "unfinished", "overdue"],
            "description": "How the last run ended (ok, failed, unfinished: its worker was stopped), running, waiting"
            " for the first run, or overdue: a worker is connected, but has not started the job for three intervals.",
        },
        "failures": {"type": "integer", "description": "The number of failed runs since the last successful one."},
        "last_start": {
            **INSTANT,
            "type": ["string", "null"],
            "description": "When the last run started; null before the first run.",
        },
        "seconds": {
            "type": ["number", "null"],
            "description": "The duration of the last run that ended, in seconds; null before the first end.",
        },
        "interval_seconds": {"type": "number", "description": "The time between two starts, in seconds."},
        "locked": {"type": "boolean", "description": "Whether only one worker at a time runs the job."},
    },
)
PROBE_SCHEMAS: Final[dict[str, Schema]] = {
    "Readiness": make_record(
        "Whether the process can answer, and the jobs of the workers. Jobs do not make the process unready.",
        {
            "status": {"enum": ["ready", "unready"], "description": "The state of the process."},
            "checks": make_mapping(TEXT, "The result of each check: ok, or the reason of the failure."),
            "jobs": make_mapping(_JOB, "The state of each job by its name; empty if the database does not answer."),
            "unfilled": make_mapping(
                {"type": "integer"},
                "The rollups that a worker is filling after an upgrade, each with the number of columns that are read"
                " from the facts until then. Absent if there are none.",
            ),
        },
        optional=("unfilled",),
    ),
}


def describe_probes() -> dict[str, dict[str, Any]]:
    """Return the operations of the probes, by path and method."""
    unready = describe_uncached("The process cannot answer.", "Readiness").description
    return {
        "/live": _describe(
            "getLiveness",
            "Check that the process lives.",
            describe_uncached("The process lives.", "Health", {"status": "live"}),
        ),
        "/ready": _describe(
            "getReadiness",
            "Check that the process can answer, and show the jobs of the workers.",
            describe_uncached("The process can answer.", "Readiness"),
            {"503": unready},
        ),
    }


def _describe(name: str, about: str, success: Success, more: dict[str, Any] | None = None) -> dict[str, Any]:
    refused = describe_refused("Internal", "MethodNotAllowed", "HeadTooLarge")
    operation = {
        "operationId": name,
        "tags": ["service"],
        "summary": about.partition(".")[0],
        "description": about,
        "responses": dict(sorted({"200": success.description, **(more or {}), **refused}.items())),
        "security": [],
    }
    return {"get": operation}
