"""Hand-written SQL is found by name, and only below its folder."""

import pytest

from cadran import sqlfiles


def test_a_file_is_read_by_its_name():
    assert "schema_migration" not in sqlfiles.read("migrations/0001_facts.sql")
    assert "CREATE TABLE" in sqlfiles.read("migrations/0001_facts.sql")


def test_names_are_sorted_and_readable():
    names = sqlfiles.names("migrations")
    assert names == sorted(names)
    assert all(sqlfiles.read(name) for name in names)
    assert sqlfiles.names("nowhere") == []


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "migrations/none.sql", "migrations"])
def test_what_is_not_there_is_refused(name: str):
    with pytest.raises(sqlfiles.UnknownSqlFile):
        sqlfiles.read(name)
