"""Programs that the tests need and no Python package brings: where they are, and what happens where they are not.

`make test` and `make test-pg15` call this module first (`python -m tests.tools chromium`). Root on Debian installs the
program that is missing. Elsewhere the tests that need it are left out, and the end of the run names them. npm packages
(`tests/packages.py`) are left out in the same way where the registry cannot be reached. With `CADRAN_TEST_COMPLETE`
set, as CI sets it, whatever would be left out fails.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import pytest

COMPLETE: Final = "CADRAN_TEST_COMPLETE"
LEFT_OUT: Final = "left out: "
_APT: Final = ("apt-get", "--quiet=2", "--option=Acquire::Retries=3")
#: If the mirror does not answer, the tests must not wait for ever.
_APT_SECONDS_MAX: Final = 600.0
_CLUSTERS: Final = Path("/etc/postgresql-common/createcluster.conf")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program: where it is searched, and the Debian packages that contain it."""

    name: str
    find: Callable[[], Path | None]
    install: Callable[[], None]
    remedy: str

    def path(self) -> Path:
        """Return the path of the program. Where it is not installed, leave out the test that needs it."""
        found = self.find()
        if found is None:
            leave_out(f"{self.name}: {self.remedy}")
        return found


def leave_out(what: str) -> NoReturn:
    """Skip the test that needs a missing tool, or fail it when all tests are required."""
    if os.environ.get(COMPLETE):
        pytest.fail(f"{what} ({COMPLETE} is set: no test may be left out)", pytrace=False)
    pytest.skip(LEFT_OUT + what)


def _chromium() -> Path | None:
    named = os.environ.get("CADRAN_TEST_CHROMIUM")
    found = shutil.which(named) if named else shutil.which("chromium") or shutil.which("google-chrome")
    return None if found is None else Path(found)


def _postgresql_15() -> Path | None:
    found = shutil.which("postgres", path=os.environ.get("PG15") or "/usr/lib/postgresql/15/bin")
    return None if found is None else Path(found)


def _apt_get(*packages: str) -> None:
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update",), ("install", "--yes", "--no-install-recommends", *packages)):
        subprocess.run([*_APT, *command], check=True, env=quietly, stdout=sys.stderr, timeout=_APT_SECONDS_MAX)


def _install_postgresql_15() -> None:
    # Only the programs are needed, so Debian must not create or start a cluster.
    _apt_get("postgresql-common")
    _CLUSTERS.write_text(re.sub("(?m)^#?create_main_cluster .*", "create_main_cluster = false", _CLUSTERS.read_text()))
    _apt_get("postgresql-15")


CHROMIUM: Final = Tool(
    "chromium",
    _chromium,
    lambda: _apt_get("chromium"),
    "install it (Debian: apt-get install chromium), or name it in CADRAN_TEST_CHROMIUM",
)
POSTGRESQL_15: Final = Tool(
    "postgresql-15",
    _postgresql_15,
    _install_postgresql_15,
    "install it (Debian: apt-get install postgresql-15), or name the folder of its programs in PG15",
)
TOOLS: Final = {tool.name: tool for tool in (CHROMIUM, POSTGRESQL_15)}


def _is_ours_to_install() -> bool:
    release = Path("/etc/os-release")
    return os.geteuid() == 0 and release.is_file() and "\nID=debian\n" in f"\n{release.read_text()}\n"


def main(name: str, *, required: bool) -> int:
    """Install the tool if it is missing and may be installed. Return 1 when it is required and still missing."""
    tool = TOOLS[name]
    if tool.find() is None and _is_ours_to_install():
        sys.stderr.write(f"{name} is missing: installing it\n")
        try:
            tool.install()
        except (OSError, subprocess.SubprocessError) as error:
            sys.stderr.write(f"{error}\n")
    if tool.find() is not None:
        return 0
    sys.stderr.write(f"{name} is missing: {tool.remedy}\n")
    return int(required or bool(os.environ.get(COMPLETE)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], required="--required" in sys.argv[2:]))
