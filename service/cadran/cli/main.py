"""The command ``cadran``: one subcommand for each task of an operator, each in its own module.

Exit codes: 0 success; 1 refused or failed, with a sentence on standard error; 2 done, but rows were rejected, or the
arguments are wrong; 3 the work could not begin or continue, because settings, port or database must be corrected first.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Final

from cadran import environment
from cadran.cli.terminal import Parser, drop_output, format_cell, write_error
from cadran.errors import CadranError
from cadran.process import write_log

#: The subcommands in the order of ``cadran --help``. Each one is a module of this package.
COMMANDS: Final = (
    *("demo", "serve", "ask", "staffing", "sla", "okr", "load", "key"),
    *("contract", "document", "threshold", "attribute", "worker", "check", "migrate", "export"),
)
#: The commands whose module is in a package of this package.
_PACKAGES: Final = {"threshold": "declarations.", "attribute": "declarations."}
#: The commands that log at the configured level. The other commands log warnings only.
_LOGGING: Final = ("serve", "worker")


#: The exit code of a command that a closed pipe ended, as shells count it (128 + SIGPIPE).
_CLOSED_PIPE: Final = 141


def make_parser(*commands: str) -> Parser:
    """Return the parser of these commands, or of the whole command line if none is named.

    Only the modules of the named commands are imported, since importing all of them takes longer than most commands.
    """
    root = Parser(prog="cadran", description="The metrics API for customer service.")
    root.add_argument("--version", action="version", version=f"cadran {version('cadran')}")
    subparsers = root.add_subparsers(metavar="COMMAND", dest="command", required=True)
    for name in commands or COMMANDS:
        import_module(f"cadran.cli.{_PACKAGES.get(name, '')}{name}").add_parser(subparsers)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    args = make_parser(*(word for word in words[:1] if word in COMMANDS)).parse_args(words)
    try:
        settings = environment.read(os.environ)
        write_log(settings.log_level if args.command in _LOGGING else "warning")
        return int(args.run(args, settings))
    except CadranError as error:
        write_error(
            f"cadran: {format_cell(error.detail)}\n" + "".join(f"  - {format_cell(line)}\n" for line in error.lines)
        )
        if error.internal:
            write_error(f"        ({format_cell(error.internal)})\n")
        return error.exit_code
    except BrokenPipeError:
        # The reader of the output, such as `head`, has read enough.
        drop_output()
        return _CLOSED_PIPE
    except OSError as error:
        # Examples: a file that cannot be read or written, a full disk.
        write_error(
            f"cadran: {format_cell(str(error.filename or 'a file'))} cannot be used: {error.strerror or error}\n"
        )
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - the last handler: the text of an exception may quote anything
        write_error(f"{traceback.format_exc()}cadran: unexpected error. Please report the lines above\n")
        return 1
