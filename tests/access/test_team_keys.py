"""Keys that are bound to teams but not to sites: they know the sites of their teams and no others."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import pytest

from cadran.domain.access.permit import restrict_directory
from cadran.domain.access.principal import Principal
from cadran.domain.directory import Directory, Member
from cadran.domain.question import Filter
from cadran.objectives.model.permissions import find_visible_owners
from tests.access.rule_requests import holding, unnamed
from tests.access.rules import ENDPOINTS, FIELDS
from tests.access.two_sites import House

READS: Final = [rule for (method, _), rule in ENDPOINTS.items() if method == "GET" and rule.right == "figures"]
SITE: Final = ', where: {site: {in: ["%s"]}}'


def of_teams(*codes: str, role: Any = "analyst") -> Principal:
    return Principal("teams", (Filter("team", codes),), role)


@pytest.fixture(scope="module")
async def bearer(shared: House) -> dict[str, str]:
    return await holding(shared, role="analyst", teams=("T-PAU",))


@pytest.mark.parametrize("rule", READS, ids=[rule.ask for rule in READS])
async def test_no_endpoint_names_another_site(shared: House, bearer: dict[str, str], rule: Any):
    response = await shared.client.get(rule.ask, headers=bearer)
    assert "LIL" not in response.text
    if rule.narrow:
        theirs, nowhere = [
            await shared.client.get(rule.ask + rule.narrow.replace("LIL", site), headers=bearer)
            for site in ("LIL", "XYZ")
        ]
        assert theirs.status_code in (403, 422)
        assert unnamed(theirs.text, "LIL") == unnamed(nowhere.text, "XYZ")


@pytest.mark.parametrize("name", FIELDS)
async def test_no_field_names_another_site(shared: House, bearer: dict[str, str], name: str):
    async def told(where: str) -> str:
        query = {"query": f"{{ {FIELDS[name].ask.replace('@', where)} }}"}
        return (await shared.client.post("/graphql", json=query, headers=bearer)).text

    assert "LIL" not in await told("")
    if "@" in FIELDS[name].ask:
        theirs, nowhere = await told(SITE % "LIL"), await told(SITE % "XYZ")
        assert "errors" in theirs
        assert theirs.replace("LIL", "…") == nowhere.replace("XYZ", "…")


async def test_the_catalogue_and_a_wrong_name_tell_the_teams_own_site(shared: House, bearer: dict[str, str]):
    catalogue = (await shared.client.get("/v1/catalogue", headers=bearer)).json()
    members = {each["dimension"]: [one["code"] for one in each.get("members", ())] for each in catalogue["dimensions"]}
    assert (members["site"], members["partner"], members["team"]) == (["PAU"], ["SOUTH"], ["T-PAU"])
    wrong = await shared.client.get("/v1/indicators?metrics=contacts&period=2015-11&site=PUA", headers=bearer)
    assert wrong.json()["suggestions"] == ["PAU"]
    own = await shared.client.get("/v1/indicators?metrics=aht&period=2015-11&by=site", headers=bearer)
    assert [row["site"] for row in own.json()["rows"]] == ["PAU"]
    objectives = (await shared.client.get("/v1/objectives", headers=bearer)).json()
    assert [each["node"]["owner"]["code"] for each in objectives["edges"]] == [None, "PAU"]


def test_a_team_without_a_site_may_work_at_any(shared: House):
    directory = shared.service.desk.directory()
    teams = {**directory.members["team"], 99: Member(99, "T-FREE", "Free", "Libre")}
    with_free: Directory = replace(directory, members=MappingProxyType({**directory.members, "team": teams}))
    everywhere = restrict_directory(with_free, of_teams("T-FREE", "T-PAU"))
    assert set(everywhere.known("site")) == {"PAU", "LIL"}
    # The team without a site owns no site's objectives.
    pau = with_free.codes["site"]["pau"]
    assert find_visible_owners(of_teams("T-FREE", "T-PAU"), everywhere).sites == (pau,)
    assert find_visible_owners(of_teams("T-FREE"), restrict_directory(with_free, of_teams("T-FREE"))).sites == ()


def test_a_key_with_places_too_knows_those_places(shared: House):
    directory = shared.service.desk.directory()
    both = Principal("both", (Filter("site", ("LIL", "PAU")), Filter("team", ("T-PAU",))), "analyst")
    seen = restrict_directory(directory, both)
    assert (set(seen.known("site")), seen.known("team")) == ({"PAU", "LIL"}, ("T-PAU",))
