"""The GraphQL query of an agent desktop's widget, as the documentation shows it."""

DESK = """
query Desk($agent: String!, $period: PeriodInput!) {
  mine: indicators(period: $period, where: {agent: {in: [$agent]}}) {
    staleAfter
    totals { transferRate { value n } aht { value display } ...Times }
  }
  team: indicators(period: $period, by: [TEAM]) { rows { team { code label } ...Times } }
}
fragment Times on Metrics { talkTime { value } acw { value } }
"""


async def test_an_agent_sees_own_figures_beside_the_teams(edge):
    data = await edge.data(DESK, {"agent": "a3", "period": {"named": "2015-12"}})
    assert data["mine"]["totals"]["aht"]["display"].count(":") == 1
    assert data["mine"]["totals"]["acw"]["value"] == 20
    assert [row["team"]["code"] for row in data["team"]["rows"]] == ["T1"]
    assert len(edge.answers.asked) == 2


async def test_a_lost_contact_has_no_agent(edge):
    error = await edge.error(
        '{ indicators(period: {named: "2015-12"}, where: {agent: {in: ["a3"]}}) { totals { qos { value } } } }'
    )
    assert error["extensions"]["code"].startswith("impossible_")
