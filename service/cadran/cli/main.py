"""The command ``cadran``: one subcommand for each task of an operator, each in its own module.

Exit codes: 0 success; 1 refused or failed, with a sentence on standard error; 2 done, but rows were rejected, or the
call was wrong; 3 the work could not begin or continue, since settings, port or database must be corrected first.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence

from cadran import environment
from cadran.app import write_log
from cadran.cli import ask, check, contract, demo, document, export, key, load, migrate, okr, serve, sla, worker
from cadran.cli.terminal import Parser, cell, write_error
from cadran.errors import CadranError

COMMANDS = (demo, serve, ask, sla, okr, load, key, contract, document, worker, check, migrate, export)


def parser() -> Parser:
    """Return the parser of the whole command line."""
    root = Parser(prog="cadran", description="The metrics API for customer service.")
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add_parser(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = parser().parse_args(arguments)
    try:
        settings = environment.read(os.environ)
        # Commands at a terminal show figures. Only servers and workers write a full log.
        write_log(settings.log_level if args.run in (serve.run, worker.run) else "warning")
        return int(args.run(args, settings))
    except CadranError as error:
        write_error(f"cadran: {cell(error.detail)}\n" + "".join(f"  - {cell(line)}\n" for line in error.lines))
        if error.internal:
            write_error(f"        ({cell(error.internal)})\n")
        return error.exit_code
    except OSError as error:
        # Examples: a file that cannot be read or written, a full disk.
        write_error(f"cadran: {cell(str(error.filename or 'a file'))} cannot be used: {error.strerror or error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - the last handler: the text of an exception may quote anything
        write_error(f"{traceback.format_exc()}cadran: unexpected error. Please report the lines above\n")
        return 1
