"""A small company for tests of the domain and the compiler: three sites in one or two time zones, and answer norms."""

from datetime import UTC, date, datetime

from cadran.domain.ask import Ask, understand
from cadran.domain.dimension import Attribute
from cadran.domain.directory import AnswerNorm, Directory, Instrument, Member, fixed_members
from cadran.domain.metric import Label
from cadran.domain.question import Question
from tests.refs import refs

#: This is a Wednesday in UTC.
NOW = datetime(2015, 12, 16, 23, 30, tzinfo=UTC)

INSTRUMENTS = (
    Instrument(1, "csat", "csat", 1, 5, 4, 2, "higher"),
    Instrument(2, "nps", "nps", 0, 10, 9, 6, "higher"),
    Instrument(3, "effort", "ces", 1, 5, 2, 4, "lower"),
    Instrument(4, "needs", "cxi", 1, 5, 4, 2, "higher"),
    Instrument(5, "ease", "cxi", 1, 5, 4, 2, "higher"),
    Instrument(6, "staff", "employee", 0, 10, 9, 6, "higher"),
)


def members(*codes: str, parents: tuple[int, ...] = ()) -> dict[int, Member]:
    """Return members with these codes, numbered from 1."""
    given = parents or (0,) * len(codes)
    return {
        number: Member(number, code, code.title(), code.title(), parent)
        for number, (code, parent) in enumerate(zip(codes, given, strict=True), start=1)
    }


def directory(*, one_zone: bool = True) -> Directory:
    """Return the company's directory. Its third site is in India, unless ``one_zone`` puts all sites in Paris' zone."""
    known = fixed_members() | {
        "partner": members("ACME", "Beta"),
        "site": members("PAU", "LIL", "BLR", parents=(1, 1, 2)),
        "team": members("north", "south", parents=(1, 2)),
        "agent": members("ann", "bob", parents=(1, 2)),
        "segment": members("gold", "silver", "inactive"),
        "channel": members("phone", "chat", "email"),
        "moment": members("buy", "complain"),
        "reason": members("price", "late", parents=(1, 2)),
        "gesture": members("voucher", "refund"),
        "transferred_to": members("legal"),
        "sent_by": members("sms", "email"),
        "campaign": members("spring"),
        "product": members("tv"),
    }
    return Directory(
        version=1,
        members=known,
        zones={1: "Europe/Paris", 2: "Europe/Paris", 3: "Europe/Paris" if one_zone else "Asia/Kolkata"},
        asynchronous=frozenset({3}),
        phones=frozenset({1}),
        complaints=frozenset({2}),
        answer_norms=(
            AnswerNorm(1, 0, None, 120, 240),
            AnswerNorm(2, 0, None, 30, 30),
            AnswerNorm(3, 0, None, 86_400, 172_800),
            AnswerNorm(3, 0, date(2015, 7, 1), 43_200, 86_400),
        ),
        currency="EUR",
        instruments=INSTRUMENTS,
        attributes={
            "campaign": Attribute(1, "campaign", Label("Campaign", "Campagne")),
            "product": Attribute(8, "product", Label("Product", "Produit")),
        },
    )


def question(*metrics: str, one_zone: bool = True, **asked: object) -> Question:
    """Return the question about the company. Its period is 2015-12 unless a period or a window is given."""
    if "start" not in asked:
        asked.setdefault("period", "2015-12")
    return understand(
        Ask(metrics=refs(*metrics), **asked),  # type: ignore[arg-type]  # fields by name
        directory(one_zone=one_zone),
        now=NOW,
        home_zone="Europe/Paris",
    )
