"""Who sits at the terminal, for the audit log."""

from __future__ import annotations

import getpass


def who() -> str:
    """The name by which the audit log knows whoever runs the command."""
    return f"terminal:{getpass.getuser()}"
