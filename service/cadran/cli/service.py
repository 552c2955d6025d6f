"""The service of a command, over the database of the command (``cli.database``)."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from cadran.app import Service, open_service
from cadran.settings import Settings


def open_for_command(settings: Settings) -> AbstractAsyncContextManager[Service]:
    """Return a service for the duration of a command."""
    return open_service(settings, cache=False)
