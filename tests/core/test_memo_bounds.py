"""In-memory caches of a process are bounded in bytes, not only in entries."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from cadran.access import callers, keys
from cadran.access.embed_tokens import mint_token
from cadran.compiler.wall import make_session
from cadran.domain.access.principal import Principal
from cadran.domain.access.wall import Wall
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import EMPTY, Member
from cadran.domain.metric_ref import make_metric_ref
from cadran.domain.question import Filter
from cadran.engine import desk
from cadran.errors import QuestionRefused
from cadran.web.negotiate import JSON, choose_language, choose_media_type
from tests.access.test_caller_cache import GRANT, SIGNING, START, Door, stored
from tests.defaults import make_desk


@contextmanager
def grows_by(bytes_max: int) -> Iterator[None]:
    """Check that the block leaves fewer than ``bytes_max`` bytes allocated."""
    tracemalloc.start()
    try:
        yield
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert left < bytes_max


def test_preferences_are_remembered_by_their_beginning():
    with grows_by(6_000_000):
        for number in range(1_100):
            unique = f"x/{number}," + "y" * 30_000
            assert choose_language(f"fr,{unique}") == "fr"
            assert choose_media_type(f"{JSON},{unique}", (JSON,)) == JSON


async def test_callers_are_remembered_by_weight(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(callers, "_MEMO_BYTES_MAX", 1_000_000)
    secret = keys.make_key()
    door = Door(stored(secret))
    tokens = [
        mint_token(
            replace(GRANT, metrics=tuple(f"{token}-{word}" for word in range(400))),
            SIGNING,
            subject=f"{secret.key_id}",
            now=START,
            seconds=60,
        )[0]
        for token in range(300)
    ]
    with grows_by(4_000_000):
        for token in tokens:
            assert await door.lets_in(token)


def test_walls_are_remembered_by_weight():
    with grows_by(40_000_000):
        for number in range(400):
            ids = tuple(range(number * 5_000, number * 5_000 + 3_000))
            assert str(ids[-1]) in make_session(Wall(agents=ids)).settings


def test_directories_are_remembered_by_weight(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(desk, "_SEEN_BYTES_MAX", 2_000_000)
    members = {number: Member(number, f"team {number}", "", "") for number in range(1, 1_001)}
    directory = replace(EMPTY, version=1, members={**EMPTY.members, "team": members})
    found = make_desk(None, lambda: directory, lambda: START, "UTC")  # type: ignore[arg-type]  # nothing is asked
    with grows_by(6_000_000):
        for number in range(1, 201):
            principal = Principal("one", (Filter("channel", (f"channel {number}",)),), "partner")
            assert len(found.directory_of(principal).members["team"]) == 1_000


def test_a_code_has_an_end():
    metric = next(each for each in METRICS.values() if any(one.kind == "code" for one in each.parameters))
    name = next(one.slug for one in metric.parameters if one.kind == "code")
    assert make_metric_ref(metric, {name: "a" * 200}).arguments
    with pytest.raises(QuestionRefused):
        make_metric_ref(metric, {name: "a" * 201})
