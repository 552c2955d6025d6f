"""Field types of canonical rows (codes, labels, amounts, zones), and the models that all kinds of rows extend."""

from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

CODE_LENGTH_MAX = 200
#: The longest talk time, hold time or after-call work, in seconds.
SECONDS_MAX = 30 * 86_400
#: The longest wait, in seconds: a help desk may answer after months.
WAIT_SECONDS_MAX = 366 * 86_400
Code = Annotated[str, Field(min_length=1, max_length=CODE_LENGTH_MAX)]
Label = Annotated[str | None, Field(default=None, max_length=1_000)]
Seconds = Annotated[float | None, Field(default=None, ge=0, le=SECONDS_MAX)]
Wait = Annotated[float | None, Field(default=None, ge=0, le=WAIT_SECONDS_MAX)]
Money = Annotated[Decimal, Field(max_digits=14, decimal_places=4), PlainSerializer(float, return_type=float)]

Potential = Annotated[
    Decimal, Field(max_digits=5, decimal_places=4, ge=0, le=1), PlainSerializer(float, return_type=float)
]


def is_zone(name: str) -> bool:
    """Return whether the name is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _require_zone(name: str | None) -> str | None:
    if name is not None and not is_zone(name):
        raise ValueError(f"zone '{name}' is not an IANA time zone such as Europe/Paris")
    return name


Zone = Annotated[str | None, AfterValidator(_require_zone)]


def _require_currency(code: str | None) -> str | None:
    if code is not None and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise ValueError(f"currency '{code}' is not an ISO 4217 code such as EUR")
    return code and code.upper()


Currency = Annotated[str | None, AfterValidator(_require_currency)]


class Row(BaseModel):
    """The base model of a row of a canonical file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelledRow(Row):
    """The base model of a dimension's row: the labels, next to the code."""

    label_en: Label = Field(default=None, description="English label; empty: the French label, or else the code")
    label_fr: Label = Field(default=None, description="French label; empty: the English label")
