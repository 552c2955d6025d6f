"""Rows in memory as the input of a load: an iterable of tuples or dicts of texts becomes numbered records in the order
of the schema.

`None` and "" both mean "not given". Raises LoadRefused for unknown columns, with the nearest known column, and for
missing required columns. `files` reads files into the same form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias, runtime_checkable

from cadran.errors import LoadRefused, did_you_mean
from cadran.facts.load.reasons import Reject
from cadran.facts.schema.schema import list_columns, list_required_columns, list_staged_columns

Value: TypeAlias = str | None
Record: TypeAlias = tuple[int | Value, ...]
PlainRow: TypeAlias = Sequence[Value] | Mapping[str, Value]
#: The attributes of a database that has none: their columns by name.
NO_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType({})


@runtime_checkable
class RowSource(Protocol):
    """A source of records: the line, then the values of all columns of the kind."""

    header: tuple[str, ...]
    """The columns that the source has."""

    @property
    def characters(self) -> int:
        """Return at least the number of characters of the records yielded so far. This number bounds the size of a
        batch."""
        ...

    def records(self) -> Iterator[Record]:
        """Yield the records. May be called once."""
        ...

    def refused(self) -> list[Reject]:
        """Return the records that could not be read since the last call."""
        ...


class PlainRows:
    """Rows made by a program. Tuples have all columns of the kind (or of `header`), in order."""

    def __init__(
        self,
        kind: str,
        rows: Iterable[PlainRow],
        *,
        header: Sequence[str] | None = None,
        attributes: Mapping[str, str] = NO_ATTRIBUTES,
    ) -> None:
        self._rows = iter(rows)
        self._kind = kind
        self._attributes = attributes
        self._first = next(self._rows, None)
        if header is None:
            header = tuple(self._first) if isinstance(self._first, Mapping) else list_columns(kind)
        self.header = check_header(kind, header, attributes) if self._first is not None else tuple(header)

    def records(self) -> Iterator[Record]:
        if self._first is None:
            return
        if isinstance(self._first, Mapping):
            yield from self._of_mappings()
            return
        arrange = make_arrangement(self._kind, self.header)
        for line, row in enumerate(self._all(), start=1):
            yield (line, *arrange([value or None for value in row]))

    @property
    def characters(self) -> int:
        # The rows are already in the program's memory, so they need no bound.
        return 0

    def refused(self) -> list[Reject]:
        return []

    def _of_mappings(self) -> Iterator[Record]:
        names = name_columns(self._kind, self._attributes)
        known = frozenset(filter(None, names))
        for line, row in enumerate(self._all(), start=1):
            assert isinstance(row, Mapping)
            if not row.keys() <= known:
                check_header(self._kind, tuple(row), self._attributes)
            yield (line, *[row.get(name) or None for name in names])

    def _all(self) -> Iterator[PlainRow]:
        assert self._first is not None
        yield self._first
        yield from self._rows


def name_columns(kind: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns of a record as a file names them. The column of an attribute that the database does not have
    has the name "", which no file has."""
    names = {column: name for name, column in attributes.items()}
    known = list_columns(kind)
    return (*known, *(names.get(column, "") for column in list_staged_columns(kind)[len(known) :]))


def check_header(kind: str, header: Sequence[str], attributes: Mapping[str, str] = NO_ATTRIBUTES) -> tuple[str, ...]:
    """Return the header if a file of this kind may have it, with the columns of attributes in place of their names.
    Raises `LoadRefused` otherwise."""
    names = tuple(name.strip() for name in header)
    known = tuple(filter(None, name_columns(kind, attributes)))
    for name in names:
        if name not in known:
            near = did_you_mean(name, known)
            own = ", and a column of your own an attribute (cadran attribute add)" if kind == "contacts" else ""
            hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known)}."
            raise LoadRefused(
                f"{kind} have no column '{name}'. {hint} A file with other columns needs a mapping (--mapping){own}.",
                code="unknown_column",
                suggestions=near,
            )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise LoadRefused(f"The column '{twice}' occurs twice: rename or remove one.", code="repeated_column")
    missing = [name for name in list_required_columns(kind) if name not in names]
    if missing:
        raise LoadRefused(
            f"{kind} need the column{'s' * (len(missing) > 1)} {', '.join(missing)}.", code="missing_column"
        )
    return tuple(attributes.get(name, name) if kind == "contacts" else name for name in names)


def make_arrangement(kind: str, header: Sequence[str]) -> Callable[[list[Value]], Sequence[Value]]:
    """Return a function that puts a row's values from the order of `header` into the order of the schema, with `None`
    for columns that the file lacks. The function modifies its argument."""
    known = list_staged_columns(kind)
    if tuple(header) == known:
        return lambda values: values
    pick = itemgetter(*[header.index(name) if name in header else len(header) for name in known])

    def arrange(values: list[Value]) -> Sequence[Value]:
        values.append(None)
        picked: tuple[Value, ...] = pick(values)
        return picked

    return arrange
