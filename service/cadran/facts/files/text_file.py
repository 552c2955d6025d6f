"""A text file, plain or gzipped, read as physical lines of bounded length, or in pieces.

The reader takes a path and an encoding, and yields the lines with their line ends. Raises LoadRefused for defects of
the whole file: an unknown encoding, a broken archive, an Excel workbook, a line that is too long. Bytes that cannot be
decoded become surrogates, so that one record is rejected instead of the file.
"""

import gzip
import io
import zlib
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from cadran.errors import LoadRefused

#: The limit of a line, and of a record of several lines, in characters of up to four bytes: about a hundred times the
#: size of a canonical record.
LINE_CHARACTERS_MAX: Final = 1_048_576

_CHUNK_CHARACTERS: Final = 65_536

#: The first bytes of files that are not text, each with the remedy.
_BEGINNINGS: Final = (
    (b"\x1f\x8b", "is compressed by gzip: give it a name that ends in .gz"),
    (b"\x28\xb5\x2f\xfd", "is compressed by Zstandard: unpack it, or compress it by gzip"),
    (b"PK\x03\x04", "is an Excel workbook or a zip archive: save the sheet as CSV, or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "is a workbook of an old Excel: save the sheet as CSV"),
    (b"PAR1\x15", "is a Parquet file: give it a name that ends in .parquet"),
)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
#: The signature of bzip2, and the bytes that follow the one-digit compression level.
_BZIP2: Final = (b"BZh", b"1AY&SY")


class TextFile:
    """The lines of one file. Each call of `lines` reads the file from the beginning."""

    def __init__(self, path: Path, *, encoding: str) -> None:
        self.path = path
        self._encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
        self._shown = encoding
        try:
            io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        except (LookupError, ValueError):
            raise LoadRefused(
                f"--encoding names an unknown encoding '{encoding[:60]}'. Known are for example utf-8, utf-16, latin-1"
                " and cp1252.",
                code="unknown_encoding",
                parameter="encoding",
            ) from None
        self._check_beginning()

    def lines(self) -> Iterator[str]:
        """Yield the lines. Raises LoadRefused if the file cannot be read to its end."""
        number = 0
        try:
            with self._open() as file:
                while line := file.readline(LINE_CHARACTERS_MAX + 1):
                    number += 1
                    if len(line) > LINE_CHARACTERS_MAX:
                        raise self._refusal(
                            f"has a line {number:,} of more than {LINE_CHARACTERS_MAX:,} characters: it is not the kind"
                            " of file that its name says, or was written without line ends",
                            code="line_too_long",
                        )
                    yield line
        except (OSError, EOFError, zlib.error, UnicodeError) as error:
            raise self._unreadable(error, after=number) from error

    def chunks(self) -> Iterator[str]:
        """Yield the text in pieces, regardless of lines. Raises LoadRefused if the file cannot be read to its end."""
        newlines = 0
        try:
            with self._open() as file:
                while chunk := file.read(_CHUNK_CHARACTERS):
                    newlines += chunk.count("\n")
                    yield chunk
        except (OSError, EOFError, zlib.error, UnicodeError) as error:
            raise self._unreadable(error, after=newlines) from error

    def prove(self) -> None:
        """Read to the end, so that a file that breaks off in its middle is refused before its first row is loaded."""
        deque(self.lines(), maxlen=0)

    def _open(self) -> TextIO:
        binary = gzip.open(self.path) if self._is_gzip() else self.path.open("rb")  # noqa: SIM115 - the wrapper closes it
        return io.TextIOWrapper(binary, encoding=self._encoding, errors="surrogateescape", newline="")

    def _is_gzip(self) -> bool:
        return self.path.suffix.lower() == ".gz"

    def _check_beginning(self) -> None:
        try:
            with gzip.open(self.path) if self._is_gzip() else self.path.open("rb") as file:
                first = file.read(10)
        except (OSError, EOFError, zlib.error) as error:
            raise self._unreadable(error, after=0) from error
        for beginning, words in _BEGINNINGS:
            if first.startswith(beginning):
                raise self._refusal(words, code="not_text")
        if (first[:3], first[4:]) == _BZIP2:
            raise self._refusal("is compressed by bzip2: unpack it, or compress it by gzip", code="not_text")
        if first.startswith(_UTF_16) and not self._encoding.lower().startswith(("utf-16", "utf_16", "utf16", "u16")):
            raise self._refusal(
                f"is not in {self._shown} but in UTF-16: load it with --encoding utf-16", code="not_text"
            )

    def _unreadable(self, error: Exception, *, after: int) -> LoadRefused:
        """Return the LoadRefused for an error of the operating system, gzip or the decoder."""
        place = f" after line {after:,}" if after else ""
        if isinstance(error, EOFError):
            return self._refusal(f"breaks off{place}: the compressed file is not whole, so copy it again")
        if isinstance(error, gzip.BadGzipFile | zlib.error):
            return self._refusal(f"is damaged{place}, or not compressed by gzip ({error})")
        if isinstance(error, UnicodeError):
            reason = getattr(error, "reason", str(error))
            return self._refusal(f"is not text in {self._shown}{place} ({reason}): name its encoding with --encoding")
        reason = getattr(error, "strerror", None) or str(error)
        return self._refusal(f"cannot be read{place}: {reason}")

    def _refusal(self, words: str, *, code: str = "unreadable_file") -> LoadRefused:
        return LoadRefused(f"{self.path.name} {words}.", code=code)
