"""A launcher between the supervisor and `postgres`. It drops root, makes the server end with the supervisor (on Linux),
and executes the server.

The command line is `launcher.py <supervisor's pid> <uid> <gid> <program> <arguments…>`; uid -1 keeps the user. The
program replaces this process. The launcher refuses to run when the supervisor is already gone. It is a separate script,
because code between fork and exec is not safe in a threaded process, and because the kernel clears the request for a
signal when root is dropped.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(supervisor: int, uid: int, gid: int, command: list[str]) -> None:
    """Execute the command and never return. The command runs in a separate session, so that Ctrl-C in a terminal
    reaches only the supervisor, which stops the server."""
    os.setsid()
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # SIGINT stops the server at once but cleanly. The kernel sends SIGINT when the supervisor's thread dies.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != supervisor:
        raise SystemExit("the supervisor is gone")
    os.execv(command[0], command)  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
