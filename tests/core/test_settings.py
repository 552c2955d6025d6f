"""The settings: read once, with all problems reported at once."""

import ast
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from cadran import environment
from cadran.errors import SettingsError
from cadran.graphql.execution.fixed_limits import Limit
from cadran.settings import Settings

SERVICE = Path(__file__).resolve().parents[2] / "service/cadran"


def test_an_empty_environment_gives_the_defaults():
    assert environment.read({"PATH": "/bin", "CADRAN_PORT": " "}) == Settings()


def test_values_are_typed():
    read = environment.read(
        {
            "CADRAN_PORT": "9000",
            "CADRAN_VALUES_MAX": "1_000",
            "CADRAN_FRESH_SECONDS": "2.5",
            "CADRAN_DATA_DIR": "/srv/x",
        }
    )
    assert (read.port, read.values_max, read.fresh_seconds, read.data_dir) == (9000, 1000, 2.5, Path("/srv/x"))
    assert environment.read({"CADRAN_LOG_LEVEL": "DEBUG"}).log_level == "debug"


def test_all_problems_are_told_at_once():
    with pytest.raises(SettingsError) as caught:
        environment.read({"CADRAN_PORT": "99999", "CADRAN_ZONE": "Mars/Olympus", "CADRAN_VALUE_MAX": "3"})
    assert caught.value.lines == (
        "CADRAN_VALUE_MAX is not a setting; did you mean CADRAN_VALUES_MAX?",
        "CADRAN_PORT='99999' must be at most 65535",
        "CADRAN_ZONE='Mars/Olympus' is not an IANA time zone such as Europe/Paris",
    )


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("CADRAN_PORT", "8000.5", "is not a whole number"),
        ("CADRAN_TRACE_SAMPLE_RATIO", "nan", "must be at least 0"),
        ("CADRAN_FRESH_SECONDS", "inf", "must be finite"),
        ("CADRAN_OTLP_ENDPOINT", "collector:4318", "must begin with http"),
        ("CADRAN_CURRENCY", "euro", "three capital letters"),
        ("CADRAN_LOG_LEVEL", "loud", "must be one of debug"),
        ("CADRAN_ZONE", "../../etc/passwd", "is not an IANA time zone"),
        ("CADRAN_REFRESH_WORKERS", "0", "must be at least 1 connections"),
        ("CADRAN_POOL_MIN", "50", "is more than CADRAN_POOL_MAX"),
    ],
)
def test_bad_values_are_refused(name: str, text: str, reason: str):
    with pytest.raises(SettingsError, match=reason):
        environment.read({name: text})


def test_a_password_is_not_repeated():
    with pytest.raises(SettingsError) as caught:
        environment.read({"CADRAN_DATABASE_URL": "mysql://cadran:secret@db/cadran"})
    assert "secret" not in str(caught.value)


def test_every_number_but_a_port_and_a_share_has_a_unit():
    numbers = [each for each in fields(Settings) if each.type in (int, float)]
    assert {each.name for each in numbers if not each.metadata["unit"]} == {"port", "trace_sample_ratio"}


def test_settings_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]  # That it cannot be assigned is what is tested.


def test_the_tables_have_a_row_for_each_setting_of_their_group():
    sections = environment.write_tables().split("## ")[1:]
    rows = [line for section in sections for line in section.splitlines() if line.startswith("| `")]
    assert len(rows) == len(fields(Settings)) == len(environment.list_settings())
    database = next(section for section in sections if section.startswith("Database\n"))
    assert "| `CADRAN_STATEMENT_TIMEOUT_SECONDS` | `15.0` | s | longest execution of one statement |" in database


@pytest.mark.parametrize("limit", Limit)
def test_a_variable_of_a_fixed_limit_is_refused_with_its_value(limit: Limit):
    name = f"CADRAN_GRAPHQL_{limit.name}_MAX"
    with pytest.raises(SettingsError) as caught:
        environment.read({name: "7"})
    assert caught.value.lines == (
        f"{name} is no longer a setting: the limit is fixed at {limit.most} {limit.unit}; remove the variable",
    )


def test_a_default_is_written_once():
    """Check that no module has the default of a setting again, as a number of the same name.

    The settings take the bounds of the API from `domain/bounds.py`.
    """
    numbers = {each.name: each.default for each in environment.list_settings() if type(each.default) in (int, float)}
    again = [
        f"{path.relative_to(SERVICE)}:{line} {name}"
        for path in SERVICE.rglob("*.py")
        if path.name not in ("settings.py", "bounds.py")
        for name, value, line in _defaults(ast.parse(path.read_text(encoding="utf-8")))
        if value in [default for setting, default in numbers.items() if f"_{setting}".endswith(f"_{name}")]
    ]
    assert not again, f"take these values without a default: {again}"


def _defaults(tree: ast.Module) -> Iterator[tuple[str, float, int]]:
    """Yield the name, the number and the line of each constant, member and parameter with a number."""
    for node in ast.walk(tree):
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(ast.unparse(target), node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign):
            pairs = [(ast.unparse(node.target), node.value)]
        elif isinstance(node, ast.arguments):
            places = [*node.posonlyargs, *node.args]
            pairs = [*zip([each.arg for each in reversed(places)], reversed(node.defaults), strict=False)]
            pairs += zip([each.arg for each in node.kwonlyargs], node.kw_defaults, strict=True)
        for name, value in pairs:
            if "_" in name and isinstance(value, ast.Constant) and isinstance(value.value, int | float):
                yield name.lower().strip("_"), value.value, value.lineno
