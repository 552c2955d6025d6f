"""Text files, plain or gzipped, as numbered records: CSV by the standard library's reader, JSON one object a line.

Gives (line, values) with the physical line a record begins at, values trimmed and "" as `None`; hands records that
cannot be read to `bad`, with their text. Refuses only a file without a header. A file may be read again to show the
text of rejected records.
"""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO, TypeAlias

from cadran.errors import LoadRefused
from cadran.facts.reasons import REASONS, Reject

Values: TypeAlias = list[str | None]
Bad: TypeAlias = Callable[[Reject], None]

DELIMITERS = ",;\t|"


class CsvLines:
    """The records of a CSV file. The delimiter is the one its header has most of; quotes are doubled."""

    def __init__(self, path: Path, *, encoding: str) -> None:
        self._path = path
        self._encoding = encoding
        with open_text(path, encoding) as file:
            first = file.readline()
        if not first.strip():
            raise LoadRefused(f"{path.name} is empty: its first line must name the columns.", code="empty_file")
        self._delimiter = max(DELIMITERS, key=first.count)
        self.header = tuple(name.strip() for name in next(csv.reader([first], delimiter=self._delimiter)))

    def records(self, bad: Bad) -> Iterator[tuple[int, Values]]:
        """All records but the header."""
        width = len(self.header)
        for line, values, text in self._read():
            if values is not None and len(values) == width:
                yield line, [value.strip() or None for value in values]
            elif values is None:
                bad(_unreadable(line, "not text in this encoding, or a quote that is not closed", text()))
            elif values:
                bad(_unreadable(line, f"{len(values)} fields instead of {width}", text()))

    def texts(self, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
        """The text of the records that begin at these lines, given in ascending order."""
        wanted = iter(lines)
        next_wanted = next(wanted, None)
        for line, _, text in self._read():
            if next_wanted is None:
                return
            if line == next_wanted:
                yield line, text()
                next_wanted = next(wanted, None)

    def _read(self) -> Iterator[tuple[int, list[str] | None, Callable[[], str]]]:
        """Line, fields (`None` when unreadable) and text of each record but the header."""
        with open_text(self._path, self._encoding) as file:
            taken = _Taken(file)
            reader = csv.reader(taken, delimiter=self._delimiter, strict=True)
            next(reader)
            while True:
                taken.forget()
                line = taken.number + 1
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield line, None, taken.text
                    continue
                yield line, None if taken.broken else values, taken.text


class JsonLines:
    """The records of a file with one JSON object a line; each has names of its own."""

    def __init__(self, path: Path, *, encoding: str) -> None:
        self._path = path
        self._encoding = encoding

    def objects(self, bad: Bad) -> Iterator[tuple[int, dict[str, object]]]:
        """All objects; blank lines are passed over."""
        with open_text(self._path, self._encoding) as file:
            for line, text in enumerate(file, start=1):
                if not text.strip():
                    continue
                try:
                    found = json.loads(text)
                    clean = _is_clean(text) and ("\\u" not in text or _is_clean("".join(_texts(found))))
                except (ValueError, RecursionError):
                    bad(_unreadable(line, "not JSON", text))
                    continue
                if not isinstance(found, dict):
                    bad(_unreadable(line, "not a JSON object", text))
                elif not clean:
                    bad(_unreadable(line, "it holds what is no text", text))
                else:
                    yield line, found

    def texts(self, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
        """The text of these lines, given in ascending order."""
        wanted = frozenset(lines)
        with open_text(self._path, self._encoding) as file:
            for line, text in enumerate(file, start=1):
                if line in wanted:
                    yield line, shown(text)


def as_text(value: object) -> str | None:
    """A JSON value as the text a canonical CSV would have. `ValueError` for arrays and objects."""
    if value is None or isinstance(value, str):
        return value.strip() or None if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    raise ValueError("arrays and objects need a mapping")


def open_text(path: Path, encoding: str) -> TextIO:
    """The file's text, unpacked if need be. Bytes that are no text become surrogates, which `_is_clean` knows."""
    binary = gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115 - the wrapper closes it
    name = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    return io.TextIOWrapper(binary, encoding=name, errors="surrogateescape", newline="")


def shown(text: str) -> str:
    """A text for people: without its line end, bytes that are no text escaped."""
    return text.rstrip("\r\n").encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def _is_clean(text: str) -> bool:
    """Whether PostgreSQL can keep it."""
    if "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _texts(value: object) -> Iterator[str]:
    """All texts within a JSON value, with their escapes read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts([*pair])
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _unreadable(line: int, why: str, text: str) -> Reject:
    return Reject(line, "unreadable_line", REASONS["unreadable_line"].format(value=why), shown(text))


class _Taken:
    """The physical lines that the reader takes, remembered while they make one record."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lines: list[str] = []
        self.number = 0
        self.broken = False

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.number += 1
            self._lines.append(line)
            if not _is_clean(line):
                self.broken = True
            yield line

    def forget(self) -> None:
        """A new record begins."""
        self._lines.clear()
        self.broken = False

    def text(self) -> str:
        """The lines of the present record."""
        return shown("".join(self._lines))
