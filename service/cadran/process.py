"""The clock and the log on standard error, which every process of cadran uses.

The module imports nothing heavy, so that a command that needs no service starts fast.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from cadran.printable import escape_controls


class PlainFormatter(logging.Formatter):
    """A log formatter that is safe for untrusted texts, such as a path, a header or a server's message.

    Each record takes one line. The lines of a traceback follow it, indented.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """Return the record's line, with control characters and line breaks escaped."""
        return escape_controls(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        """Return the traceback, with every line indented and control characters escaped."""
        return "\n".join(f"    {escape_controls(line)}" for line in super().formatException(ei).splitlines())


def write_log(level: str) -> None:
    """Write log records of this level and above to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    # asyncpg's pool logs a traceback for every lost connection. Our own log line reports the loss once.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)


def clock() -> datetime:
    """Return the present instant. All other code receives this function as an argument."""
    return datetime.now(UTC)
