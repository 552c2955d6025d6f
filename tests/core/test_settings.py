"""The settings: read once, with all problems reported at once."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from cadran import environment
from cadran.errors import SettingsError
from cadran.settings import Settings


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


def test_the_table_has_a_row_for_each_setting():
    lines = environment.table().splitlines()
    assert len(lines) == 2 + len(Settings.__dataclass_fields__)
    assert "| `CADRAN_STATEMENT_TIMEOUT_SECONDS` | `15.0` | s | longest execution of one statement |" in lines
