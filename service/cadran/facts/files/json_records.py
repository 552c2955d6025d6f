"""The records of a JSON file: its objects, one per line, one after another over several lines, or in an array.

The reader yields (number, object). The number of a record is the line on which it begins. Where several
records begin on one line, each further record has the next number. Records that cannot be read are passed to `bad` with
their text. A defect costs one record: the next begins after its closing bracket, or on the next line that begins as its
first line does. Raises LoadRefused for an array that is not closed at the end of the file, and for a record that is too
long.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from cadran.errors import LoadRefused
from cadran.facts.files.json_values import DECODER, NESTING_MAX, is_deep, list_texts
from cadran.facts.files.lines import Bad, explain_unreadable, explain_why_not_text, is_clean, strip_line_end
from cadran.facts.files.text_file import LINE_CHARACTERS_MAX, TextFile

_TOO_DEEP: Final = f"nested more than {NESTING_MAX} deep"
#: The characters between records. A comma after the last record, or between lines, does no harm.
_GAP: Final = re.compile(r"[\s,]*")
_BLANKS: Final = re.compile(r"[ \t\r]*")
_BRACKETS: Final = re.compile(r'"(?:[^"\\\n]|\\.)*+"|[{}\[\]]')
#: A record that does not begin with a bracket ends with its line, or before the next element of the array.
_LINE, _ELEMENT = re.compile(r".[^\n]*"), re.compile(r".[^\n,\]]*")
#: An error this close to the end of the text that was read may be that of a literal or an escape which goes on.
_LITERAL_CHARACTERS_MAX: Final = 16
#: The indentation of a record is compared up to this length.
_LEAD_CHARACTERS_MAX: Final = 200


class _Record(NamedTuple):
    """A record: its number, its text, and its value, or the reason why it cannot be read."""

    number: int
    text: str
    value: object
    why: str


class JsonRecords:
    """The records of a JSON file. The objects may have different members."""

    def __init__(self, path: Path, *, encoding: str) -> None:
        self._file = TextFile(path, encoding=encoding)
        self._encoding = encoding
        self.characters = 0

    def prove(self) -> None:
        """Read the file to its end. Raises LoadRefused if this fails."""
        for _ in self._records():
            pass

    def objects(self, bad: Bad) -> Iterator[tuple[int, dict[str, object]]]:
        """Yield all objects with their numbers."""
        self.characters = 0
        for number, text, value, why in self._records():
            self.characters += len(text)
            if not why and is_deep(value):
                why = _TOO_DEEP
            if why or not is_clean(text) or ("\\u" in text and not is_clean("".join(list_texts(value)))):
                fault = explain_why_not_text(text, self._encoding) or why
                bad(explain_unreadable(number, fault or "it contains characters that are not valid text", text))
            elif isinstance(value, dict):
                yield number, value
            else:
                bad(explain_unreadable(number, "not a JSON object", text))

    def texts(self, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Yield the text of the records with these numbers, which must ascend."""
        wanted = iter(lines)
        next_wanted = next(wanted, None)
        for record in self._records():
            if next_wanted is None:
                return
            if record.number == next_wanted:
                yield record.number, strip_line_end(record.text)
                next_wanted = next(wanted, None)

    def _records(self) -> Iterator[_Record]:
        """Yield all records. Only a file that begins with an array has its records in arrays."""
        cursor = _Cursor(self._file)
        has_arrays = cursor.skip_gap() and cursor.text[cursor.at] == "["
        in_array, array_line, number = False, 0, 0
        while cursor.skip_gap():
            character = cursor.text[cursor.at]
            if character == "[" and has_arrays and not in_array:
                in_array, array_line = True, cursor.line
                cursor.advance(cursor.at + 1)
            elif character == "]" and in_array:
                in_array = False
                cursor.advance(cursor.at + 1)
            else:
                number = max(number + 1, cursor.line)
                yield _Record(number, *cursor.take(in_array=in_array))
        if in_array:
            raise LoadRefused(
                f"{self._file.path.name} breaks off: the array that begins on line {array_line:,} is not closed at the"
                f" end, on line {cursor.line:,}. Copy or export the file again.",
                code="unreadable_file",
            )


class _Cursor:
    """A place in a file that is read piece by piece. ``text`` is what was read and not given up, ``at`` the place in
    it, and ``line`` and ``column`` the place in the file."""

    def __init__(self, file: TextFile) -> None:
        self._file = file
        self._chunks = file.chunks()
        self._ended = False
        self.text = ""
        self.at = 0
        self.line = 1
        self.column = 1
        # The text of the line before the place, as far as it matters.
        self._lead = ""

    def skip_gap(self) -> bool:
        """Move to the next character of a record or of an array. Return False at the end of the file."""
        while True:
            gap = _GAP.match(self.text, self.at)
            assert gap
            self.advance(gap.end())
            if self.at < len(self.text):
                return True
            if not self._read_on():
                return False

    def advance(self, to: int) -> None:
        """Move to a place in the text."""
        passed = self.text[self.at : to]
        self.at = to
        newline = passed.rfind("\n")
        if newline >= 0:
            self.line += passed.count("\n")
            self._lead, self.column = "", 1
        self.column += len(passed) - newline - 1
        self._lead += passed[newline + 1 : newline + 1 + _LEAD_CHARACTERS_MAX - len(self._lead)]

    def take(self, *, in_array: bool) -> tuple[str, object, str]:
        """Move behind the record at this place. Return its text, its value, and the reason why it cannot be read."""
        value, why, end = None, "", 0
        while not end and not why:
            try:
                value, end = DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if not (self._may_go_on(error) and self._read_on()):
                    why = self._explain(error.msg, error.pos)
            except RecursionError:
                why = _TOO_DEEP
            except ValueError as error:
                why = str(error)
            else:
                after = _BLANKS.match(self.text, end)
                assert after
                if after.end() == len(self.text) and self._read_on():
                    end = 0
                elif self.text[after.end() : after.end() + 1] not in ("", "\n", ",", "{", "[", "]" if in_array else ""):
                    why = self._explain("expecting the end of the record", after.end())
                    end = self._find_line_end(after.end(), in_array=in_array)
        end = end or self._find_end(in_array=in_array)
        self._require_short(end - self.at)
        text = self.text[self.at : end]
        self.advance(end)
        return text, value, why

    def _find_end(self, *, in_array: bool) -> int:
        """Return the end of a record that cannot be read."""
        if self.text[self.at] not in "{[":
            return self._find_line_end(self.at, in_array=in_array)
        similar = None
        if not self._lead.strip(" \t,") and len(self._lead) < _LEAD_CHARACTERS_MAX:
            similar = re.compile(rf"\n{re.escape(self._lead)}[{{\[]")
        while True:
            next_start = similar.search(self.text, self.at) if similar else None
            end = _find_closing(self.text, self.at, next_start.start() if next_start else len(self.text))
            if end or next_start:
                return end or (next_start.start() if next_start else 0)
            if not self._read_on():
                return len(self.text)

    def _find_line_end(self, place: int, *, in_array: bool) -> int:
        """Return the end of the line, or of the element of an array, at a place behind its beginning."""
        found = (_ELEMENT if in_array else _LINE).match(self.text, place)
        return found.end() if found else place

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Return whether the text may be only the beginning of a record."""
        return error.pos >= len(self.text) - _LITERAL_CHARACTERS_MAX or error.msg.startswith("Unterminated string")

    def _read_on(self) -> bool:
        """Read at least as much as waits to be taken, so that a long record is decoded few times. Return False at the
        end of the file."""
        waiting = len(self.text) - self.at
        self._require_short(waiting)
        pieces, characters = [self.text[self.at :]], 0
        while not self._ended and characters <= waiting:
            chunk = next(self._chunks, "")
            self._ended = not chunk
            pieces.append(chunk)
            characters += len(chunk)
        if characters:
            self.text, self.at = "".join(pieces), 0
        return characters > 0

    def _require_short(self, characters: int) -> None:
        if characters > LINE_CHARACTERS_MAX:
            raise LoadRefused(
                f"{self._file.path.name} has a record on line {self.line:,} of more than {LINE_CHARACTERS_MAX:,}"
                " characters. If the records are in an array within it, as in an answer of an API, extract them first,"
                " for example by: jq -c '.records[]' FILE > records.jsonl",
                code="line_too_long",
            )

    def _explain(self, message: str, place: int) -> str:
        """Return why the text is not JSON, with the line and the column."""
        lines = self.text.count("\n", self.at, place)
        column = place - self.text.rfind("\n", self.at, place) if lines else self.column + place - self.at
        return f"not JSON on line {self.line + lines:,}, column {column:,}: {message[:1].lower()}{message[1:]}"


def _find_closing(text: str, start: int, end: int) -> int:
    """Return the place behind the bracket that closes the one at ``start``, or 0 if it is not before ``end``."""
    depth = 0
    for found in _BRACKETS.finditer(text, start, end):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return 0
