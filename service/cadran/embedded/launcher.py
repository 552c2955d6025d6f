"""Stands between supervisor and `postgres`: drops root, ties the server's life to the supervisor's, becomes it.

Takes `launcher.py <supervisor's pid> <uid> <gid> <program> <arguments…>` (uid -1: stay who you are); gives the program
in this very process; refuses when the supervisor is already gone. It runs as a script of its own, because code between
fork and exec is not safe in a threaded process, and because the tie must be knotted after root is dropped.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(supervisor: int, uid: int, gid: int, command: list[str]) -> None:
    """Never returns. In a session of its own: a terminal's Ctrl-C is for the supervisor, which stops the server."""
    os.setsid()
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # The signal that stops the server at once but cleanly, sent by the kernel when the supervisor's thread dies.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != supervisor:
        raise SystemExit("the supervisor is gone")
    os.execv(command[0], command)  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
