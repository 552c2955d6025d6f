"""Hand-written SQL files.

Takes a path below `sql/` ("rollups/day.sql") and returns its text. Refuses names that leave the folder or don't exist.
The wheel contains the folder as `cadran/sql`; a checkout has it next to `service`.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath


class UnknownSqlFile(LookupError):
    """The SQL folder has no such file."""


@cache
def folder() -> Traversable:
    """Return the SQL folder of the package if it exists, else that of the checkout. Raises UnknownSqlFile."""
    packaged = files("cadran") / "sql"
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[2] / "sql"
    if checkout.is_dir():
        return checkout
    raise UnknownSqlFile(f"neither {packaged} nor {checkout} exists: the installation is incomplete")


@cache
def read(name: str) -> str:
    """Read `sql/<name>`. The text is cached as long as the process lives. Raises UnknownSqlFile."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise UnknownSqlFile(f"{name!r} is not a path below sql/")
    file = folder().joinpath(*path.parts)
    if not file.is_file():
        raise UnknownSqlFile(f"there is no sql/{name}")
    return file.read_text(encoding="utf-8")


def names(directory: str) -> list[str]:
    """List the SQL files directly in `sql/<directory>`, sorted, as names that `read` accepts."""
    place = folder().joinpath(directory)
    if not place.is_dir():
        return []
    return sorted(f"{directory}/{file.name}" for file in place.iterdir() if file.name.endswith(".sql"))
