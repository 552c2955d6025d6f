"""Hand-written SQL, by the name of its file.

Takes a path below `sql/` ("rollups/day.sql"), gives the text; refuses names that leave the folder or don't exist.
The wheel carries the folder as `cadran/sql`; a checkout has it beside `service`.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath


class UnknownSqlFile(LookupError):
    """There is no such file in the SQL folder."""


@cache
def folder() -> Traversable:
    """The packaged folder if there is one, else the checkout's."""
    packaged = files("cadran") / "sql"
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[2] / "sql"
    if checkout.is_dir():
        return checkout
    raise UnknownSqlFile(f"neither {packaged} nor {checkout} exists: the installation is incomplete")


@cache
def read(name: str) -> str:
    """The text of `sql/<name>`; read once in the life of the process."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise UnknownSqlFile(f"{name!r} is not a path below sql/")
    file = folder().joinpath(*path.parts)
    if not file.is_file():
        raise UnknownSqlFile(f"there is no sql/{name}")
    return file.read_text(encoding="utf-8")


def names(directory: str) -> list[str]:
    """The SQL files directly in `sql/<directory>`, sorted, as names that `read` takes."""
    place = folder().joinpath(directory)
    if not place.is_dir():
        return []
    return sorted(f"{directory}/{file.name}" for file in place.iterdir() if file.name.endswith(".sql"))
