"""Tests of hand-written SQL: statements are found by name, and only below the folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cadran import sqlfiles

KEYS = """-- Keys.

-- name: create_key
-- Create a key.
INSERT INTO api_key VALUES ($1)

-- Two comments explain this query:
-- one above the header, one below.
-- name: revoke_key
-- Revoke the key $1.
UPDATE api_key
SET revoked = true  -- for good
WHERE key_id = $1
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a file of an SQL folder that only one test uses."""
    monkeypatch.setattr(sqlfiles, "folder", lambda: tmp_path)
    yield tmp_path / "keys.sql"
    sqlfiles.read.cache_clear()
    sqlfiles.queries.cache_clear()


def test_a_file_is_read_by_its_name():
    assert "schema_migration" not in sqlfiles.read("migrations/0001_facts.sql")
    assert "CREATE TABLE" in sqlfiles.read("migrations/0001_facts.sql")
    assert sqlfiles.queries("migrations/0001_facts.sql") == {}


def test_names_are_sorted_and_readable():
    names = sqlfiles.names("migrations")
    assert names == sorted(names)
    assert all(sqlfiles.read(name) for name in names)
    assert sqlfiles.names("nowhere") == []


@pytest.mark.parametrize(
    "name", ["../pyproject.toml", "/etc/passwd", "migrations/none.sql", "migrations", "../keys.sql:create_key"]
)
def test_what_is_not_there_is_refused(name: str):
    with pytest.raises(sqlfiles.UnknownSqlFile):
        sqlfiles.read(name)


def test_a_query_is_read_by_file_and_name(written: Path):
    written.write_text(KEYS)
    assert list(sqlfiles.queries("keys.sql")) == ["create_key", "revoke_key"]
    assert sqlfiles.read("keys.sql:create_key") == "-- Create a key.\nINSERT INTO api_key VALUES ($1)\n"
    revoke = sqlfiles.read("keys.sql:revoke_key")
    assert revoke.startswith("-- Revoke the key $1.\nUPDATE api_key\n")
    assert revoke.endswith("WHERE key_id = $1\n")
    assert sqlfiles.read("keys.sql:revoke_key") is revoke


def test_an_unknown_query_is_refused_with_the_known_ones(written: Path):
    written.write_text(KEYS)
    with pytest.raises(sqlfiles.UnknownSqlFile, match=r"no query 'rotate_key'.*create_key, revoke_key"):
        sqlfiles.read("keys.sql:rotate_key")
    with pytest.raises(sqlfiles.UnknownSqlFile, match=r"there is no sql/tokens\.sql"):
        sqlfiles.read("tokens.sql:create_key")


def test_a_file_of_queries_is_not_read_as_a_whole(written: Path):
    written.write_text(KEYS)
    with pytest.raises(sqlfiles.UnknownSqlFile, match=r"'keys\.sql:create_key'"):
        sqlfiles.read("keys.sql")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n", "two queries named 'a'"),
        ("SELECT 0\n-- name: a\nSELECT 1\n", "before its first header"),
        ("-- name: a\n-- Nothing.\n-- name: b\nSELECT 1\n", "no statement below the header of 'a'"),
        ("-- name: a b\nSELECT 1\n", "a name consists of"),
        ("-- name:\nSELECT 1\n", "a name consists of"),
    ],
)
def test_a_malformed_file_is_refused(written: Path, text: str, message: str):
    written.write_text(text)
    with pytest.raises(sqlfiles.BadSqlFile, match=message):
        sqlfiles.read("keys.sql:a")
