"""The shell around all routes: the router and its middleware, as one pure ASGI application.

The layers from the outside: authentication, response cache, request id, tracing and access record, problems, admission,
body limit, deprecations, routes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from cadran.access.callers import Callers
from cadran.engine.versions import Versions
from cadran.telemetry import UNTRACED, Tracing
from cadran.web.access_log import AccessLog
from cadran.web.authentication import AdmissionControl, Authentication, CallLimits
from cadran.web.body_limit import BodyLimit
from cadran.web.deprecation import Deprecations
from cadran.web.problem import Problems
from cadran.web.request_id import RequestIds
from cadran.web.response_cache import ResponseCache


def build_shell(
    routes: Sequence[BaseRoute],
    *,
    callers: Callers,
    call_limits: CallLimits,
    versions: Versions,
    body_bytes_max: int,
    body_seconds: float,
    finished_bytes_max: int,
    fresh_seconds: float,
    clock: Callable[[], datetime],
    tracing: Tracing = UNTRACED,
    lifespan: Lifespan[Any] | None = None,
    seconds: Callable[[], float] = monotonic,
) -> ASGIApp:
    """Return the application that serves these routes.

    ``seconds`` is the monotonic clock of the caches and rate limits, ``clock`` the wall clock.
    """
    routed = _RoutedApp(Router(routes, redirect_slashes=False, lifespan=lifespan))
    admitted = AdmissionControl(BodyLimit(Deprecations(routed), bytes_max=body_bytes_max), limits=call_limits)
    finished = ResponseCache(
        RequestIds(AccessLog(Problems(admitted), tracing=tracing)),
        versions=versions,
        tracing=tracing,
        bytes_max=finished_bytes_max,
        fresh_seconds=fresh_seconds,
        clock=clock,
        body_seconds=body_seconds,
        seconds=seconds,
    )
    return Authentication(
        finished,
        callers=callers,
        limits=call_limits,
        seconds=seconds,
    )


class _RoutedApp:
    """The router, marked as part of an application, so that it raises 404 and 405 as exceptions for ``Problems``."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self
        await self._router(scope, receive, send)
