"""Targets and annotations over the API: loaded, shown with the figures, the same in every interface, without delay."""

import asyncio
import csv
import io

import httpx
import pytest

from cadran.cli.main import main
from cadran.facts.load.reasons import Reject
from tests.defaults import load
from tests.enums import as_rest
from tests.polling import until
from tests.sample_service import Rest, opened, serving

TARGETS = [
    {"metric": "qos", "target": "0.9", "bad": "0.6"},
    {"metric": "qos", "site": "PAU", "target": "0.5"},
    {"metric": "aht", "target": "300", "warning": "280", "bad": "320"},
    {"metric": "service_level(within=20.0,formula=offered)", "target": "0.8"},
    {"metric": "qos", "channel": "chat", "valid_from": "2015-11-01", "valid_to": "2015-12-01", "target": "0.99"},
]
ANNOTATIONS = [
    {
        "annotation": "black_friday", "kind": "campaign", "start": "2015-11-27", "end": "2015-11-30",
        "label_en": "Black Friday", "label_fr": "Vendredi noir",
    },
    {
        "annotation": "outage", "kind": "incident", "site": "PAU", "start": "2015-12-03T08:00:00Z",
        "end": "2015-12-03T10:30:00Z",
    },
]  # fmt: skip


async def put(url: str, kind: str, rows: list[dict[str, str]]) -> list[Reject]:
    """Load rows as another process would. Return the rejected rows."""
    pool, refused = await opened(url), list[Reject]()
    await load(pool, kind, rows, rejects=refused.extend)
    await pool.close()
    return refused


@pytest.fixture
async def steered(own_facts: str):
    """Yield the service over contacts with targets and annotations."""
    assert await put(own_facts, "targets", TARGETS) == []
    assert await put(own_facts, "annotations", ANNOTATIONS) == []
    async with serving(own_facts) as rest:
        yield rest


async def test_figures_are_held_against_targets_by_row_and_in_all(steered: Rest):
    path = "/v1/indicators?metrics=qos,aht,service_level(within=20)&by=site&period=2015&targets=true"
    told = (await steered.get(path)).json()
    rows = {row["site"]: row for row in told["rows"]}
    assert [rows[site]["qos.target"] for site in ("PAU", "LIL", "=NAN")] == [0.5, 0.9, 0.9]
    for row in (*told["rows"], told["totals"]):
        low = row["qos"] < row["qos.target"]
        assert row["qos.status"] == ("good" if not low else "bad" if row["qos"] < 0.6 else "warning")
        assert row["qos.distance"] == row["qos"] - row["qos.target"]
        assert row["aht.distance"] == 300 - row["aht"]
        assert row["aht.status"] == ("good" if row["aht"] <= 280 else "bad" if row["aht"] > 320 else "warning")
        assert row["service_level(within=20).target"] == 0.8
    assert told["totals"]["qos.target"] == 0.9
    parts = (await steered.get(path + "&parts=true")).json()
    assert parts["totals"]["qos"]["status"] == told["totals"]["qos.status"]
    sheet = list(csv.DictReader(io.StringIO((await steered.get(path, accept="text/csv")).text)))
    assert [row["qos.status"] for row in sheet] == [row["qos.status"] for row in told["rows"]]
    assert "qos.target" not in (await steered.get(path.removesuffix("&targets=true"))).json()["rows"][0]


async def test_months_have_the_target_of_their_first_day(steered: Rest):
    path = "/v1/indicators?metrics=qos&grain=month&channel=chat&period=2015&targets=true"
    rows = (await steered.get(path)).json()["rows"]
    assert {row["start"][:7]: row["qos.target"] for row in rows} == {"2015-10": 0.9, "2015-11": 0.99, "2015-12": 0.9}


async def test_graphql_tells_the_same(steered: Rest):
    fields = "qos { value target status distance } aht { target status distance }"
    both = f"rows {{ site {{ code }} {fields} }} totals {{ {fields} }}"
    query = f'{{ indicators(period: {{named: "2015"}}, by: [SITE]) {{ {both} }} }}'
    found = as_rest(
        (await steered.client.post("/graphql", json={"query": query})).json()["data"]["indicators"], "status"
    )
    path = "/v1/indicators?metrics=qos,aht&by=site&period=2015&targets=true"
    told = (await steered.get(path)).json()
    for mine, theirs in zip([*found["rows"], found["totals"]], [*told["rows"], told["totals"]], strict=True):
        for metric in ("qos", "aht"):
            for piece in ("target", "status", "distance"):
                assert mine[metric][piece] == theirs[f"{metric}.{piece}"]


async def test_the_scorecard_always_tells_them(steered: Rest):
    told = (await steered.get("/v1/scorecard?period=2015&site=PAU")).json()
    figures = {each["metric"]: each for each in told["figures"]}
    assert (figures["qos"]["target"], figures["qos"]["status"]) == (0.5, "good")
    assert (figures["fcr"]["target"], figures["fcr"]["status"], figures["fcr"]["distance"]) == (None, None, None)
    asked = '(period: {named: "2015"}, where: {site: {in: ["PAU"]}})'
    query = f"{{ scorecard{asked} {{ figures {{ metric target status distance }} }} }}"
    found = (await steered.client.post("/graphql", json={"query": query})).json()["data"]["scorecard"]["figures"]
    assert as_rest(found, "status") == [{name: each[name] for name in found[0]} for each in told["figures"]]


async def test_a_changed_target_shows_at_once(steered: Rest):
    path = "/v1/scorecard?period=2015"

    async def target() -> float:
        figures = (await steered.get(path)).json()["figures"]
        return next(each["target"] for each in figures if each["metric"] == "qos")

    assert await target() == 0.9
    first = (await steered.get(path)).headers["etag"]
    assert await put(steered.url, "targets", [{"metric": "qos", "target": "0.95"}]) == []

    await until(lambda: 0.95 in [each.target for each in steered.service.desk.directory().targets])
    assert await target() == 0.95
    assert (await steered.get(path)).headers["etag"] != first


async def test_annotations_come_on_request_in_the_sites_time(steered: Rest):
    async def met(words: str, **headers: str) -> list[dict[str, str]]:
        return (await steered.get(f"/v1/indicators?metrics=qos&annotations=true&{words}", **headers)).json()[
            "annotations"
        ]

    both = await met("period=2015")
    assert both == [
        {
            "annotation": "black_friday", "kind": "campaign", "label": "Black Friday",
            "start": "2015-11-27T00:00:00+01:00", "end": "2015-11-30T00:00:00+01:00",
        },
        {
            "annotation": "outage", "kind": "incident", "label": "outage",
            "start": "2015-12-03T09:00:00+01:00", "end": "2015-12-03T11:30:00+01:00",
        },
    ]  # fmt: skip
    assert await met("period=2015-12&site=LIL") == []
    assert [each["annotation"] for each in await met("start=2015-12-03T11:00&end=2015-12-03T12:00&site=PAU")] == [
        "outage"
    ]
    assert await met("start=2015-12-03T11:30&end=2015-12-03T12:00") == []
    assert (await met("period=2015-11", accept_language="fr"))[0]["label"] == "Vendredi noir"
    assert "annotations" not in (await steered.get("/v1/indicators?metrics=qos&period=2015")).json()
    for path in (
        "usual-day?metrics=qos",
        "distribution?of=wait",
        "change?metric=qos&against=2014&by=site",
        "scorecard?",
        "agents?metrics=aht",
        "goodwill-return?",
    ):
        told = (await steered.get(f"/v1/{path}&period=2015&annotations=true")).json()
        assert told["annotations"] == both, path
    fields = "totals { qos { value } } annotations { annotation kind label start end }"
    query = f'{{ indicators(period: {{named: "2015"}}) {{ {fields} }} }}'
    found = (await steered.client.post("/graphql", json={"query": query})).json()["data"]["indicators"]
    assert as_rest(found["annotations"], "kind") == both


async def test_csv_names_the_annotations_of_each_row(steered: Rest):
    async def rows(words: str) -> list[dict[str, str]]:
        text = (await steered.get(f"/v1/{words}&annotations=true", accept="text/csv")).text
        return list(csv.DictReader(io.StringIO(text)))

    path = "indicators?metrics=contacts&by=site&grain=month&fill=true&start=2015-11-01&end=2016-01-01"
    told = {(row["start"][:7], row["site"]): row["annotations"] for row in await rows(path)}
    assert told["2015-11", "PAU"] == told["2015-11", "LIL"] == "black_friday"
    assert (told["2015-12", "PAU"], told["2015-12", "LIL"]) == ("outage", "")
    # Bounds with an offset are shown in the zone of the sites. They limit only the window.
    bounds = "start=2015-12-03T08:00:00%2B01:00&end=2015-12-03T13:00:00%2B01:00"
    path = f"indicators?metrics=contacts&grain=hour&site=PAU&fill=true&{bounds}"
    met = [row["start"][11:16] for row in await rows(path) if row["annotations"]]
    assert met == ["09:00", "10:00", "11:00"]
    both = "black_friday outage"
    for path in (
        "usual-day?metrics=qos",
        "scorecard?",
        "agents?metrics=aht",
        "goodwill-return?",
        "distribution?of=wait",
    ):
        found = await rows(f"{path}&period=2015")
        assert found, path
        assert {row["annotations"] for row in found} <= {both, "black_friday"}, path
    change = {
        row["site"]: row["annotations"] for row in await rows("change?metric=qos&by=site&period=2015&against=2014")
    }
    assert (change["PAU"], change["LIL"]) == (both, "black_friday")
    bins = await rows("distribution?of=wait&by=site&period=2015")
    assert {row["annotations"] for row in bins if row["site"] == "PAU"} == {both}
    assert "annotations" not in (await steered.get("/v1/indicators?metrics=qos&period=2015", accept="text/csv")).text


async def test_the_usual_day_is_held_against_targets(steered: Rest):
    path = "/v1/usual-day?metrics=qos&step=hour&period=2015&site=PAU&targets=true"
    rows = (await steered.get(path)).json()["rows"]
    assert {row["qos.target"] for row in rows} == {0.5}
    assert all(row["qos.distance"] == row["qos"] - 0.5 for row in rows if row["qos"] is not None)


async def test_a_board_of_more_than_four_figures_is_warned_of(steered: Rest):
    told = await steered.get("/v1/scorecard?period=2015")
    assert "too_many_headlines" in [each["code"] for each in told.json()["warnings"]]
    query = '{ scorecard(period: {named: "2015"}) { warnings { code detail } } }'
    found = (await steered.client.post("/graphql", json={"query": query})).json()["data"]["scorecard"]["warnings"]
    assert found == told.json()["warnings"]
    french = {"accept-language": "fr"}
    shown = (await steered.get("/v1/scorecard?period=2015", accept_language="fr")).json()["warnings"]
    (words,) = (each for each in shown if each["code"] == "too_many_headlines")
    assert words["detail"].startswith("7 chiffres clés, c'est plus qu'on n'en lit d'un coup d'œil")
    asked = await steered.client.post("/graphql", json={"query": query}, headers=french)
    assert asked.json()["data"]["scorecard"]["warnings"] == shown
    sheet = await steered.get("/v1/scorecard?period=2015", accept="text/csv")
    assert "too_many_headlines" in sheet.headers["cadran-warnings"]
    few = (await steered.get("/v1/indicators?metrics=qos,aht,contacts,handled,asa&period=2015")).json()
    assert "too_many_headlines" not in [each["code"] for each in few["warnings"]]


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("targets", {"metric": "qso", "target": "1"}, "Did you mean 'qos'?"),
        ("targets", {"metric": "contacts", "target": "1"}, "neither a better nor a worse direction"),
        ("targets", {"metric": "abandoned", "target": "1"}, "grows with the window"),
        ("targets", {"metric": "qos", "target": "0.9", "bad": "0.95"}, "bad is better than target"),
        ("targets", {"metric": "aht", "target": "300", "bad": "250"}, "bad is better than target"),
        ("targets", {"metric": "aht", "target": "300", "warning": "400", "bad": "350"}, "bad is better than warning"),
        ("targets", {"metric": "qos", "target": "inf"}, "finite"),
        ("targets", {"metric": "qos", "site": "OSLO", "target": "0.9"}, "OSLO"),
        ("annotations", {"annotation": "a", "kind": "party", "start": "2015-01-01"}, "'campaign'"),
        ("annotations", {"annotation": "a", "kind": "strike", "start": "2015-01-01T00:00:00Z"}, "needs a site"),
        ("annotations", {"annotation": "a", "kind": "strike", "start": "2015-01-02", "end": "2015-01-02"}, "not after"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_with_its_reason(own_facts: str, kind: str, row: dict[str, str], said: str):
    [refused] = await put(own_facts, kind, [row])
    assert said in refused.reason + refused.content


def test_the_terminal_marks_what_falls_short(
    own_facts: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    asyncio.run(put(own_facts, "targets", TARGETS[:3]))
    monkeypatch.setenv("CADRAN_DATABASE_URL", own_facts)
    assert main(["ask", "qos", "--by", "site", "--period", "2015"]) == 0
    marks = {line.split()[0]: line.partition("%")[2].strip() for line in capsys.readouterr().out.splitlines()[1:]}
    assert marks == {"PAU": "", "LIL": "", "=NAN": "← below target"}
    assert main(["ask", "qos", "aht", "--where", "site==NAN", "--period", "2015"]) == 0
    assert "← qos below target" in capsys.readouterr().out
    words = ["ask", "qos", "aht", "--where", "site==NAN", "--period", "2015", "--lang", "fr"]
    assert main([*words, "--compare", "previous_year"]) == 0
    shown = capsys.readouterr().out
    assert "← qos au-dessous de l'objectif" in shown
    assert "avant" in shown.splitlines()[0]


def is_hit(response: httpx.Response) -> bool:
    """Return whether the response came from the response cache."""
    return "finished;desc=hit" in response.headers["server-timing"]


async def test_a_changed_target_drops_only_the_responses_that_show_it(own_facts: str):
    """Check that no figure is computed again, whichever interface shows the target."""
    plain = "/v1/indicators?metrics=qos&by=site&period=2015-12"
    shown = f"{plain}&targets=true"
    graphql = '/graphql?query={indicators(period:{named:"2015-12"},by:[SITE]){rows{qos{value %s}}}}'
    unmoved = [plain, f"{plain}&annotations=true", graphql % "n", "/v1/catalogue"]
    moved = [shown, graphql % "target", "/v1/scorecard?period=2015-12", "/v1/goodwill-return?period=2015-12"]
    async with serving(own_facts) as rest:
        for path in (*unmoved, *moved):
            await rest.get(path)
        assert "target" in (await rest.get(graphql % "target")).text
        assert (await rest.get(shown)).json()["totals"]["qos.target"] is None
        assert await put(own_facts, "targets", TARGETS) == []

        await until(lambda: bool(rest.service.desk.directory().targets))
        assert (await rest.get(shown)).json()["totals"]["qos.target"] == 0.9
        for path in unmoved:
            assert is_hit(await rest.get(path)), path
        # Another process gives the same figures the same data version and the same tag.
        async with serving(own_facts) as other:
            for path in (plain, f"{plain}&annotations=true"):
                assert (await other.get(path)).headers["etag"] == (await rest.get(path)).headers["etag"], path
        for path in moved[1:]:
            answer = await rest.get(path)
            assert not is_hit(answer), path
            assert "plan;" not in answer.headers["server-timing"], "the figures are still cached"


async def test_a_changed_annotation_drops_only_the_responses_that_show_it(own_facts: str):
    plain = "/v1/indicators?metrics=qos&by=site&period=2015-12"
    shown, report = f"{plain}&annotations=true", "/v1/reports/received?period=2015-12"
    async with serving(own_facts) as rest:
        for path in (plain, f"{plain}&targets=true", shown, report):
            await rest.get(path)
        assert await put(own_facts, "annotations", ANNOTATIONS) == []

        await until(lambda: bool(rest.service.desk.directory().annotations))
        found = (await rest.get(shown)).json()["annotations"]
        assert [each["annotation"] for each in found] == ["outage"]
        for path in (plain, f"{plain}&targets=true"):
            assert is_hit(await rest.get(path)), path
        answer = await rest.get(report)
        assert not is_hit(answer)
        assert [each["annotation"] for each in answer.json()["annotations"]] == ["outage"]
        assert "plan;" not in answer.headers["server-timing"], "the figures are still cached"
