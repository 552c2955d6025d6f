"""The health probes (``web/health``) in the OpenAPI document. They have no limits, and no part of REST serves them."""

from __future__ import annotations

from typing import Any

from cadran.rest.responses import Success, describe_refused, describe_uncached


def describe_probes() -> dict[str, dict[str, Any]]:
    """Return the operations of the probes, by path and method."""
    unready = describe_uncached("The process cannot answer.", "Health").description
    return {
        "/live": _describe(
            "getLiveness",
            "Check that the process lives.",
            describe_uncached("The process lives.", "Health", {"status": "live"}),
        ),
        "/ready": _describe(
            "getReadiness",
            "Check that the process can answer. Each check is ok or has the reason of its failure.",
            describe_uncached("The process can answer.", "Health"),
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
