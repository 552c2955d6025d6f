"""Automatic persisted queries: the store holds only valid documents, and is limited in bytes and in time."""

from hashlib import sha256

from cadran.graphql.execution.persisted import PersistedQueries


def hashed(text: str) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}


async def post(edge, **body: object) -> dict:
    return (await edge.client.post("/graphql", json=body)).json()


async def test_a_text_is_registered_by_sending_it_once(edge):
    text = "{ freshly: __typename }"
    assert (await post(edge, extensions=hashed(text)))["errors"][0]["message"] == "PersistedQueryNotFound"
    assert await post(edge, query=text, extensions=hashed(text)) == {"data": {"freshly": "Query"}}
    assert await post(edge, extensions=hashed(text)) == {"data": {"freshly": "Query"}}


async def test_what_cannot_be_executed_is_not_registered(edge):
    for text in ("{ nothing }", "{", "{" + " ".join(f"a{n}: __typename" for n in range(900)) + "}"):
        assert (await post(edge, query=text, extensions=hashed(text)))["errors"]
        assert (await post(edge, extensions=hashed(text)))["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_several_types_are_probed_in_one_document(edge):
    fields = "name fields { name type { name kind ofType { name } } args { name } } enumValues { name }"
    probes = " ".join(
        f't{n}: __type(name: "{name}") {{ {fields} }}' for n, name in enumerate(("Row", "Figure", "Query"))
    )
    data = await edge.data(f"{{ {probes} __schema {{ types {{ name }} }} }}")
    assert [data[f"t{n}"]["name"] for n in range(3)] == ["Row", "Figure", "Query"]


def test_texts_end_with_their_time():
    now = [0.0]
    persisted = PersistedQueries(bytes_max=10_000, seconds=60, clock=lambda: now[0])
    persisted.add("a", "{ a }")
    now[0] = 59.9
    assert persisted.text("a") == "{ a }"
    now[0] = 60.1
    assert persisted.text("a") is None


def test_texts_are_bounded_in_bytes_and_the_oldest_go_first():
    persisted = PersistedQueries(bytes_max=10_000, seconds=60)
    for number in range(100):
        persisted.add(str(number), "x" * 1_000)
        persisted.text("0")
    assert [number for number in range(100) if persisted.text(str(number))] == [0, *range(95, 100)]
    persisted.add("large", "x" * 10_000)
    assert persisted.text("large") is None
    assert persisted.text("99") is not None


def test_without_bytes_nothing_is_kept():
    persisted = PersistedQueries(bytes_max=0, seconds=60)
    persisted.add("a", "")
    assert (persisted.is_on, persisted.text("a")) == (False, None)
