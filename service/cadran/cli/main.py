"""The command ``cadran``: one word for each thing an operator does, each in a module of its own.

Exit codes: 0 well, 1 refused or failed with a sentence on standard error, 2 done but rows were rejected or the call
was wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from cadran import environment
from cadran.app import write_log
from cadran.cli import ask, check, contract, demo, document, export, key, load, migrate, okr, serve, sla, worker
from cadran.errors import CadranError

COMMANDS = (demo, serve, ask, sla, okr, load, key, contract, document, worker, check, migrate, export)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    root = argparse.ArgumentParser(prog="cadran", description="The metrics API for customer service.")
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add_parser(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    args = parser().parse_args(arguments)
    try:
        settings = environment.read(os.environ)
        # Who waits at a terminal sees figures; who serves writes a log.
        write_log(settings.log_level if args.run in (serve.run, worker.run) else "warning")
        return int(args.run(args, settings))
    except CadranError as error:
        sys.stderr.write(f"cadran: {error.detail}\n" + (f"        ({error.internal})\n" if error.internal else ""))
        return 1
    except KeyboardInterrupt:
        return 130
