"""Missing values of a contact's row are completed from its times, its reason, its channel's code and its agent."""

from cadran.store.pool import Pool
from tests.facts.samples import contact, legs, marks, put, stored


async def test_waits_that_are_not_given_come_from_the_times(pool: Pool) -> None:
    times = {"answered_at": "2015-12-01T10:00:30+01:00", "ended_at": "2015-12-01T10:01:00+01:00"}
    lost = {"answered_at": None, "talk": None, "outcome": "abandoned"}
    await put(
        pool,
        contact("1", wait=None, **times),
        contact("2", wait=None, **(times | lost)),
        contact("3", wait=None, ended_at=None, **lost),
        contact("4", wait="7", **times),
    )
    assert [row["wait"] for row in await stored(pool)] == [30, 60, None, 7]


async def test_hold_and_acw_are_zero_where_talk_is_known(pool: Pool) -> None:
    await put(pool, contact("1"), contact("2", talk=None), contact("3", acw="5"))
    assert [(row["talk"], row["hold"], row["acw"]) for row in await stored(pool)] == [
        (200, 0, 0),
        (None, None, None),
        (200, 0, 5),
    ]


async def test_the_moment_is_that_of_the_reason_unless_given(pool: Pool) -> None:
    await put(pool, contact("1", reason="invoice", moment="billing"))
    await put(pool, contact("2", reason="invoice"), contact("3", reason="invoice", moment="complaint"))
    assert [row["moment"] for row in await stored(pool)] == ["billing", "billing", "complaint"]


async def test_channels_are_taken_for_what_their_code_says(pool: Pool) -> None:
    codes = ["voice", "Chat", "e-mail", "facebook", "fax"]
    await put(pool, *[contact(code, channel=code) for code in codes])
    rows = await pool.fetch(
        "SELECT c.code, kind, asynchronous, label_fr, good_seconds, bad_seconds"
        " FROM channel AS c LEFT JOIN answer_norm AS n USING (channel_id)"
    )
    assert {row[0]: tuple(row)[1:] for row in rows} == {
        "voice": ("phone", False, "Téléphone", 120, 240),
        "Chat": ("chat", False, "Chat", 30, 30),
        "e-mail": ("email", True, "E-mail", 86_400, 172_800),
        "facebook": ("social", True, "Réseaux sociaux", 1_800, 3_600),
        "fax": ("other", False, None, None, None),
    }


async def test_an_agents_team_and_site(pool: Pool) -> None:
    await put(pool, {"site": "LIL", "zone": "Europe/Paris"}, kind="sites")
    await put(pool, {"team": "Blue", "site": "LIL"}, kind="teams")
    await put(pool, {"agent": "Bob", "team": "Blue"}, kind="agents")
    await put(pool, contact("1", agent="Bob"), contact("2", agent="Eve"), contact("3", agent="Eve", team="Blue"))
    assert [(leg["team"], leg["site"]) for leg in await legs(pool)] == [
        ("Blue", "LIL"),
        ("Blue", "LIL"),
        ("Blue", "LIL"),
    ]
    assert [row["overflowed"] for row in await stored(pool)] == [True, True, True]
    assert ("LIL", "2015-12-01") in await marks(pool)


async def test_an_agents_move_holds_for_future_rows_only(pool: Pool) -> None:
    await put(pool, contact("1", agent="Bob", team="Blue"))
    await put(pool, {"agent": "Bob", "team": "Red"}, kind="agents")
    summary = await put(pool, contact("1", agent="Bob"), contact("2", agent="Bob"))
    assert (summary.loaded, summary.unchanged) == (1, 1)
    assert [leg["team"] for leg in await legs(pool)] == ["Blue", "Red"]
