"""The SQL statements of survey lists."""

from datetime import UTC, datetime

from cadran.lists.statements.survey_lists import compose_statement, parse_list
from tests.domain.sample_directory import directory, question


def test_only_the_page_has_a_limit():
    # With a LIMIT inside the search for a customer's latest answers, PostgreSQL would scan the answers of all customers
    # for every survey.
    wanted = parse_list("promoters", instrument=None, kind=None, answers=3)
    now = datetime(2016, 1, 1, tzinfo=UTC)
    asked = compose_statement(question("csat"), directory(), wanted, now=now, limit=10, after=None, people=True)
    assert asked.sql.count("LIMIT") == 1
