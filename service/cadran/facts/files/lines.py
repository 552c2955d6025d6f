"""A reader of CSV files as numbered records, by the standard library's reader.

It yields (line, values), where the line is the physical line on which a record begins. Values are stripped, and
"" becomes `None`. Records that cannot be read are passed to `bad` with their text. Raises LoadRefused for a CSV file
without a readable header; `text_file` raises it for a file that is not text. A file may be read again to show the text
of rejected records.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from cadran.errors import LoadRefused
from cadran.facts.files.text_file import LINE_CHARACTERS_MAX, TextFile
from cadran.facts.load.reasons import REASONS, Reject

Values: TypeAlias = list[str | None]
Bad: TypeAlias = Callable[[Reject], None]

DELIMITERS = ",;\t|"


class CsvLines:
    """The records of a CSV file. The delimiter is the candidate that is most frequent in the header. A quotation mark
    within a quoted field is doubled."""

    def __init__(self, path: Path, *, encoding: str) -> None:
        self._file = TextFile(path, encoding=encoding)
        self._encoding = encoding
        first = next(self._file.lines(), "")
        if not first.strip():
            raise LoadRefused(f"{path.name} is empty: its first line must name the columns.", code="empty_file")
        if not is_clean(first):
            raise LoadRefused(
                f"The first line of {path.name} is not text in {encoding}: name the file's encoding with --encoding.",
                code="unreadable_header",
            )
        self._delimiter = max(DELIMITERS, key=first.count)
        self._taken = _RecordLines(self._file)
        try:
            self.header = tuple(name.strip() for name in next(self._reader(self._taken)))
        except csv.Error as error:
            raise LoadRefused(
                f"The first line of {path.name} does not name the columns of a CSV file ({error}).",
                code="unreadable_header",
            ) from error

    @property
    def characters(self) -> int:
        """Return the number of characters that the latest call of `records` has read."""
        return self._taken.characters

    def prove(self) -> None:
        """Read the file to its end. Raises LoadRefused if this fails."""
        self._file.prove()

    def records(self, bad: Bad) -> Iterator[tuple[int, Values]]:
        """Yield all records except the header."""
        width = len(self.header)
        for line, values, text in self._read():
            if values is not None and len(values) == width:
                yield line, [value.strip() or None for value in values]
            elif values is None:
                why = explain_why_not_text(text.lines(), self._encoding) or (
                    "a quote is not closed or not doubled, or a field is too long"
                )
                bad(explain_unreadable(line, why, text.shown()))
            elif values:
                bad(explain_unreadable(line, f"{len(values)} fields instead of {width}", text.shown()))

    def texts(self, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Yield the text of the records that begin at these lines, which must ascend."""
        wanted = iter(lines)
        next_wanted = next(wanted, None)
        for line, _, text in self._read():
            if next_wanted is None:
                return
            if line == next_wanted:
                yield line, text.shown()
                next_wanted = next(wanted, None)

    def _read(self) -> Iterator[tuple[int, list[str] | None, "_RecordLines"]]:
        """Yield line, fields (`None` when unreadable) and physical lines of each record except the header."""
        taken = self._taken = _RecordLines(self._file)
        reader = self._reader(taken)
        next(reader)
        while True:
            taken.forget()
            line = taken.number + 1
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield line, None, taken
                continue
            yield line, None if taken.broken else values, taken

    def _reader(self, taken: "_RecordLines") -> Iterator[list[str]]:
        return csv.reader(taken, delimiter=self._delimiter, strict=True)


def strip_line_end(text: str) -> str:
    """Return a record's text without its line end. Undecodable bytes are surrogates, which the rejects file escapes."""
    return text.rstrip("\r\n")


def is_clean(text: str) -> bool:
    """Return whether PostgreSQL can store the text."""
    if "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def explain_why_not_text(text: str, encoding: str) -> str:
    """Return why a text from the file is not valid text, or "" if it is valid."""
    if "\0" in text:
        return "it contains a NUL character"
    if is_clean(text):
        return ""
    return f"its bytes are not text in {encoding}: name the file's encoding with --encoding, such as cp1252"


def explain_unreadable(line: int, why: str, text: str) -> Reject:
    """Return the rejection of an unreadable record, with its text."""
    return Reject(line, "unreadable_line", REASONS["unreadable_line"].format(value=why), strip_line_end(text))


class _RecordLines:
    """The physical lines that the CSV reader consumes. The lines of the current record are stored."""

    def __init__(self, file: TextFile) -> None:
        self._physical = file.lines()
        self._lines: list[str] = []
        self._record_ends_at = LINE_CHARACTERS_MAX
        self.number = 0
        self.characters = 0
        self.broken = False

    def __iter__(self) -> "_RecordLines":
        return self

    def __next__(self) -> str:
        line = next(self._physical)
        self.number += 1
        self.characters += len(line)
        self._lines.append(line)
        if not is_clean(line):
            self.broken = True
        if self.characters > self._record_ends_at:
            # Raise the reader's own error: the record is rejected, and the next line begins another record.
            raise csv.Error("a record of too many characters")
        return line

    def forget(self) -> None:
        """Begin a new record."""
        self._lines.clear()
        self._record_ends_at = self.characters + LINE_CHARACTERS_MAX
        self.broken = False

    def lines(self) -> str:
        """Return the lines of the present record as they were read."""
        return "".join(self._lines)

    def shown(self) -> str:
        """Return the text of the present record."""
        return strip_line_end(self.lines())
