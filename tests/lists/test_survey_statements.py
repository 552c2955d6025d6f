"""The lists of surveys as they are asked for."""

from datetime import UTC, datetime

from cadran.lists.statements.survey_lists import compose_statement, parse_list
from tests.domain.sample_directory import directory, question


def test_only_the_page_has_a_limit():
    # A LIMIT within the search for a customer's latest answers makes PostgreSQL walk everybody's, for every survey.
    wanted = parse_list("promoters", instrument=None, kind=None, answers=3)
    now = datetime(2016, 1, 1, tzinfo=UTC)
    asked = compose_statement(question("csat"), directory(), wanted, now=now, limit=10, after=None, people=True)
    assert asked.sql.count("LIMIT") == 1
